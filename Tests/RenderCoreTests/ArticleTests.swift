import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Answers in which text and pictures take turns.
@Suite struct ArticleTests {
    @Test(
        arguments: [
            ([ArticleItem.text(" No\n picture\u{1B}[2J\tof that. "), .output(1)], "No picture\u{FFFD}[2J of that."),
            ([.text(String(repeating: "a", count: 301))], String(repeating: "a", count: 300) + "…"),
            ([.text(" \n"), .output(1)], nil), ([.output(1)], nil),
        ] as [([ArticleItem], String?)])
    func `a message tells what was written on one line`(items: [ArticleItem], text: String?) {
        #expect(
            RenderResult(task: nil, requestID: nil, status: "", outputs: [], learnedAt: .distantPast, article: items)
                .shortText == text)
    }

    private static func result(_ items: [ArticleItem]?) -> RenderResult {
        RenderResult(
            task: TaskID("t"), requestID: nil, status: "SUCCEEDED",
            outputs: [.init(index: 1, url: "https://results.example.com/1.png?Signature=secret")],
            learnedAt: Fixtures.start, article: items)
    }

    private static let files = [1: "cat-1.png", 2: "cat-2.png"]

    static let articles: [([ArticleItem], String?)] = [
        (
            [.text("First, the sky.\n\n"), .output(1), .text("\nThen the sea."), .output(2)],
            "First, the sky.\n\n![](cat-1.png)\n\nThen the sea.\n\n![](cat-2.png)\n"
        ),
        // A text comes in pieces, and an output stands where the answer has it, twice if it says so.
        (
            [.text("Fi"), .text("rst, "), .text("# the sky"), .output(2), .output(1), .output(2)],
            "First, # the sky\n\n![](cat-2.png)\n\n![](cat-1.png)\n\n![](cat-2.png)\n"
        ),
        // What was not delivered has no name, and what is not seen is no text.
        ([.text("a"), .output(7), .text("b")], "a\n\nb\n"), ([.output(1), .output(2)], nil), ([], nil),
        ([.text(" \n\u{A0}"), .output(1)], nil),
        // Lines end with line feeds; what would move a terminal's cursor is shown.
        ([.text("one\r\ntwo\tthree\u{1B}[2J")], "one\ntwo    three\u{FFFD}[2J\n"),
        ([.text("- 猫\n  - 🐈‍⬛\n")], "- 猫\n  - 🐈‍⬛\n"),
    ]

    @Test(arguments: articles) func `an article is Markdown`(items: [ArticleItem], wanted: String?) {
        let result = Self.result(items)
        #expect(result.markdown(files: Self.files) == wanted)
        #expect(result.isArticle == (wanted != nil))
    }

    @Test(arguments: [
        ("orange-cat_1.png", "orange-cat_1.png"), ("a cat (1).png", "a%20cat%20%281%29.png"), ("50%.png", "50%25.png"),
        ("a&copy;#1.png", "a%26copy%3B%231.png"), ("猫 é.png", "猫%20é.png"), ("[x]`'!.png", "%5Bx%5D%60%27%21.png"),
        ("~$tmp.png", "~%24tmp.png"),
    ])
    func `a file's name is a link that means the file`(name: String, link: String) {
        let items = [ArticleItem.text("a"), .output(1)]
        #expect(Self.result(items).markdown(files: [1: name]) == "a\n\n![](\(link))\n")
        #expect(link.removingPercentEncoding == name)
    }

    @Test func `an answer of outputs only is none`() {
        #expect(!Self.result(nil).isArticle)
        #expect(Self.result(nil).markdown(files: Self.files) == nil)
    }

    @Test func `it is kept in few words, without links, and old results have none`() throws {
        let items = [ArticleItem.text("a"), .output(2)]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(items), as: UTF8.self) == #"[{"text":"a"},{"output":2}]"#)
        let result = Self.result(items)
        #expect(try JSONDecoder().decode(RenderResult.self, from: encoder.encode(result)) == result)
        #expect(result.withoutLinks.article == items)
        #expect(!String(decoding: try encoder.encode(result.withoutLinks), as: UTF8.self).contains("Signature"))
        let old = try encoder.encode(Self.result(nil))
        #expect(!String(decoding: old, as: UTF8.self).contains("article"))
        #expect(try JSONDecoder().decode(RenderResult.self, from: old).article == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ArticleItem].self, from: Data(#"[{"film":2}]"#.utf8))
        }
    }

    @Test func `more text than there is room for is cut, and nothing else is`() {
        let half = String(repeating: "a", count: ArticleItem.textBytesMax / 2)
        #expect(Self.result([.text(half), .output(1), .text(half)]).article == [.text(half), .output(1), .text(half)])
        let items = Self.result([.text(half), .output(1), .text("bé" + half), .text("c"), .output(2)]).article
        let rest = String(half.dropLast(3))
        #expect(items == [.text(half), .output(1), .text("bé" + rest + "…"), .output(2)])
        // A letter of two bytes has no room for its second.
        let whole = Self.result([.text(half + half.dropLast() + "é")]).article
        #expect(whole == [.text(half + half.dropLast() + "…")])
        #expect(Self.result([.text(half + half), .text("c"), .output(1)]).article == [.text(half + half), .output(1)])
    }

    @Test func `it stands beside the sidecar of the same stem`() {
        #expect(OutputNaming.article(job: "cat", render: 1, of: 1) == "cat.md")
        #expect(OutputNaming.article(job: "cat", render: 2, of: 12) == "cat-002.md")
    }
}
