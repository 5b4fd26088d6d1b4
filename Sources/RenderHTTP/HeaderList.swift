import CCurl
import HTTPTypes

/// Owns a `curl_slist` of request headers.
final class HeaderList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    /// Framing belongs to the transport: what a caller says about these is left out.
    private static let framing: Set<String> = ["content-length", "transfer-encoding", "expect"]

    /// - Throws: `RefusedHeader` for a name or value that could end its line.
    init(_ fields: HTTPFields) throws(RefusedHeader) {
        var lines: [[UInt8]] = []
        for field in fields where !Self.framing.contains(field.name.canonicalName) {
            let value = field.withUnsafeBytesOfValue { Array($0) }
            lines.append(try Self.line(name: field.name.rawName, value: value))
        }
        // Without this libcurl asks for "100 Continue" before a larger body and waits for it.
        lines.append(Array("Expect:".utf8))
        for line in lines {
            let longer = (line + [0]).withUnsafeBytes { bytes in
                curl_slist_append(first, bytes.bindMemory(to: CChar.self).baseAddress)
            }
            // On failure the old list is untouched and freed in `deinit`.
            guard let longer else { throw RefusedHeader(name: "") }
            first = longer
        }
    }

    deinit { curl_slist_free_all(first) }

    /// One header as libcurl wants it: `Name: value`, or `Name;` where the value is empty.
    static func line(name: String, value: [UInt8]) throws(RefusedHeader) -> [UInt8] {
        guard HTTPField.Name(name) != nil else { throw RefusedHeader(name: "") }
        guard !value.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else { throw RefusedHeader(name: name) }
        let isBlank = value.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return Array(name.utf8) + (isBlank ? Array(";".utf8) : Array(": ".utf8) + value)
    }
}

/// A request header that would change the request's framing. Carries no value: it may be a secret.
struct RefusedHeader: Error {
    /// Empty where the name itself is at fault.
    let name: String
}
