/// The length of a text as a model counts it.
enum TextLength {
    /// Characters exactly; words by the blanks between them, and a Chinese, Japanese or Korean character is one; tokens about: one
    /// for such a character, one for four others.
    static func of(_ text: String, in unit: Model.TextLimit.Unit) -> Int {
        switch unit {
        case .characters: return text.count
        case .words:
            let wide = wide(text)
            return wide + text.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy(isWide) }.count
        case .tokens:
            let wide = wide(text)
            return wide + (text.unicodeScalars.count - wide + 3) / 4
        }
    }

    /// How many of its characters are Chinese, Japanese or Korean, their punctuation with them.
    static func wide(_ text: String) -> Int { text.unicodeScalars.count(where: isWide) }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2E80...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF00...0xFFEF, 0x20000...0x3FFFF: true
        default: false
        }
    }
}
