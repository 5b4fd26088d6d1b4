import RenderCore
import Testing

@Suite struct DiagnosticTests {
    private func rendered(_ text: String, line: Int, column: Int) -> [String] {
        Diagnostic("it is wrong", at: Mark(line: line, column: column), advice: "mend it")
            .rendered(file: "a.yaml", text: text).split(separator: "\n").map(String.init)
    }

    @Test func `the first line names file, place, mistake and advice`() {
        #expect(rendered("size: big", line: 1, column: 7)[0] == "a.yaml:1:7: error: it is wrong (mend it)")
        let warning = Diagnostic("odd", at: .start, advice: "", severity: .warning)
        #expect(warning.rendered(file: "b", text: "") == "b:1:1: warning: odd", "an empty line shows nothing")
    }

    /// Line, column, text; the line as shown and the cells before the caret.
    @Test(arguments: [
        ("a: 1\nsize: big\n", 2, 7, "size: big", 6),
        ("a: 1\r\nsize: big\r\n", 2, 7, "size: big", 6),
        ("a: 1\rsize: big", 2, 7, "size: big", 6),
        ("prompt: 橘猫 x", 1, 12, "prompt: 橘猫 x", 13),
        ("a: e\u{301}x", 1, 6, "a: e\u{301}x", 4),
        ("\tsize: big", 1, 2, " size: big", 1),
        ("a: \u{202e}gib\u{7}", 1, 5, "a:  gib ", 4),
        ("שלום: x", 1, 7, "שלום: x", 6),
        ("🐈: x", 1, 4, "🐈: x", 4),
        ("short", 1, 99, "short", 5),
        ("short", 1, 0, "short", 0),
    ])
    func `the caret stands below the place`(text: String, line: Int, column: Int, shown: String, cells: Int) {
        let lines = Diagnostic("x", at: Mark(line: line, column: column), advice: "").rendered(file: "f", text: text)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.dropFirst().map { String($0.dropFirst(4)) } == [shown, String(repeating: " ", count: cells) + "^"])
    }

    @Test func `a long line is cut to the stretch around the place`() {
        let text = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        let lines = rendered(text, line: 1, column: 501)
        #expect(lines.count == 3)
        #expect(lines[1].count <= 110)
        #expect(lines[1].hasPrefix("    …") && lines[1].hasSuffix("…"))
        let caret = lines[2].distance(
            from: lines[2].startIndex, to: lines[2].firstIndex(of: "^") ?? lines[2].startIndex)
        #expect(Array(lines[1])[caret] == "X")
    }

    @Test(arguments: [(3, 1), (0, 1), (-5, -5), (.max, .max)])
    func `a place beyond the file shows no line`(line: Int, column: Int) {
        #expect(rendered("a\nb", line: line, column: column).count == 1)
    }
}
