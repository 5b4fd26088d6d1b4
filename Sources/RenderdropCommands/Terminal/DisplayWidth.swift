import RenderCore

/// How many columns of a terminal a text takes. Where terminals differ, as with emoji of several parts, the most that any takes: a row
/// that is too short is only short, one that is too long breaks the view.
enum DisplayWidth {
    static func of(_ text: some StringProtocol) -> Int {
        // Nearly all text is plain ASCII.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    /// - Parameter scalar: none that `ShownText` replaces.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        // Shows the character before it as an emoji, which is wide.
        if scalar == "\u{FE0F}" { return 1 }
        if isWide(scalar.value) || scalar.properties.isEmojiPresentation { return 2 }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: (0x1160...0x11FF).contains(scalar.value) ? 0 : 1
        }
    }

    /// - Source: Unicode Standard Annex 11, East Asian Width: the blocks of which all or nearly all is W or F.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
            0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// A text on one line in at most so many columns, with an ellipsis where something had to go.
    static func cut(_ text: String, _ width: Int) -> String {
        let flat = ShownText.line(text.replacing("\n", with: " "))
        guard of(flat) > width else { return flat }
        guard width > 0 else { return "" }
        var kept = ""
        var used = 1
        for character in flat {
            let own = of(String(character))
            guard used + own <= width else { break }
            kept.append(character)
            used += own
        }
        return kept + "…"
    }

    /// As `cut`, for a line that may have colours: they take no columns, and end where the text is cut.
    static func cutStyled(_ text: String, _ width: Int) -> String {
        guard text.contains("\u{1B}") else { return cut(text, width) }
        guard of(plain(text)) > width else { return text }
        var kept = ""
        var used = 1
        var rest = text[...]
        while let character = rest.first {
            if character == "\u{1B}", let end = rest.firstIndex(of: "m") {
                kept += rest[...end]
                rest = rest[rest.index(after: end)...]
                continue
            }
            let own = of(String(character))
            guard used + own <= width else { break }
            kept.append(character)
            used += own
            rest = rest.dropFirst()
        }
        return kept + "…\u{1B}[0m"
    }

    /// Without colours.
    static func plain(_ text: String) -> String { text.replacing(/\u{1B}\[[0-9;]*m/, with: "") }

    /// Rows that a line takes on a terminal, which breaks it where it is full.
    static func rows(_ text: String, _ width: Int) -> Int { max(1, (of(plain(text)) + width - 1) / max(1, width)) }

    /// Cut or filled up to exactly so many columns.
    static func fitted(_ text: String, _ width: Int) -> String {
        let cut = cut(text, width)
        return cut + String(repeating: " ", count: max(0, width - of(cut)))
    }
}

extension DisplayWidth {
    /// A text in rows of at most so many columns, broken at its blanks where it can be.
    static func lines(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in ShownText.line(text.replacing("\n", with: " ")).split(separator: " ") {
            if !line.isEmpty, of(line) + 1 + of(word) > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
            // A word that is wider than a whole row.
            while of(line) > width, let (head, tail) = split(line, width) {
                lines.append(head)
                line = tail
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private static func split(_ text: String, _ width: Int) -> (head: String, tail: String)? {
        var used = 0
        for index in text.indices {
            used += of(String(text[index]))
            guard used > width else { continue }
            // One character wider than the row cannot be split.
            return index == text.startIndex ? nil : (String(text[..<index]), String(text[index...]))
        }
        return nil
    }
}
