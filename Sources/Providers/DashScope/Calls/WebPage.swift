/// Tells a web page that came where JSON was expected: a gateway's error page, the sign-in page of a hotel's network.
enum WebPage {
    /// - Returns: its title, cut; empty where it has none; nil: it is not a web page.
    static func title(of body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(16 << 10), as: UTF8.self).trimmingPrefix {
            $0.isWhitespace || $0 == "\u{FEFF}"
        }
        let lower = text.prefix(1024).lowercased()
        guard lower.hasPrefix("<!doctype html") || lower.contains("<html") else { return nil }
        guard let open = text.range(of: "<title", caseInsensitive: true),
            let start = text[open.upperBound...].firstIndex(of: ">"),
            let close = text[start...].range(of: "</title", caseInsensitive: true)
        else { return "" }
        let words = text[text.index(after: start)..<close.lowerBound].split(whereSeparator: \.isWhitespace)
        return String(words.joined(separator: " ").prefix(80))
    }
}

extension Substring {
    /// ASCII letters only are compared without regard to case.
    fileprivate func range(of word: String, caseInsensitive: Bool) -> Range<Index>? {
        indices.lazy.compactMap { start -> Range<Index>? in
            guard let end = index(start, offsetBy: word.count, limitedBy: endIndex) else { return nil }
            return self[start..<end].lowercased() == word ? start..<end : nil
        }.first
    }
}
