import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Workspaces that an older version left at work.
@Suite(.timeLimit(.minutes(15))) struct OlderWorkspaceTests {
    @Test func `work of an older version goes on, and what cannot be known is said`() async throws {
        try await withWorkplace { place, simulator in
            let fixture = repository.appending(path: "Tests/Fixtures/Workspaces/schema-2")
            try? FileManager.default.removeItem(atPath: place.root)
            try FileManager.default.copyItem(atPath: fixture.path, toPath: place.root)
            // Links to `assets/` are no part of it, and git keeps no empty folders.
            for folder in ["assets", "failed"] {
                try FileManager.default.createDirectory(atPath: place(folder), withIntermediateDirectories: true)
            }
            try Data("intake: {settle: 200ms}\nlimits: {disk_reserve: 0, unreachable: 1s}\n".utf8).write(
                to: URL(fileURLWithPath: place("watch.yaml")))
            let before = try await place.command("status", "--config", place.root, "--json")
            #expect(before.code == 2 || before.code == 0, "\(before.error)")
            let run = try await place.start(
                ["run"] + place.options, changing: ["RENDERDROP_HOST": "elsewhere", "DASHSCOPE_API_KEY": "sk-test"]
            ).ended()
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
}
