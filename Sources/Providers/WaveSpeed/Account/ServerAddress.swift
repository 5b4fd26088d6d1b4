/// The parts of an `http(s)` address that decide who is asked.
struct ServerAddress: Sendable, Equatable {
    var scheme: String
    /// In lower case; an IPv6 literal with its brackets.
    var host: String
    var port: Int?
    /// From the first `/`, `?` or `#` on; may be empty.
    var rest: String

    /// Nil where it is none, names a user, or holds what no address holds.
    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let behind = text[mark.upperBound...]
        let authority = behind.prefix { !"/?#".contains($0) }
        rest = String(behind[authority.endIndex...])
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end].lowercased()
            guard Self.port(authority[authority.index(after: end)...], &port) else { return nil }
        } else {
            let name = authority.prefix { $0 != ":" }
            host = name.lowercased()
            guard !name.isEmpty, Self.port(authority[name.endIndex...], &port) else { return nil }
        }
    }

    /// Nothing, or a colon with a port behind it.
    private static func port(_ text: Substring, _ port: inout Int?) -> Bool {
        guard !text.isEmpty else { return true }
        guard text.hasPrefix(":"), let number = Int(text.dropFirst()), (1...65_535).contains(number) else {
            return false
        }
        port = number
        return true
    }

    /// `https://host:port`, for messages.
    var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }
    var text: String { origin + rest }
    var path: Substring { rest.prefix { $0 != "?" && $0 != "#" } }

    var isLoopback: Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "[::1]"
            || numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }

    /// Whether the host is `pattern`, or below it where the pattern begins with `*.`.
    func matches(_ pattern: String) -> Bool {
        let folded = pattern.lowercased()
        return folded.hasPrefix("*.") ? host.hasSuffix(folded.dropFirst()) : host == folded
    }
}
