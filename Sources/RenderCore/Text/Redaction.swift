/// Takes out of what people are shown whatever opens a door or fills a page: a link's query, fragment and user, an
/// embedded picture's data.
public enum Redaction {
    /// `https://host/path` of `https://user:word@host/path?Signature=…#…`; other text is cut at its `?` or `#` alone.
    public static func link(_ url: String) -> String {
        let plain = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = plain.range(of: "://") else { return String(plain) }
        let rest = plain[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return String(plain) }
        return "\(plain[..<scheme.upperBound])\(rest[rest.index(after: at)...])"
    }

    /// A document whose strings that are links or `data:` URLs as a whole lost what must not be shown. Text that merely
    /// quotes a link among other words stays: it is somebody's prompt.
    public static func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .int, .double: value
        case .string(let text): .string(string(text))
        case .array(let items): .array(items.map(Self.value))
        case .object(let members): .object(members.mapValues(Self.value))
        }
    }

    private static func string(_ text: String) -> String {
        if text.hasPrefix("data:"), let comma = text.firstIndex(of: ",") {
            return "\(text[..<comma]),… (\(text.utf8.count) bytes)"
        }
        let isLink = ["http://", "https://", "oss://"].contains { text.hasPrefix($0) }
        return isLink && !text.contains(where: \.isWhitespace) ? link(text) : text
    }
}

extension Substring {
    /// The first place of `text`: the standard library's own search needs Foundation or regular expressions.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
