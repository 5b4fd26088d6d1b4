import Testing

@testable import RenderdropCommands

/// Tables of the command line.
@Suite struct TextTableTests {
    private let terminal = Terminal(environment: [:])

    @Test func `columns are as wide as their widest cell, and no line ends with blanks`() {
        var table = TextTable([.init("a"), .init("long title"), .init("c")])
        table.add(["wider", "x", "1"])
        table.add(["y", "", ""])
        #expect(table.text(terminal) == "a      long title  c\nwider  x           1\ny\n")
    }

    @Test func `a cell that is too wide goes on below, at its blanks`() {
        var table = TextTable([.init("model"), .init("does", widthMax: 16), .init("price")])
        table.add(["m", "text-to-image, image-edit, a", "0.20 CNY"])
        table.add(["n", "text-to-image", ""])
        #expect(
            table.text(terminal) == """
                model  does            price
                m      text-to-image,  0.20 CNY
                       image-edit, a
                n      text-to-image

                """)
    }

    @Test(arguments: [
        ("", [""]), ("one two", ["one two"]), ("one two three", ["one two", "three"]),
        ("incomprehensible", ["incomprehensible"]), ("a incomprehensible b", ["a", "incomprehensible", "b"]),
    ])
    func `a text breaks where it has blanks, and a long word stays whole`(text: String, lines: [String]) {
        #expect(TextTable.broken(text, at: 8) == lines)
    }

    @Test func `without a limit nothing breaks`() {
        #expect(TextTable.broken("one two three four five six", at: nil) == ["one two three four five six"])
    }
}
