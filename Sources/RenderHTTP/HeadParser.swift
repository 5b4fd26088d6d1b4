import HTTPTypes
import RenderCore

/// Header lines as libcurl hands them over → heads. Interim (1xx) heads are passed over, trailers are ignored.
struct HeadParser {
    enum Step: Equatable {
        case more
        /// The final head is complete.
        case complete
        /// Longer than any honest head.
        case tooLong
    }

    /// libcurl bounds one line, not their number.
    static let headBytesMax = 256 << 10

    /// The final head, once it is complete.
    private(set) var head: HTTPHead?
    private var status = 0
    private var version = ""
    private var lines: [(name: HTTPField.Name, value: [UInt8])] = []
    private var bytesSeen = 0

    /// Takes one line, with its line end.
    mutating func take(_ raw: UnsafeRawBufferPointer) -> Step {
        bytesSeen += raw.count
        guard bytesSeen <= Self.headBytesMax else { return .tooLong }
        guard head == nil else { return .more }
        var line = raw[...]
        while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
        if line.isEmpty { return finish() }
        if line.starts(with: "HTTP/".utf8) {
            begin(String(decoding: line, as: UTF8.self))
        } else if line.first == 0x20 || line.first == 0x09 {
            guard !lines.isEmpty else { return .more }
            // An obsolete folded line continues the value before it.
            lines[lines.count - 1].value += [0x20] + Self.trimmed(line)
        } else if let colon = line.firstIndex(of: 0x3A),
            let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self))
        {
            lines.append((name, Self.trimmed(line[(colon + 1)...])))
        }
        return .more
    }

    private mutating func begin(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2)
        version = String(words[0].dropFirst("HTTP/".count))
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        lines = []
    }

    private mutating func finish() -> Step {
        let isInterim = (100..<200).contains(status) && status != 101
        guard status != 0, !isInterim else { return .more }
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: line.name, lenientValue: line.value)) }
        head = HTTPHead(status: status, headers: fields, version: version)
        return .complete
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var rest = bytes
        while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
        return Array(rest)
    }
}
