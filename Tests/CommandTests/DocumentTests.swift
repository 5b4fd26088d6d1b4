import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Films of documents that lie beside their job files.
@Suite(.timeLimit(.minutes(15))) struct DocumentTests {
    private static func job(_ name: String) -> String {
        "prompt: A film of the story\nmodel: wan3.0-video\nresolution: 480P\nduration: 2\nmedia: [{file: \(name)}]\n"
    }

    private static func fixture(_ name: String) throws -> [UInt8] { try sample("Tests/Fixtures/Media/" + name) }

    @Test func `documents are uploaded, rendered and move on with their jobs`() async throws {
        try await withWorkplace { place, simulator in
            let texts = ["plot.txt": "The fox finds a lantern.\n", "notes.md": "# Night\n\nRain.\n"]
            for (name, text) in texts { try place.drop(name, text) }
            for name in ["pages.pdf", "story.docx", "table.xls"] { try place.drop(name, try Self.fixture(name)) }
            let names = ["plot.txt", "notes.md", "pages.pdf", "story.docx", "table.xls"]
            for name in names { try place.drop("of-\(name.prefix { $0 != "." }).yaml", Self.job(name)) }
            try place.drop("stray.txt", "nobody names this\n")
            let ended = try await place.run()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(simulator.paidSubmits == names.count)
            for name in names {
                let job = "of-" + name.prefix { $0 != "." }
                let sidecar = try place.json("outbox/\(job)/\(job).json")
                #expect(sidecar["request"]?["input"] != nil)
                #expect(place.files("archive").contains { $0.hasSuffix("/" + name) }, "\(name)")
                #expect(!place.has("inbox/" + name))
            }
            let waiting = try place.text("inbox/_WAITING.txt").split(separator: "\n").filter { $0.contains(".txt: ") }
            #expect(
                waiting == [
                    "stray.txt: not a job file; drop a .yaml, .yml or .json job file that names it"
                ])
        }
    }

    @Test func `a document in the assets is taken, and one that is cut off is waited for`() async throws {
        try await withWorkplace { place, simulator in
            let story = try Self.fixture("story.docx")
            try place.folder.write("studio/assets/story.docx", story)
            try place.drop("film.yaml", Self.job("story.docx"))
            try place.drop("part.docx", story.prefix(story.count * 6 / 10))
            try place.drop("part.yaml", Self.job("part.docx"))
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == 1 && place.has("outbox/film/film.json"))
            #expect(try place.text("inbox/_WAITING.txt").contains("part.yaml: waits for part.docx"))
        }
    }
}
