/// Removes secrets and bulk data from what people are shown: a link's query, fragment and user, and the data of an
/// embedded picture.
public enum Redaction {
    /// `https://host/path` of `https://user:word@host/path?Signature=…#…`; other text is cut at its `?` or `#` alone.
    public static func link(_ url: String) -> String {
        // By scalars: to a `String` a `?` with an accent on it is another character, and what follows would stay.
        let plain = url.unicodeScalars.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = plain.firstRange(of: "://".unicodeScalars) else { return String(plain) }
        let rest = plain[scheme.upperBound...]
        guard let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return String(plain) }
        return String(plain[..<scheme.upperBound]) + String(rest[rest.index(after: at)...])
    }

    /// Redacts the strings of a document that are links or `data:` URLs as a whole. Text that only quotes a link among
    /// other words stays: it is a user's prompt.
    public static func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .int, .double: value
        case .string(let text): .string(string(text))
        case .array(let items): .array(items.map(Self.value))
        case .object(let members): .object(members.mapValues(Self.value))
        }
    }

    private static func string(_ text: String) -> String {
        let scalars = text.unicodeScalars
        if scalars.starts(with: "data:".unicodeScalars), let comma = scalars.firstIndex(of: ",") {
            return "\(text[..<comma]),… (\(text.utf8.count) bytes)"
        }
        let isLink = ["http://", "https://", "oss://"].contains { scalars.starts(with: $0.unicodeScalars) }
        return isLink && !scalars.contains(where: \.properties.isWhitespace) ? link(text) : text
    }
}
