import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Workspaces that an older version left at work.
@Suite(.timeLimit(.minutes(15))) struct OlderWorkspaceTests {
    @Test func `work of an older version goes on, and what cannot be known is said`() async throws {
        try await withWorkplace { place, simulator in
            try restore("schema-2", place)
            try Data("intake: {settle: 200ms}\nlimits: {disk_reserve: 0, unreachable: 1s}\n".utf8).write(
                to: URL(fileURLWithPath: place("watch.yaml")))
            let before = try await place.command("status", "--config", place.root, "--json")
            #expect(before.code == 2 || before.code == 0, "\(before.error)")
            let run = try await place.start(
                ["run"] + place.options, changing: ["RENDERDROP_HOST": "elsewhere", "DASHSCOPE_API_KEY": "sk-test"]
            ).ended(within: .seconds(400))
            #expect(run.code == 3, "\(run.error)")
            #expect(run.error.contains("4 tasks of an older version run at the provider ("), "\(run.error)")
            #expect(run.error.contains("renderdrop asks for them at \(place.baseURL)"), "\(run.error)")
            // Nothing that was sent is sent again; what was in the queue is.
            #expect(simulator.paidSubmits == 3)
            let job = try #require(try await place.status("kites").job("kites"))
            #expect(
                job.renderStates.sorted() == Array(repeating: "delivered", count: 3)
                    + Array(repeating: "failed", count: 4))
            #expect(try place.text("failed/kites/ERROR.txt").contains("no longer knows task"))
            #expect(place.files("working") == [] && place.files("failed").contains("kites/kites.yaml"))
            let copies = try FileManager.default.contentsOfDirectory(atPath: place(".renderdrop"))
            #expect(copies.contains { $0.hasPrefix("ledger.sqlite.before-v") }, "\(copies)")
            // The former jobs are known as before.
            #expect(try await place.status("done").job("done")?["state"]?.string == "done")
            #expect(try await place.status("part").job("part")?.renderStates == ["delivered", "delivered"])
        }
    }

    @Test func `jobs in every state of an older version go on, and nothing is paid twice`() async throws {
        try await withWorkplace { place, simulator in
            try restore("every-state", place)
            try Data("intake: {settle: 200ms}\nlimits: {disk_reserve: 0, unreachable: 1s}\n".utf8).write(
                to: URL(fileURLWithPath: place("watch.yaml")))
            let run = try await place.start(
                ["run"] + place.options, changing: ["RENDERDROP_HOST": "studio", "DASHSCOPE_API_KEY": "sk-test"]
            ).ended()
            // Its result lay on a host that is no longer there.
            #expect(run.code == 5, "\(run.error)")
            // One was in the queue. What may be paid for already is not sent again.
            #expect(simulator.submits == 1)
            #expect(simulator.requests(.submit).first?.body?.contains("A queued kite") == true)
            let expected = [
                "done": ("done", ["delivered"]), "part": ("done", ["delivered", "delivered"]),
                "queued": ("done", ["delivered"]), "refused": ("failed", ["failed"]), "mistake": ("failed", []),
                "canceled": ("canceled", ["canceled"]), "lost": ("active", ["undecided"]),
                "sending": ("active", ["undecided"]), "following": ("failed", ["failed"]),
                "rendered": ("active", ["rendered"]),
            ]
            for (name, (state, renders)) in expected.sorted(by: { $0.key < $1.key }) {
                let job = try #require(try await place.status(name).job(name), "\(name)")
                #expect(job["state"]?.string == state && job.renderStates == renders, "\(name): \(job)")
            }
            #expect(place.files("inbox").contains("later.yaml"))
            let again = try await place.start(
                ["run"] + place.options, changing: ["RENDERDROP_HOST": "studio", "DASHSCOPE_API_KEY": "sk-test"]
            ).ended()
            #expect(again.code == 5 && simulator.submits == 1, "\(again.error)")
        }
    }

    /// Puts a kept workspace in the place of the one that was made.
    private func restore(_ name: String, _ place: Workplace) throws {
        let fixture = repository.appending(path: "Tests/Fixtures/Workspaces/" + name)
        try FileManager.default.removeItem(atPath: place.root)
        try FileManager.default.copyItem(atPath: fixture.path, toPath: place.root)
        // Links to `assets/` are no part of it, and git keeps no empty folders.
        for folder in ["assets", "failed"] {
            try FileManager.default.createDirectory(atPath: place(folder), withIntermediateDirectories: true)
        }
    }
}
