import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// A failed job's folder, moved back whole into the inbox, tries again.
@Suite(.timeLimit(.minutes(15))) struct RetryTests {
    @Test(arguments: ["", "spring/"])
    func `after the fault is mended it renders as if it had come right at once`(sub: String) async throws {
        try await withWorkplace { place, simulator in
            try place.drop(sub + "hat.yaml", "prompt: A red hat\nmodel: qwen-image-edit-pluss\nreferences: [cat.jpg]\n")
            try place.dropCat(as: sub + "cat.jpg")
            #expect(try await place.run().code == 3)
            #expect(
                place.files("failed/\(sub)hat") == [
                    "ERROR.txt", "cat.jpg", "hat.failed.json", "hat.yaml", "journal.jsonl",
                ])
            let first = try place.json("failed/\(sub)hat/hat.failed.json")["job"]?["id"]?.string

            place.forget(sub + "hat.yaml")
            let mended = "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [cat.jpg]\n"
            try place.folder.write("studio/failed/\(sub)hat/hat.yaml", mended.utf8)
            #expect(rename(place("failed/\(sub)hat"), place("inbox/\(sub)hat")) == 0)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(place.files("outbox") == ["\(sub)hat/hat-1.png", "\(sub)hat/hat.json"])
            #expect(place.files("archive") == ["cat.jpg", "hat.yaml", "journal.jsonl"].map { "\(sub)hat/" + $0 })
            #expect(place.files("inbox") == [] && place.files("failed") == [] && place.files("working") == [])
            #expect(!place.has("inbox/\(sub)hat"))
            #expect(try place.json("outbox/\(sub)hat/hat.json")["job"]?["retry_of"]?.string == first)
            #expect(simulator.submits == 1)
        }
    }

    @Test func `what the provider refused can be tried again unchanged, also while it watches`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, nth: 1), .taskFails(code: "DataInspectionFailed"))
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await watch.says("robot: job failed")
            #expect(rename(place("failed/robot"), place("inbox/robot")) == 0)
            try await watch.says("robot: done")
            #expect(place.files("outbox") == ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"])
            try await eventually("the inbox is empty") { place.files("inbox") == [] && !place.has("inbox/robot") }
            #expect(simulator.submits == 2)
        }
    }

    /// Four pictures, of which the second fails.
    private static let four = documents(["a boat", "a hat", "a tree", "a lamp"])

    /// A render each; the second is of another model, so that it can be told apart.
    private static func documents(_ prompts: [String]) -> String {
        prompts.enumerated().map { index, prompt in
            "prompt: \(prompt)\nmodel: qwen-image-2.0\(index == 1 ? "-pro" : "")\nsize: 512*512\n"
        }.joined(separator: "---\n")
    }

    ///
    /// - Returns: how many submits were accepted; one that is asked to come later is not.
    @discardableResult
    private func failSecond(_ place: Workplace, _ simulator: RunningSimulator) async throws -> Int {
        simulator.addFault(
            .init(.submit, model: "qwen-image-2.0-pro", count: 1), .taskFails(code: "DataInspectionFailed"))
        try place.drop("four.yaml", Self.four)
        #expect(try await place.run().code == 3)
        #expect(pictures(place) == 3)
        return simulator.paidSubmits
    }

    private func pictures(_ place: Workplace, _ folder: String = "outbox/four") -> Int {
        place.files(folder).count { $0.hasSuffix(".png") }
    }

    /// When each file that was delivered was written.
    private func times(_ place: Workplace) throws -> [String: Int] {
        let files = place.files("outbox/four").filter { !$0.hasSuffix(".summary.json") }
        return Dictionary(uniqueKeysWithValues: try files.map { ($0, try place.written("outbox/four/" + $0)) })
    }

    @Test func `a decision about a job that has ended says what to do with it`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("bad.yaml", "promt: a cat\n")
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 3)
            let bad = try await place.command("retry", "bad", "--resend", "--config", place.root)
            #expect(bad.code == 2)
            #expect(
                bad.error.contains("correct failed/bad/bad.yaml, then move the folder failed/bad back"), "\(bad.error)")
            let done = try await place.command("retry", "boat", "--give-up", "--config", place.root)
            #expect(done.code == 2)
            #expect(done.error.contains("boat is done, and none of its renders needs a decision"), "\(done.error)")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `moved back, only what failed is sent again, and goes into the same folder`() async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            let text = try place.text("failed/four/ERROR.txt")
            #expect(text.contains("The other 3 renders were delivered to outbox/four."))
            #expect(text.contains("Trying again: 1 render, about "), "\(text)")
            #expect(text.contains("You do not pay again for the 3 delivered ones."), "\(text)")
            #expect(place.files("failed/four").filter { $0.hasSuffix(".failed.json") }.count == 1)
            let before = try times(place)
            #expect(rename(place("failed/four"), place("inbox/four")) == 0)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(run.error.contains("tries 1 of 4 renders again, about "), "\(run.error)")
            #expect(simulator.paidSubmits == sent + 1)
            #expect(pictures(place) == 4 && !place.has("outbox/four-2"))
            #expect(try times(place).filter { before[$0.key] != nil } == before, "what was delivered is untouched")
            let summary = try place.json("outbox/four/four.summary.json")
            #expect(summary["counts"]?["delivered"]?.int == 4)
            let own = try #require(summary["cost"]?["actual"]?.double)
            #expect(own == summary["cost"]?["estimated"]?.double && own > 0, "only the one is paid here")
            #expect(place.files("archive").contains("four/four.yaml") && place.files("failed") == [])
        }
    }

    @Test(arguments: [true, false])
    func `retry keeps the job and renders only what failed, with and without a watcher`(isWatched: Bool) async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            let before = try times(place)
            let id = try place.json("failed/four/four-002.failed.json")["job"]?["id"]?.string
            let watch: Child? = if isWatched { try await place.watch() } else { nil }
            let said = try await place.command("retry", "four", "--config", place.root)
            #expect(said.code == 0, "\(said.error)")
            #expect(said.out.hasPrefix("four: 1 render is rendered again, about "), "\(said.out)")
            #expect(said.out.contains("3 were delivered and stay in outbox/four"))
            if let watch {
                try await watch.says("four: done")
            } else {
                #expect(place.files("failed") == [] && simulator.paidSubmits == sent)
                #expect(try await place.run().code == 0)
            }
            #expect(simulator.paidSubmits == sent + 1)
            #expect(pictures(place) == 4 && !place.has("outbox/four-2"))
            #expect(try times(place).filter { before[$0.key] != nil } == before)
            #expect(try place.json("outbox/four/four-002.json")["job"]?["id"]?.string == id)
            #expect(!place.files("archive/four").contains { $0.hasSuffix(".failed.json") || $0 == "ERROR.txt" })
            let again = try await place.command("retry", "four", "--config", place.root)
            #expect(again.code == 2 && again.error.contains("all of it was delivered"), "\(again.error)")
        }
    }

    @Test func `killed right after the retry it is rendered once, also when the ledger is lost`() async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            #expect(try await place.command("retry", "four", "--config", place.root).code == 0)
            let rebuilt = try await place.command("doctor", "--rebuild", "--config", place.root)
            #expect(rebuilt.code == 0, "\(rebuilt.error)")
            let watch = try await place.watch()
            try await watch.says("four: done")
            watch.send(SIGKILL)
            _ = try await watch.ended()
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == sent + 1 && pictures(place) == 4)
        }
    }

    @Test func `an edited job renders what is new, and what changed into a folder of its own`() async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            let before = try times(place)
            // The third is another one, and a fifth is new.
            let edited = Self.documents(["a boat", "a hat", "a bush", "a lamp", "a cup"])
            place.forget("four.yaml")
            try place.folder.write("studio/failed/four/four.yaml", edited.utf8)
            let said = try await place.command("retry", "four", "--config", place.root)
            #expect(said.code == 2 && said.error.contains("was changed since"), "\(said.error)")
            #expect(rename(place("failed/four"), place("inbox/four")) == 0)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(
                run.error.contains("tries 3 of 5 renders again")
                    && run.error.contains("changed since it was delivered: 3"))
            #expect(simulator.paidSubmits == sent + 3)
            #expect(pictures(place) == 5 && pictures(place, "outbox/four-2") == 1)
            #expect(try times(place).filter { before[$0.key] != nil } == before)
        }
    }

    @Test func `again renders everything anew, into a folder of its own, after a yes`() async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            let asked = try await place.command("retry", "four", "--again", "--config", place.root)
            #expect(asked.code == 2 && asked.error.contains("4 renders, about "), "\(asked.error)")
            #expect(asked.error.contains("--yes") && place.has("failed/four/four.yaml"))
            let said = try await place.command("retry", "four", "--again", "--yes", "--config", place.root)
            #expect(said.code == 0 && said.out.contains("about "), "\(said.error)")
            let run = try await place.run()
            #expect(run.code == 0 && run.error.contains("renders everything again: 4 renders"), "\(run.error)")
            #expect(simulator.paidSubmits == sent + 4)
            #expect(pictures(place) == 3 && pictures(place, "outbox/four-2") == 4)
            // A job that was done, too; by its id, because two are called so by now.
            let id = try #require(try place.json("outbox/four-2/four.summary.json")["job"]?["id"]?.string)
            #expect(try await place.command("retry", id, "--again", "--yes", "--config", place.root).code == 0)
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == sent + 8 && pictures(place, "outbox/four-3") == 4)
        }
    }

    @Test func `again in the job file renders everything anew when it comes back`() async throws {
        try await withWorkplace { place, simulator in
            let sent = try await failSecond(place, simulator)
            place.forget("four.yaml")
            try place.folder.write("studio/failed/four/four.yaml", (Self.four + "again: true\n").utf8)
            #expect(rename(place("failed/four"), place("inbox/four")) == 0)
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == sent + 4 && pictures(place, "outbox/four-2") == 4)
        }
    }

    @Test func `a canceled job is rendered after all, without what was delivered`() async throws {
        try await withWorkplace { place, simulator in
            let watch = try await place.watch()
            let seeds = (1...24).map(String.init).joined(separator: ", ")
            try place.renameIn(
                "four.yaml",
                Workplace.async.replacing("n: 2", with: "n: 1").replacing("seed: 7", with: "seed: [\(seeds)]"))
            try await eventually("the first pictures") { pictures(place) >= 2 }
            let canceled = try await place.command("cancel", "four", "--config", place.root)
            #expect(canceled.code == 0, "\(canceled.error)")
            try await watch.says("four: canceled")
            let delivered = pictures(place)
            let sent = simulator.submits
            #expect(delivered >= 2 && delivered < 24)
            let said = try await place.command("retry", "four", "--config", place.root)
            #expect(
                said.code == 0 && said.out.contains("\(24 - delivered) render"), "\(said.error) \(said.out)")
            try await watch.says("four: done")
            #expect(pictures(place) == 24 && !place.has("outbox/four-2"))
            #expect(simulator.submits == sent + 24 - delivered)
        }
    }

    @Test func `a file that is no job, and a folder that is gone, are told with what to do`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("bad.yaml", "promt: a cat\n")
            let sent = try await failSecond(place, simulator)
            let bad = try await place.command("retry", "bad", "--config", place.root)
            #expect(bad.code == 2 && bad.error.contains("correct failed/bad/bad.yaml, then move"), "\(bad.error)")
            try FileManager.default.moveItem(atPath: place("failed/four"), toPath: place.folder("elsewhere"))
            let gone = try await place.command("retry", "four", "--config", place.root)
            #expect(gone.code == 2 && gone.error.contains("drop the job file again"), "\(gone.error)")
            #expect(try await place.command("retry", "nobody", "--config", place.root).code == 2)
            try FileManager.default.moveItem(atPath: place.folder("elsewhere"), toPath: place("failed/four"))
            #expect(simulator.paidSubmits == sent)
        }
    }
}
