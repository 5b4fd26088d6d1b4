import Foundation
import RenderCore
import Testing

/// A row in words: short ones for tables, all of them for its card.
@Suite struct ModelWordsTests {
    private let small: ModelCatalogue

    init() throws { small = try smallCatalogue() }

    private func model(_ id: String) throws -> Model { try #require(small.models.first { $0.id == id }) }

    @Test(arguments: [
        ("both", "beijing", "0..4 pictures", "1K 2K", "from 0.25 CNY a picture", "5 a second, 5 at once"),
        ("both", "singapore", "0..4 pictures", "1K 2K", "0.30 CNY a picture", "2 in 60 s, 5 at once"),
        ("words", "beijing", "text only", "2 sizes, as 1664*928", "0.20 CNY a picture", "2 in 60 s"),
        ("words", "singapore", "text only", "2 sizes, as 1664*928", "", "2 in 60 s"),
        ("editor", "beijing", "1..2 pictures", "its own", "0.10 CNY a picture", "2 a second"),
        (
            "film", "beijing", "0..1 picture, 0..1 film", "720P 1080P", "from 0.60 CNY a second",
            "5 a second, 5 at once"
        ),
        ("sizes", "beijing", "text only", "720P 1080P", "from 0.60 CNY a second", "5 a second, 5 at once"),
        ("tool", "beijing", "1..3 pictures", "to 1440*1440", "from 0.05 CNY a picture", "2 a second"),
    ])
    func `a row is told in a few words`(
        id: String, region: String, inputs: String, sizes: String, price: String, limit: String
    ) throws {
        let words = ModelWords(try model(id), in: region)
        #expect(words.inputs == inputs)
        #expect(words.sizes == sizes)
        #expect(words.price ?? "" == price)
        #expect(words.limit == limit)
    }

    @Test func `words that stand for parameters are told`() throws {
        let kling = try #require(catalogue.models.first { $0.id == "kling/kling-v3-video-generation" })
        let makes = try #require(ModelCard(kling).sections.first { $0.title == "makes" }).entries
        let words = "4K as `mode: 4k`, 720P as `mode: std`, 1080P as `mode: pro`"
        #expect(makes.contains { $0.name == "resolution" && $0.text == words })
        #expect(makes.contains { $0.name == "ratio" && $0.text == "16:9, 9:16, 1:1, as `aspect_ratio`" })
    }

    @Test(arguments: [
        ("[]", "0..3 pictures, 0..2 films"), ("[{of: [a], not_with: [b]}]", "0..2 pictures, 0..2 films"),
        ("[{of: [a, b, v], count: 1..2}]", "0..2 pictures, 0..2 films"),
        ("[{of: [a], needs: [v]}, {of: [b], not_with: [v]}]", "0..2 pictures, 0..2 films"),
        ("[{of: [a, b], count: 1..2}]", "1..2 pictures, 0..2 films"),
    ])
    func `only what may be given together is counted together`(rules: String, told: String) throws {
        let catalogue = try made(
            """
            endpoints: {V: {path: /v, mode: async, family: V}}
            models:
              - id: m
                kinds: [reference-to-video]
                endpoints: [V]
                inputs:
                  a: {count: 0..1, kind: image, key: a}
                  b: {count: 0..2, kind: image, list: b}
                  v: {count: 0..2, kind: video, list: v}
                together: \(rules)
                limit: {submits: 1}
                billed: second
                source: tests
            """)
        #expect(ModelWords(try #require(catalogue.models.first), in: "beijing").inputs == told)
    }

    private func text(_ card: ModelCard, _ section: String) -> [String] {
        card.sections.filter { $0.title == section }.flatMap(\.entries).map { "\($0.name): \($0.text)" }
    }

    @Test func `a card says everything of a row`() throws {
        let card = ModelCard(try model("both"))
        #expect(
            card.sections.map(\.title) == [
                "model", "call", "takes", "makes", "parameters", "prices as of 2026-05-30", "limits", "`fine: true`",
            ])
        #expect(
            text(card, "model") == [
                "title: Words and Pictures", "status: current", "also: both-2026-01-01", "facts: reported: the tests",
            ])
        #expect(
            text(card, "call") == [
                "kinds: text-to-image, image-edit", "endpoints: /a (A, async, family M), or /s (S, sync, family M)",
            ])
        let picture = "jpeg, png; each side 384..3072 pixels; ratio 1:8..8:1; at most 10 MB; no transparency"
        #expect(
            text(card, "takes") == [
                "prompt: at most 800 characters", "negative_prompt: at most 500 characters",
                "reference_image: 0..3 pictures; \(picture)", "mask: 0..1 picture; \(picture)",
                "together: mask only with reference_image",
                "files: small pictures go within the request, other files by an upload",
            ])
        #expect(
            text(card, "makes") == [
                "n: 1..4", "size: 512*512 to 2048*2048 in area; ratio 1:4..4:1; or 1K, 2K; default: 2K",
            ])
        #expect(
            text(card, "parameters") == [
                "fine: true or false; default: false",
                "seed: whole number 0..9; the same seed makes a similar picture",
                "style: one of <plain>, rich_one; default: <plain>",
            ])
        #expect(
            text(card, "prices as of 2026-05-30") == [
                "beijing: 0.25 CNY a picture, 0.50 CNY above 2250000 pixels, and 0.02 CNY an input picture",
                "singapore: 0.30 CNY a picture",
            ])
        #expect(text(card, "limits") == ["anywhere: 5 a second, 5 at once", "singapore: 2 in 60 s, 5 at once"])
    }

    @Test func `under a condition only what differs is told`() throws {
        let card = ModelCard(try model("both"))
        #expect(text(card, "`fine: true`") == ["n: 1", "price in beijing: 1.00 CNY a picture"])
    }

    @Test func `a function is told with what it does, takes besides and takes not`() throws {
        let card = ModelCard(try model("tool"))
        #expect(
            text(card, "function `expand`") == [
                "does: more around the picture", "top_scale: number 1..2.5; default: 1; required; upwards",
                "seed: none",
            ])
        #expect(
            text(card, "function `erase`").map { $0.prefix(14) } == [
                "does: takes aw", "mask: 1 pictur", "price in beiji",
            ])
        #expect(text(card, "limits") == ["anywhere: 2 a second; shared by all of workshop"])
    }

    @Test func `a film is told with its resolution, its length and what its inputs cost`() throws {
        let card = ModelCard(try model("film"))
        #expect(
            text(card, "makes") == [
                "n: 1", "resolution: 1080P, 720P; default: 720P", "duration: 2..15 s; default: 5; or `auto` (-1)",
            ])
        #expect(
            text(card, "takes") == [
                "prompt: at most 800 characters; may be left out", "first_frame: 0..1 picture", "video: 0..1 film",
                "together: video not with first_frame", "files: all go by an upload",
            ])
        #expect(
            text(card, "prices") == [
                "beijing: 720P 0.60 CNY, 1080P 1.00 CNY a second; input films count for 5 s at most"
            ])
        #expect(
            text(ModelCard(try model("sizes")), "model") == [
                "title: Film of Sizes", "status: current", "in singapore: called sizes-intl",
                "regions: beijing, singapore", "facts: documented: the tests",
            ])
    }

    @Test(arguments: catalogue.models.map(\.id))
    func `every row of the built-in catalogue has a card without an empty word`(id: String) throws {
        let model = try #require(catalogue.models.first { $0.id == id })
        let card = ModelCard(model)
        #expect(card.sections.count >= 5)
        for section in card.sections {
            #expect(!section.entries.isEmpty && !section.title.isEmpty)
            for entry in section.entries { #expect(!entry.name.isEmpty && !entry.text.isEmpty, "\(section.title)") }
        }
    }
}

@Suite struct CatalogueDocumentTests {
    private static let file = repository.appending(path: "docs/models.md")

    @Test func `docs models md is what the catalogue says; make docs writes it anew`() throws {
        let written = try String(contentsOf: Self.file, encoding: .utf8)
        let wanted = CatalogueDocument(catalogue).markdown
        // A difference of one line is easier to read than two whole pages.
        let (old, new) = (written.split(separator: "\n"), wanted.split(separator: "\n"))
        #expect(new.count > catalogue.models.count && !catalogue.models.isEmpty)
        for (line, right) in zip(old, new) where line != right {
            #expect(line == right, "the first line that differs; run `make docs`")
            break
        }
        #expect(written == wanted, "run `make docs`")
    }

    @Test func `each kind has its table, current models first, and each model its section`() throws {
        let lines = CatalogueDocument(try smallCatalogue()).markdown.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("## ") } == [
                "## text-to-image", "## image-edit", "## text-to-video", "## image-to-video", "## Model by model",
            ])
        #expect(
            lines.filter { $0.hasPrefix("### ") }
                == ["both", "words", "editor", "film", "sizes", "tool"].map { "### " + $0 })
        let edit = try #require(lines.firstIndex(of: "## image-edit"))
        #expect(
            Array(lines[(edit + 2)..<(edit + 7)]) == [
                "| model | status | takes | makes | price in beijing | price in singapore | limit |",
                "| --- | --- | --- | --- | --- | --- | --- |",
                "| [both](#both) | current | 0..4 pictures | 1K 2K | from 0.25 CNY a picture | 0.30 CNY a picture "
                    + "| 5 a second, 5 at once |",
                "| [editor](#editor) | legacy | 1..2 pictures | its own | 0.10 CNY a picture |  | 2 a second |",
                "| [tool](#tool) | legacy | 1..3 pictures | to 1440\\*1440 | from 0.05 CNY a picture |  | 2 a second |",
            ])
    }

    @Test func `what would be markup is written as it stands, but not within code`() throws {
        let lines = CatalogueDocument(try smallCatalogue()).markdown.split(separator: "\n").map(String.init)
        #expect(lines.contains("  - `style`: one of \\<plain\\>, rich\\_one; default: \\<plain\\>"))
        #expect(lines.contains("- **function `expand`**"))
        #expect(lines.contains("  - `duration`: 2..15 s; default: 5; or `auto` (-1)"))
    }

    @Test(arguments: [
        ("wan2.7-image", "wan27-image"), ("kling/kling-v3_x", "klingkling-v3_x"), ("Qwen Image", "qwen-image"),
    ])
    func `a link leads to a heading as GitHub calls it`(heading: String, anchor: String) throws {
        let catalogue = try made(
            """
            endpoints: {A: {path: /a, mode: async, family: M}}
            models:
              - {id: "\(heading)", kinds: [text-to-image], endpoints: [A], limit: {submits: 1}, source: tests}
            """)
        #expect(CatalogueDocument(catalogue).markdown.contains("| [\(heading)](#\(anchor)) |"))
    }
}
