import RenderCore
import RenderYAML
import Testing

private func thrown(_ text: String, limits: YAMLLimits = YAMLLimits()) -> Diagnostic? {
    do {
        _ = try YAMLDocumentParser(limits: limits).parse(text)
        return nil
    } catch { return error as? Diagnostic }
}

@Suite struct YAMLDocumentParserTests {
    private let parser = YAMLDocumentParser()

    @Test func `every node knows its line and column, counted in scalars`() throws {
        let tree = try parser.parse("# täst\nprompt: \"ä🎈\"\nsize: {w: 1}\n")
        guard case .mapping(let entries) = tree.first?.content else { throw Missing() }
        #expect(entries.map(\.key.mark) == [Mark(line: 2, column: 1), Mark(line: 3, column: 1)])
        #expect(entries.map(\.value.mark) == [Mark(line: 2, column: 9), Mark(line: 3, column: 7)])
        #expect(entries[0].value.content == .scalar(text: "ä🎈", plain: false))
    }

    @Test func `a column behind wide characters counts scalars`() throws {
        let tree = try parser.parse("[ä🎈é, b]")
        guard case .sequence(let items) = tree.first?.content else { throw Missing() }
        #expect(items[1].mark == Mark(line: 1, column: 7))
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func `lines count alike with every line end`(end: String) throws {
        let tree = try parser.parse(["a: 1", "b: 2", "c: 3"].joined(separator: end))
        guard case .mapping(let entries) = tree.first?.content else { throw Missing() }
        #expect(entries.map(\.key.mark.line) == [1, 2, 3])
    }

    @Test(arguments: [("16:9", true), ("on", true), ("0123", true), ("~", true), ("'on'", false), ("!!str 2", false)])
    func `scalars stay text, and quotes are remembered`(written: String, plain: Bool) throws {
        let tree = try parser.parse("[\(written)]")
        guard case .sequence(let items) = tree.first?.content,
            case .scalar(let text, let isPlain) = items.first?.content
        else { throw Missing() }
        #expect(isPlain == plain)
        #expect(written.contains(text))
    }

    @Test func `several documents are several trees`() throws {
        #expect(try parser.parse("a: 1\n---\nb: 2\n...\n---\n").count == 3)
        #expect(try parser.parse("# only words\n").isEmpty)
    }

    @Test func `merge keys bring what the mapping does not say itself, the first mapping first`() throws {
        let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n"
        guard case .mapping(let entries) = try parser.parse(text).first?.content,
            case .mapping(let merged) = entries[2].value.content
        else { throw Missing() }
        #expect(merged.map(\.key.value) == ["a", "b", "c"])
        #expect(merged.map(\.value.content) == ["0", "1", "2"].map { .scalar(text: $0, plain: true) })
    }

    @Test func `a JSON file with escaped emoji is read, and places stay those of the file`() throws {
        let text = #"{"a":"\ud83d\ude00 \\ud83d","b":[1,2],"#
        let tree = try parser.parse(text + "\"c\":true}")
        guard case .mapping(let entries) = tree.first?.content else { throw Missing() }
        #expect(entries[0].value.content == .scalar(text: "😀 \\ud83d", plain: false))
        #expect(entries[2].key.mark == Mark(line: 1, column: text.count + 1))
    }

    @Test func `a key that stands twice names the first place`() {
        let diagnostic = thrown("prompt: a\nsize: 1:1\nprompt: b\n")
        #expect(diagnostic?.mark == Mark(line: 3, column: 1))
        #expect(diagnostic?.message == "the key `prompt` appears twice; the first one is in line 1")
    }

    @Test(arguments: [
        ("prompt: x\n\tsize: 1", 2, 1, "there is a tab where YAML allows only spaces"),
        ("size:\n\t- 1", 2, 1, "there is a tab where YAML allows only spaces"),
        ("prompt: \"a cat\nsize: 1:1\n", 1, 9, "the quote that opens here is never closed"),
        ("prompt: 'a cat\n", 1, 9, "the quote that opens here is never closed"),
        ("prompt: a cat: red", 1, 14, "this line has a second colon, or is indented too far"),
        ("prompt: a\n  size: 1", 2, 7, "this line has a second colon, or is indented too far"),
        ("prompt: a\nsize:1\nn: 2", 2, 1, "this key has no colon"),
        ("prompt: a\n size: 1\nn: 2", 2, 6, "this line has a second colon, or is indented too far"),
        ("  prompt: a\nsize: 1", 2, 1, "there is text after the end of the document"),
        ("prompt: @home", 1, 9, "text without quotes cannot start with @"),
        ("prompt: *home", 1, 9, "`*home` has no `&home` above it that it could repeat"),
        ("prompt: \"a\" cat\n", 1, 13, "there is text after the closing quote"),
        (
            "prompt: \"c:\\photos\"", 1, 12,
            "a backslash in double quotes starts an escape, and YAML does not know this one"
        ),
        ("output: {name: {job}-{index}}", 1, 9, "the { that opens here is not closed, or a comma is missing"),
        ("references: [a.jpg, b.jpg\nsize: 1", 1, 13, "the list that starts here is not closed, or a comma is missing"),
        ("{a}: 1", 1, 1, "a mapping with 1 key cannot be a key"),
        ("a: !!binary aGk=", 1, 4, "binary data (`!!binary`) is not supported"),
        ("a: !photo x", 1, 4, "unknown YAML tag `!photo` on text"),
        ("a: &a [*a]", 1, 8, "`*a` stands inside the value that it repeats"),
        ("a: 1\nb: \u{7}", 2, 4, "this line contains a control character, which a text file must not have"),
    ])
    func `what is no YAML says so in plain words`(text: String, line: Int, column: Int, message: String) {
        let diagnostic = thrown(text)
        #expect(diagnostic?.message == message)
        #expect(diagnostic?.mark == Mark(line: line, column: column))
        #expect(diagnostic?.advice.isEmpty == false)
    }

    @Test func `a bomb of aliases ends early`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        #expect(thrown(text)?.message.contains("aliases") == true)
    }

    @Test func `a long text copied by aliases ends early`() {
        let text =
            "a: &a \(String(repeating: "x", count: 100_000))\nb: [\(Array(repeating: "*a", count: 50).joined(separator: ", "))]"
        #expect(thrown(text)?.message.contains("aliases") == true)
    }

    @Test(arguments: [
        String(repeating: "[", count: 10_000), String(repeating: "{a: ", count: 10_000),
        (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ])
    func `depth is bounded`(text: String) {
        #expect(thrown(text)?.message.contains("deep") == true)
    }

    @Test func `depth counts what aliases bring`() {
        var text = "a0: &a0 [x]\n"
        for level in 1...80 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(thrown(text)?.message.contains("deep") == true)
    }

    @Test func `the number of values is bounded`() {
        let text = "[" + Array(repeating: "1", count: 100_001).joined(separator: ",") + "]"
        #expect(thrown(text)?.message == "the file has more than 100000 values")
    }

    private struct Missing: Error {}
}
