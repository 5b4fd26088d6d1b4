import Foundation
import RenderCore
import Testing

@Suite struct LookAlikeTests {
    /// A file, and the place and the character that it is told by.
    static let files: [(text: String, place: String, name: String)] = [
        ("prompt:\u{A0}A paper boat\n", "1:8", "U+00A0 no-break space"),
        ("prompt:\u{A0}A paper boat\nmodel: qwen-image-2.0\n", "1:8", "U+00A0 no-break space"),
        ("model: qwen-image-2.0\nprompt：一只纸船\n", "2:7", "U+FF1A fullwidth colon"),
        ("prompt：一只纸船\n", "1:7", "U+FF1A fullwidth colon"),
        ("prompt\u{3000}：a boat\n", "1:7", "U+3000 ideographic space"),
        (
            "defaults:\n\u{A0} \u{A0} model: qwen-image-plus\njobs:\n\u{A0} \u{A0} - prompt: A boat\n", "2:1",
            "U+00A0 no-break space"
        ),
        ("prompt: A boat\nmodel: qwen-image-2.0\nn: “2”\n", "3:4", "U+201C left double quotation mark"),
        ("prompt: A boat\nn: ２\nmodel: qwen-image-2.0\n", "2:4", "U+FF12 fullwidth digit two"),
        ("prompt: A boat\nseed: 4\u{200B}2\n", "2:8", "U+200B zero width space"),
        ("prompt: A boat\nwatermark: false\u{A0}\n", "2:17", "U+00A0 no-break space"),
        ("prompt: A boat\nmodel: qwen\u{2011}image-2.0\n", "2:12", "U+2011 non-breaking hyphen"),
        ("prompt: A boat\nmodel: “qwen-image-2.0”\n", "2:8", "U+201C left double quotation mark"),
        ("prompt: A boat\nsize: 16：9\n", "2:9", "U+FF1A fullwidth colon"),
        ("pro\u{AD}mpt: A boat\n", "1:4", "U+00AD soft hyphen"),
        ("\u{200E}prompt: A boat\n", "1:1", "U+200E left-to-right mark"),
        ("рrompt: A boat\n", "1:1", "U+0440 cyrillic small letter er"),
        ("prompt: A boat\n\u{FEFF}model: qwen-image-2.0\n", "2:1", "U+FEFF byte order mark"),
        ("prompt: A boat\u{2028}on a lake\n", "1:15", "U+2028 line separator"),
        ("jobs:\n– prompt: A boat\n", "2:1", "U+2013 en dash"),
        ("jobs:\n-\u{A0}prompt: A boat\n", "2:2", "U+00A0 no-break space"),
        ("“prompt”: A boat\n", "1:1", "U+201C left double quotation mark"),
        ("prompt: A boat\nnot_before: 2099–01–01T00:00Z\n", "2:17", "U+2013 en dash"),
        ("prompt: A boat\noutput: {name: “{job}”}\n", "2:16", "U+201C left double quotation mark"),
        ("prompt: A boat\n\u{202A}seed: 4\u{202C}\n", "2:1", "U+202A left-to-right embedding"),
        ("prompt: A\u{7} boat\n", "1:10", "U+0007 "),
    ]

    @Test(arguments: files)
    func `the character is named with its place, and nothing misleads`(
        text: String, place: String, name: String
    ) throws {
        let errors = plan(text).diagnostics.filter { $0.severity == .error }
        let first = try #require(errors.first)
        #expect("\(first.mark.line):\(first.mark.column)" == place, "\(errors)")
        #expect(first.message.hasPrefix("this character is \(name)"), "\(errors)")
        #expect(errors.allSatisfy { $0.message.hasPrefix("this character is U+") }, "\(errors)")
        #expect(!first.advice.isEmpty && !first.advice.contains("space after the colon"))
    }

    @Test(arguments: [
        "prompt: He said “hi”, and left – slowly…\nmodel: qwen-image-2.0\n",
        "prompt: “Hi” she said\nmodel: qwen-image-2.0\n",
        "prompt: 一只纸船，红色：很小\nmodel: qwen-image-2.0\n",
        "prompt: |\n  Scene：dusk\n  “quoted”\u{A0}text\nmodel: qwen-image-2.0\n",
        "prompt: family 👨‍👩‍👧 ❤️\nmodel: qwen-image-2.0\n", "prompt: نص\u{200F} عربي\nmodel: qwen-image-2.0\n",
        "prompt: a\nmodel: qwen-image-2.0\nmetadata: {“a”: «b»}\n",
    ])
    func `typography within a text is nobody's mistake`(text: String) {
        #expect(!plan(text).plans.isEmpty, "\(plan(text).diagnostics)")
    }

    @Test(arguments: [
        ("prompt: He said “hi”\nmodle: qwen-image-2.0\n", "unknown field `modle`"),
        ("promt: He said “hi”\n", "unknown field `promt`"), ("prompt: “Hi” she said\n\tsize: 1:1\n", "there is a tab"),
        ("prompt: |\n  Scene：dusk\nn: many\n", "`n` cannot be"),
        ("prompt: a “b”: c: d\n", "this line has a second colon"),
        ("prompt: “hi”\nn: “two”\n", "`n` cannot be"), ("prompt: 船\nmodel: nobody\n", "the model `nobody`"),
    ])
    func `another mistake is not blamed on it`(text: String, said: String) {
        let errors = plan(text).diagnostics.filter { $0.severity == .error }
        #expect(errors.contains { $0.message.contains(said) }, "\(errors)")
        #expect(!errors.contains { $0.message.contains("U+") }, "\(errors)")
    }

    @Test func `each line is named, and other mistakes beside it`() {
        let errors = plan("prompt: A boat\nn: “2”\nseed: ４\nsede: x\nmodel: qwen-image-2.0\n").diagnostics.filter {
            $0.severity == .error
        }
        #expect(errors.map(\.mark.line) == [2, 3, 4], "\(errors)")
        #expect(errors.first?.advice.contains("1 more such character") == true)
    }

    @Test func `a name in typographic quotes that is missing says so`() {
        let said = plan("prompt: A boat\nmodel: qwen-image-edit-plus\nreferences: [“cat.jpg”]\n").diagnostics
        #expect(said.first?.mark == Mark(line: 3, column: 14))
        #expect(said.first?.advice.contains("U+201C left double quotation mark stands in the name") == true, "\(said)")
    }

    @Test(.timeLimit(.minutes(2))) func `a long file with many of them takes no time`() {
        let text = String(repeating: "n：“２”\n", count: 20_000)
        #expect(plan(text).plans.isEmpty)
    }
}
