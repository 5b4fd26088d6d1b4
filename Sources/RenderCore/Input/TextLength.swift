/// How long a text is as a model counts it.
enum TextLength {
    /// Characters exactly; tokens about: one for a Chinese, Japanese or Korean character, one for four others.
    static func of(_ text: String, in unit: Model.TextLimit.Unit) -> Int {
        switch unit {
        case .characters: return text.count
        case .tokens:
            var wide = 0
            var narrow = 0
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0x2E80...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF00...0xFFEF, 0x20000...0x3FFFF: wide += 1
                default: narrow += 1
                }
            }
            return wide + (narrow + 3) / 4
        }
    }
}
