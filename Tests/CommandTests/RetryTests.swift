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

    @Test func `a job of many renders that failed in part is told apart and tried again whole`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit, nth: 2), .taskFails(code: "DataInspectionFailed"))
            try place.drop("boats.yaml", Workplace.sync.replacing("seed: 7", with: "seed: [1, 2]"))
            #expect(try await place.run().code == 3)
            #expect(
                try place.text("failed/boats/ERROR.txt").contains("The other 1 was delivered to outbox/boats."))
            #expect(place.files("outbox/boats").filter { $0.hasSuffix(".png") }.count == 1)
            #expect(place.has("outbox/boats/boats.summary.json"))
            #expect(place.files("failed/boats").filter { $0.hasSuffix(".failed.json") }.count == 1)
            #expect(rename(place("failed/boats"), place("inbox/boats")) == 0)
            #expect(try await place.run().code == 0)
            #expect(place.files("outbox/boats-2").filter { $0.hasSuffix(".png") }.count == 2)
        }
    }
}
