import Foundation

extension String {
    /// The one form in which names of files, folders and jobs are compared. Two names have the same form if a person
    /// calls them the same, or if a share may take them for one file: however case and accents are written.
    ///
    /// | names | form |
    /// | --- | --- |
    /// | `Cat.PNG`, `cat.png` | `cat.png` |
    /// | `é` in one piece (NFC), `e` and an accent (NFD, as a Mac writes it), `É` | `é` in one piece |
    /// | `Straße`, `STRASSE`, `STRAẞE` | `strasse` |
    /// | `σ`, `ς`, `Σ`; `s`, `ſ`; `k` and the sign of Kelvin | `σ`; `s`; `k` |
    /// | `i`, `I`, `İ`, `ı` | `i` |
    ///
    /// Equal forms have equal bytes, so a form may be a key in a database: it is composed (NFC), except where a name has
    /// a character beyond U+FFFF, such as an emoji (NFD). The form of a form is itself. Characters that only look alike
    /// or only mean the same (`ﾈ` and `ネ`, `²` and `2`) stay different, and so do `e` and `é`.
    ///
    /// A name of ASCII letters costs one pass over its bytes; a scan folds every name.
    public var foldedName: String {
        var isLowerCase = true
        for byte in utf8 {
            if byte >= 0x80 { return foldedBeyondASCII }
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { isLowerCase = false }
        }
        return isLowerCase ? self : lowercased()
    }

    /// Taken apart first, so that case is changed in letters without accents. Lower case before upper case for `ẞ`,
    /// which is upper case already; upper case in between for `ß`, `ſ` and `ς`, which are lower case already.
    private var foldedBeyondASCII: String {
        let cased = decomposedStringWithCanonicalMapping.lowercased().uppercased().lowercased().withoutDotsAboveI
        // Foundation composes a character beyond U+FFFF as if it were another one: such a name stays taken apart.
        guard cased.unicodeScalars.allSatisfy({ $0.value <= 0xFFFF }) else { return cased }
        return cased.precomposedStringWithCanonicalMapping
    }

    /// In lower case `İ` is an `i` with a second dot, which nobody sees.
    private var withoutDotsAboveI: String {
        guard unicodeScalars.contains("\u{307}") else { return self }
        var kept = String.UnicodeScalarView()
        var isOnI = false
        for scalar in unicodeScalars {
            if scalar.properties.canonicalCombiningClass == .notReordered { isOnI = scalar == "i" }
            if !isOnI || scalar != "\u{307}" { kept.append(scalar) }
        }
        return String(kept)
    }
}
