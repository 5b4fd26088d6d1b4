import RenderCore

/// Where a comment follows a value that a person may have meant as a part of it: `one wall painted #ff8800`.
struct CommentMarks {
    private let text: String
    /// Made when somebody asks; a text without `#` never needs them.
    private lazy var lines: [[Unicode.Scalar]] = Self.lines(of: text)
    private let hasSign: Bool

    init(_ text: String) {
        self.text = text
        hasSign = text.utf8.contains(UInt8(ascii: "#"))
    }

    /// The place of a `#` behind blanks that another sign than a blank follows; nil where there is none.
    mutating func comment(behind end: Mark) -> Mark? {
        guard hasSign, lines.indices.contains(end.line - 1) else { return nil }
        let line = lines[end.line - 1]
        var at = end.column - 1
        while at < line.count, line[at] == " " || line[at] == "\t" { at += 1 }
        guard at >= end.column, at + 1 < line.count, line[at] == "#", !line[at + 1].properties.isWhitespace else {
            return nil
        }
        return Mark(line: end.line, column: at + 1)
    }

    /// A text of several lines ends at a comment, and what follows fits nowhere. The place of that `#` in the line above an error,
    /// and the text with another sign in its place.
    mutating func cut(above error: Mark) -> (place: Mark, without: String)? {
        guard hasSign else { return nil }
        var number = min(error.line - 2, lines.count - 1)
        while number >= 0, lines[number].allSatisfy(\.properties.isWhitespace) { number -= 1 }
        guard number >= 0 else { return nil }
        let line = lines[number]
        let signs = line.indices.dropFirst().dropLast().first { at in
            line[at] == "#" && line[at - 1].properties.isWhitespace && !line[at + 1].properties.isWhitespace
                && line[..<at].contains { !$0.properties.isWhitespace }
        }
        guard let at = signs else { return nil }
        var others = lines
        others[number][at] = "x"
        let text = others.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
        return (Mark(line: number + 1, column: at + 1), text)
    }

    /// Ended as YAML ends them.
    private static func lines(of text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            previous = scalar
        }
        return lines
    }
}
