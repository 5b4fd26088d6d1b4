import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// Folders of `failed/` dragged back into the inbox, with the texts and sidecars that lie in them.
@Suite(.timeLimit(.minutes(15))) struct DragBackTests {
    private static let broken = [
        "size.yaml": "prompt: A hat\nmodel: qwen-image-2.0\nsize: 1x1\n",
        "spring/key.yaml": "promt: A hat\nmodel: qwen-image-2.0\nsize: 512*512\n",
        "small.yaml": "prompt: A red hat\nmodel: qwen-image-edit-plus\nreferences: [own.png]\n",
    ]

    private func failOnce(_ place: Workplace) async throws {
        for (name, text) in Self.broken { try place.drop(name, text) }
        try place.drop("own.png", try sample("Tests/Fixtures/cat-too-small.png"))
        try place.drop("good.yaml", Workplace.sync)
        let run = try await place.run()
        #expect(run.code == 3 && run.error.contains("1 done, 3 failed"), "\(run.error)")
        #expect(
            place.files("failed").filter { !$0.hasSuffix("journal.jsonl") } == [
                "size/ERROR.txt", "size/size.failed.json", "size/size.yaml", "small/ERROR.txt", "small/own.png",
                "small/small.failed.json", "small/small.yaml", "spring/key/ERROR.txt", "spring/key/key.failed.json",
                "spring/key/key.yaml",
            ])
    }

    @Test func `the whole of failed, copied back as it is, fails once more and grows by nothing`() async throws {
        try await withWorkplace(intake: "settle: 200ms, wait_for_references: 300ms") { place, simulator in
            try await failOnce(place)
            let before = place.files("failed")
            try FileManager.default.copyItem(atPath: place("failed"), toPath: place("inbox/failed"))
            try place.drop("after.yaml", Workplace.sync)
            let again = try await place.run()
            #expect(again.code == 3 && again.error.contains("1 done, 3 failed"), "\(again.error)")
            // Beside what was there, below a folder called as the one that was dragged: each job once, nothing else.
            let more = place.files("failed").filter { $0.hasPrefix("failed/") }.map { String($0.dropFirst(7)) }
            #expect(more == before)
            #expect(place.files("failed").filter { !$0.hasPrefix("failed/") } == before)
            #expect(place.files("inbox") == [], "texts and sidecars that came back are tidied away")
            #expect(place.has("outbox/after/after.json"))
            let papers = try place.json("failed/failed/size/size.failed.json")
            #expect(papers["job"]?["retry_of"]?.string != nil)
            #expect(simulator.submits == 2, "only the good ones were sent")
            let idle = try await place.run()
            #expect(idle.code == 0 && idle.error.contains("0 done, 0 failed"), "\(idle.error)")
        }
    }

    @Test func `folders that were corrected and moved back deliver where they would have at first`() async throws {
        try await withWorkplace(intake: "settle: 200ms, wait_for_references: 300ms") { place, simulator in
            try await failOnce(place)
            for (name, text) in [
                ("size/size.yaml", "prompt: A hat\nmodel: qwen-image-2.0\nsize: 512*512\n"),
                ("spring/key/key.yaml", "prompt: A hat\nmodel: qwen-image-2.0\nsize: 512*512\n"),
            ] { try Data(text.utf8).write(to: URL(fileURLWithPath: place("failed/" + name))) }
            for name in ["size.yaml", "spring/key.yaml", "own.png"] { place.forget(name) }
            try Data(try sample("samples/photos/cat.jpg")).write(
                to: URL(fileURLWithPath: place("failed/small/own.png")))
            for name in ["size", "small", "spring/key"] {
                try FileManager.default.moveItem(atPath: place("failed/" + name), toPath: place("inbox/" + name))
            }
            let again = try await place.run()
            #expect(again.code == 0 && again.error.contains("3 done, 0 failed"), "\(again.error)")
            #expect(
                place.files("outbox").filter { $0.hasSuffix(".json") } == [
                    "good/good.json", "size/size.json", "small/small.json", "spring/key/key.json",
                ])
            #expect(place.files("failed") == [] && place.files("inbox") == [])
            #expect(simulator.submits == 4)
        }
    }

    @Test func `an id that somebody made up leads nowhere`() async throws {
        try await withWorkplace { place, _ in
            let made = [
                "../../../outside", "01J00000000000000000000000", String(repeating: "0", count: 5000), "\u{1B}[2J",
            ]
            for (number, id) in made.enumerated() {
                try place.drop("made-\(number)/.renderdrop-job", id + "\n")
                try place.drop("made-\(number)/notes.txt", "mine")
                try place.drop("made-\(number)/boat.yaml", Workplace.sync)
            }
            for number in made.indices { place.forget("made-\(number)/.renderdrop-job") }
            let run = try await place.run()
            #expect(run.code == 0 && run.error.contains("\(made.count) done"), "\(run.error)")
            #expect(place.files("inbox").filter { $0.hasSuffix("notes.txt") }.count == made.count)
            #expect(place.files("outbox").filter { $0.hasSuffix(".json") }.count == made.count)
        }
    }
}
