/// The parts of an `http` or `https` URL, read so strictly that no other reader can find another host in it.
package struct WebAddress: Sendable, Equatable {
    package var scheme: String
    /// Lower case; a literal IPv6 address keeps its brackets.
    package var host: String
    package var port: Int?
    /// Path, query and fragment, beginning with `/`, `?` or `#`, or empty.
    package var rest: String

    /// Takes no user info, no blanks and no control characters; what is not ASCII behind the host is percent-encoded.
    package init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let behind = text[separator.upperBound...]
        let authority = behind.prefix { !"/?#".contains($0) }
        rest = Self.percentEncoded(behind[authority.endIndex...])
        guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }

        var name = authority
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
            port = Int(number)
            name = authority[..<colon]
        }
        host = name.lowercased()
        let inside = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : Substring(host)
        let isLiteral = inside.count != host.count
        guard !inside.isEmpty,
            inside.utf8.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: ".") || (isLiteral ? byte == UInt8(ascii: ":") : "-_".utf8.contains(byte))
            })
        else { return nil }
    }

    package var path: Substring { rest.prefix { $0 != "?" && $0 != "#" } }
    package var hasQueryOrFragment: Bool { path.count != rest.count }
    package var isLoopback: Bool {
        host == "localhost" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// `https://host:port`, for messages.
    package var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }
    package var text: String { origin + rest }

    /// Whether the host is `pattern`, or below it where the pattern begins with `*.` or `.`.
    package func matches(_ pattern: String) -> Bool {
        let folded = pattern.lowercased()
        if folded.hasPrefix("*.") { return host.hasSuffix(folded.dropFirst()) }
        return folded.hasPrefix(".") ? host.hasSuffix(folded) : host == folded
    }

    /// The same text with every byte that is not ASCII as `%XX`; what is encoded already stays.
    package static func percentEncoded(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if byte < 0x80 {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out += [byte >> 4, byte & 15].map { $0 < 10 ? 48 + $0 : 55 + $0 }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// For one path segment or a query's value: all but letters, digits, `-`, `.`, `_` and `~` as `%XX`.
    package static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80,
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._~".unicodeScalars.contains(scalar)
            {
                out.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                out += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return out
    }
}
