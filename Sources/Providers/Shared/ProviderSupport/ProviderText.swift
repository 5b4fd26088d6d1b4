/// Makes what the provider said fit to be shown and logged.
package enum ProviderText {
    package static let charactersMax = 500

    /// Without the key, without the query of any URL, without control characters, and cut.
    package static func safe(_ text: String, key: APIKey?) -> String {
        // By scalars: to a `String` a letter with an accent on it is another letter, and a key that ends in one another key.
        var scalars = text.unicodeScalars
        if let key { scalars = scalars.replacing(key.secret.unicodeScalars, with: "***".unicodeScalars) }
        var out = String.UnicodeScalarView()
        var isInQuery = false
        var word = String.UnicodeScalarView()  // since the last blank or quote, to know a URL
        for scalar in scalars {
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
