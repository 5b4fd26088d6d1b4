/// Makes what the provider said fit to be shown and logged.
enum ProviderText {
    static let charactersMax = 500

    /// Without the key, without the query of any URL, without control characters, and cut.
    static func safe(_ text: String, key: APIKey?) -> String {
        var text = text
        if let key { text = text.replacing(key.secret, with: "***") }
        var out = String.UnicodeScalarView()
        var isInQuery = false
        var word = String.UnicodeScalarView()  // since the last blank or quote, to know a URL
        for scalar in text.unicodeScalars {
            let ends =
                scalar == " " || scalar == "\"" || scalar == "'" || scalar == "<" || scalar == ">"
                || scalar.properties.isWhitespace
            if ends {
                isInQuery = false
                word.removeAll()
            }
            if isInQuery { continue }
            if scalar == "?", String(word).lowercased().contains("://") {
                isInQuery = true
                out.append("?")
                out.append("…")
                continue
            }
            if !ends { word.append(scalar) }
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            out.append(isControl ? " " : scalar)
        }
        let clean = String(out)
        return clean.count > charactersMax ? clean.prefix(charactersMax) + "…" : clean
    }
}
