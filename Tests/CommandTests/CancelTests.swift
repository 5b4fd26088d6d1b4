import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Whole jobs that are canceled while they run, by the real binary.
@Suite(.timeLimit(.minutes(15))) struct CancelTests {
    private static func batch(_ count: Int) -> String {
        Workplace.async.replacing("n: 2", with: "n: 1").replacing(
            "seed: 7", with: "seed: [\((1...count).map(String.init).joined(separator: ", "))]")
    }

    @Test func `a batch of 200 sends nothing more once the command has returned`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            try place.renameIn("poster.yaml", Self.batch(200))
            try await eventually("the first submits") { simulator.paidSubmits >= 8 }
            let said = try await place.command("cancel", "poster", "--config", place.root)
            let sent = simulator.submits
            #expect(said.code == 0, "\(said.error)")
            #expect(said.out.split(separator: "\n").count == 1 && said.out.contains(" canceled, "), "\(said.out)")
            try await watch.says("poster: canceled")
            #expect(simulator.submits == sent, "nothing more was sent")
            let summary = try place.json("failed/poster/../../outbox/poster/poster.summary.json")
            let counts = try #require(summary["counts"])
            #expect(summary["state"]?.string == "canceled")
            #expect((counts["canceled"]?.int ?? 0) >= 200 - sent)
            #expect((counts["delivered"]?.int ?? 0) + (counts["canceled"]?.int ?? 0) == 200)
            // What was spent, not what was expected: in the summary, in ERROR.txt and in `status`.
            let price = try #require(summary["cost"]?["estimated"]?.double) / 200
            let spent = try #require(summary["cost"]?["actual"]?.double)
            #expect(abs(spent - price * Double(counts["delivered"]?.int ?? 0)) < 0.001)
            let text = try place.text("failed/poster/ERROR.txt")
            #expect(text.hasPrefix("poster was canceled: \(counts["canceled"]?.int ?? 0) canceled"), "\(text)")
            #expect(!text.contains("correct what is wrong"))
            let job = try await place.status("poster").job("poster")
            #expect(job?["cost"]?["amount"]?.double == spent)
        }
    }

    @Test func `what is at the provider is withdrawn or said to be billed, with its price`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.renameIn("poster.yaml", Self.batch(12))
            try await watch.says("renders as it allows at once")
            try await eventually("one that runs") {
                simulator.advance(seconds: 0.2)
                return simulator.tasks().contains { $0.status == "RUNNING" }
            }
            let said = try await place.command("cancel", "poster", "--json", "--config", place.root)
            let sent = simulator.submits
            let reply = try #require(try Workplace.json(said.out)[0])
            let running = try #require(reply["at_provider"]?.int)
            #expect(reply["is_done"]?.bool == true && running > 0 && running <= sent)
            #expect(reply["canceled"]?.int == 12 - running)
            #expect((reply["cost"]?["amount"]?.double ?? 0) > 0)
            #expect(
                reply["words"]?.string?.hasPrefix(
                    "\(12 - running) canceled, \(running) at the provider and billed, about")
                    == true)
            // What runs is followed to its end and delivered.
            simulator.finishAll()
            try await watch.says("poster: canceled")
            #expect(simulator.submits == sent)
            #expect(place.files("outbox/poster").filter { $0.hasSuffix(".png") }.count == running)
        }
    }

    @Test func `several jobs are listed and confirmed; folders, patterns and paths name them`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            for name in ["spring/poster-1", "spring/poster-2", "poster-3", "cup"] {
                try place.drop(name + ".yaml", Self.batch(2).replacing("dusk", with: name))
                try await watch.says("\(name.split(separator: "/").last ?? ""): taken")
            }
            let list = try await place.command("cancel", "poster-*", "--config", place.root)
            #expect(list.code == 2 && list.error.contains("3 jobs match"), "\(list.error)")
            #expect(list.error.contains("spring/poster-1  2 renders, about") && list.error.contains("--yes"))
            #expect(try await place.status().job("poster-3")?["state"]?.string == "active")
            /// Nothing of a job is left to be sent, and the command says what becomes of what was.
            func expectClosed(_ said: Child.Ended, _ names: String...) async throws {
                for name in names {
                    #expect((said.out + said.error).contains("\(name): "), "\(said.out)\(said.error)")
                    let job = try #require(try await place.status(name).job(name))
                    #expect(!job.renderStates.contains("queued") && !job.renderStates.contains("sending"), "\(job)")
                }
            }
            let both = try await place.command("cancel", "spring/", "--yes", "--config", place.root)
            try await expectClosed(both, "poster-1", "poster-2")
            #expect(try await place.status().job("poster-3")?["state"]?.string == "active")
            let path = try await place.command("cancel", place("inbox/poster-3.yaml"), "--config", place.root)
            try await expectClosed(path, "poster-3")
            let id = try #require(try await place.status().job("cup")?["id"]?.string)
            let tail = try await place.command("cancel", "cup~" + id.suffix(8), "--config", place.root)
            try await expectClosed(tail, "cup")
            // What the provider has is followed; nothing else is ever sent.
            let sent = simulator.submits
            simulator.finishAll()
            try await eventually("all have ended") {
                for name in ["poster-1", "poster-2", "poster-3", "cup"] {
                    guard try await place.status(name).job(name)?["state"]?.string != "active" else { return false }
                }
                return true
            }
            withExtendedLifetime(watch) {}
            #expect(simulator.submits == sent)
        }
    }

    @Test func `a canceled job whose renders only needed a decision is ended by the next run`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, count: 2), .acceptThenGarbage(status: 502))
            try place.drop("u.yaml", Workplace.sync.replacing("seed: 7", with: "seed: [1, 2, 3]"))
            #expect(try await place.run().code == 13)
            let said = try await place.command("cancel", "u", "--config", place.root)
            #expect(said.code == 0 && said.out.contains("2 given up and perhaps billed"), "\(said.out)\(said.error)")
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            #expect(place.has("failed/u/ERROR.txt") && place.files("working") == [])
        }
    }

    @Test func `without a watcher the queue is closed at once, and the next run ends the job`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.renameIn("poster.yaml", Self.batch(12))
            try await watch.says("renders as it allows at once")
            watch.send(SIGKILL)
            _ = try await watch.ended()
            let said = try await place.command("cancel", "poster", "--config", place.root)
            #expect(said.code == 0 && said.out.contains("the next `renderdrop watch --config "), "\(said.error)")
            let states = try await place.status("poster").job("poster")?.renderStates ?? []
            #expect(!states.contains("queued") && states.contains("canceled"))
            // What the killed process had written to its connection has arrived by now.
            let sent = simulator.submits
            simulator.finishAll()
            let run = try await place.run()
            #expect(run.code == 3, "\(run.error)")
            #expect(simulator.submits == sent)
            #expect(try place.text("failed/poster/ERROR.txt").contains("poster was canceled"))
        }
    }

    @Test func `all that a pattern finds waiting are named`() async throws {
        try await withWorkplace { place, _ in
            let text = "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [missing.png]\n"
            for name in ["hat-1.yaml", "hat-2.yaml", "other.yaml"] { try place.drop(name, text) }
            #expect(try await place.run().code == 0)
            let said = try await place.command("cancel", "hat-*", "--config", place.root)
            #expect(said.code == 2 && said.error.contains("2 files are still waiting in the inbox"), "\(said.error)")
            #expect(said.error.contains("/hat-1.yaml' '") && said.error.contains("/hat-2.yaml'"), "\(said.error)")
            #expect(!said.error.contains("other.yaml"))
        }
    }

    @Test func `what still waits in the inbox is named, with the command that withdraws it`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("it's.yaml", "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [missing.png]\n")
            #expect(try await place.run().code == 0)
            let said = try await place.command("cancel", "it's", "--config", place.root)
            #expect(said.code == 2 && said.error.contains("is still waiting in the inbox"), "\(said.error)")
            let line = try #require(said.error.split(separator: "\n").last { $0.contains("rm ") })
            let shell = try #require(line.range(of: "rm ")).lowerBound
            let typed = try SpawnedProcess(["/bin/sh", "-c", String(line[shell...].prefix { $0 != "`" })])
            #expect(typed.wait() == 0 && !place.has("inbox/it's.yaml"), "\(line)")
            place.forget("it's.yaml")
        }
    }
}
