/// A character that looks like one on a keyboard, or is invisible. Phones, word processors and web pages insert such
/// characters in place of spaces, quotes, colons and dashes.
///
/// - Source: the Unicode Character Database, by way of the standard library; the letters by Unicode's `confusables.txt`.
struct LookAlike: Equatable {
    let scalar: Unicode.Scalar
    /// The keyboard character for it; empty if the character should be removed.
    let meant: String

    /// Nil for what a keyboard types, and for letters and signs that look like themselves.
    init?(_ scalar: Unicode.Scalar) {
        guard scalar.value > 126 || scalar.value < 32, let meant = Self.meant(scalar) else { return nil }
        (self.scalar, self.meant) = (scalar, meant)
    }

    /// `U+00A0 no-break space`
    var name: String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(code) \(words)"
    }

    private var words: String {
        if scalar == "\u{FEFF}" { return "byte order mark" }
        let properties = scalar.properties
        return (properties.name ?? properties.nameAlias ?? "control character").lowercased()
    }

    var isInvisible: Bool { meant.isEmpty }
    var isBlank: Bool { meant == " " }
    var isQuote: Bool { meant == "\"" || meant == "'" }

    var advice: String { Message.replacement(for: meant) }

    private static func meant(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\t", "\n", "\r": return nil
        case "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}", "\u{2800}", "\u{3164}", "\u{FFA0}", "\u{115F}":
            return " "
        case "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{2033}", "\u{2036}", "\u{301D}", "\u{301E}", "\u{301F}",
            "«",
            "»", "「", "」", "『", "』":
            return "\""
        case "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{2032}", "\u{2035}", "\u{2B9}", "\u{2BC}", "‹", "›",
            "´":
            return "'"
        case "\u{2236}", "\u{A789}", "\u{FE55}", "\u{FE13}", "\u{2D0}", "\u{2D8}", "\u{589}", "\u{5C3}", "\u{205A}":
            return ":"
        case "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FE58}", "\u{FE63}", "\u{2043}", "\u{2E3A}", "\u{2500}",
            "\u{2022}",
            "\u{25CF}", "\u{B7}", "\u{2219}", "\u{25E6}", "\u{2023}", "\u{25AA}", "\u{30FB}":
            return "-"
        case "\u{3001}", "\u{60C}", "\u{FE50}", "\u{FE51}": return ","
        case "【", "〔": return "["
        case "】", "〕": return "]"
        case "\u{D7}", "\u{2715}", "\u{2217}": return "*"
        case "\u{2044}", "\u{2215}": return "/"
        case "\u{FF01}"..."\u{FF5E}": return Unicode.Scalar(scalar.value - 0xFEE0).map { String(Character($0)) }
        default: break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .spaceSeparator: return " "
        case .format, .control: return ""
        case .decimalNumber: return properties.numericValue.map { String(Int($0)) }
        default: break
        }
        if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return "" }
        return letters[scalar].map { String(Character($0)) }
    }

    /// Cyrillic and Greek letters that look like Latin ones.
    private static let letters: [Unicode.Scalar: Unicode.Scalar] = {
        let pairs =
            "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSοoρpνvΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıiɡg"
        var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
        var scalars = pairs.unicodeScalars.makeIterator()
        while let like = scalars.next(), let meant = scalars.next() { letters[like] = meant }
        return letters
    }()
}
