/// The lines of a file as its diagnostics quote them. The file is split once for all of them: a hostile file may have
/// hundreds of mistakes and a million bytes in one line.
public struct QuotedLines: Sendable {
    private let lines: [Substring]
    private var last: (number: Int, scalars: [Unicode.Scalar]) = (0, [])

    public init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    /// A line, counted from one, with keys masked; empty if there is no such line.
    mutating func masked(_ number: Int) -> [Unicode.Scalar] {
        if last.number != number {
            let line = lines.indices.contains(number - 1) ? String(lines[number - 1]) : ""
            last = (number, Array(KeyGuard.masked(line).unicodeScalars))
        }
        return last.scalars
    }
}
