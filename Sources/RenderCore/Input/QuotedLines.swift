/// The lines of a file as its diagnostics quote them. Split once for all of them: a hostile file has hundreds of mistakes,
/// and all of its million bytes in one line.
public struct QuotedLines: Sendable {
    private let lines: [Substring]
    private var last: (number: Int, scalars: [Unicode.Scalar]) = (0, [])

    public init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    /// A line, counted from one, with keys masked; empty where there is none.
    mutating func masked(_ number: Int) -> [Unicode.Scalar] {
        if last.number != number {
            let line = lines.indices.contains(number - 1) ? String(lines[number - 1]) : ""
            last = (number, Array(KeyGuard.masked(line).unicodeScalars))
        }
        return last.scalars
    }
}
