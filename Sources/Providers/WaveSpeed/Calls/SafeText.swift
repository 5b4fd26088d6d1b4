import RenderCore

/// Makes what the provider said fit to be shown and logged.
enum SafeText {
    private static let charactersMax = 500

    /// Without the query of any URL, without control characters, and cut. The key was masked when the answer was read.
    static func shown(_ text: String) -> String {
        let words = text.split(omittingEmptySubsequences: false) { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        let clean = words.map { word -> String in
            let isLink = word.lowercased().contains("://")
            return isLink ? Redaction.link(String(word)) : String(word)
        }.joined(separator: " ")
        let printable = clean.unicodeScalars.map { scalar -> Character in
            let category = scalar.properties.generalCategory
            return category == .control || category == .format ? " " : Character(scalar)
        }
        return printable.count > charactersMax ? String(printable.prefix(charactersMax)) + "…" : String(printable)
    }
}
