import Glibc

/// A `multipart/form-data` body taken apart, parts in the order they came.
struct Multipart {
    struct Part {
        var name: String
        var filename: String?
        var content: [UInt8]

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    let parts: [Part]

    /// Nil if the content type names no boundary or the body does not follow it.
    init?(body: [UInt8], contentType: String?) {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data"),
            let mark = contentType.firstRange(of: "boundary=")
        else { return nil }
        let boundary = contentType[mark.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        guard !boundary.isEmpty else { return nil }
        let delimiter = Array("--\(boundary)".utf8)
        guard var at = Self.find(delimiter, in: body, from: 0, to: body.count) else { return nil }
        var parts: [Part] = []
        while let next = Self.find(delimiter, in: body, from: at + delimiter.count, to: body.count) {
            guard let part = Self.part(body, from: at + delimiter.count, to: next) else { return nil }
            parts.append(part)
            at = next
        }
        self.parts = parts
    }

    private static func part(_ body: [UInt8], from start: Int, to end: Int) -> Part? {
        guard let gap = find(Array("\r\n\r\n".utf8), in: body, from: start, to: end) else { return nil }
        let head = String(decoding: body[start..<gap], as: UTF8.self)
        // The line end before the next delimiter belongs to the delimiter.
        let content = body[gap + 4..<max(gap + 4, end - 2)]
        guard let name = value(of: "name", in: head) else { return nil }
        return Part(name: name, filename: value(of: "filename", in: head), content: Array(content))
    }

    private static func value(of key: String, in head: String) -> String? {
        guard let range = head.firstRange(of: " \(key)=\"") ?? head.firstRange(of: ";\(key)=\"") else { return nil }
        return String(head[range.upperBound...].prefix { $0 != "\"" })
    }

    /// Jumps from candidate to candidate with `memchr`: files are large, delimiters rare.
    private static func find(_ wanted: [UInt8], in body: [UInt8], from start: Int, to end: Int) -> Int? {
        guard let first = wanted.first else { return nil }
        return body.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var at = start
            while at + wanted.count <= end {
                guard let hit = memchr(base + at, Int32(first), end - wanted.count + 1 - at) else { return nil }
                let offset = UnsafeRawPointer(hit) - base
                if memcmp(base + offset, wanted, wanted.count) == 0 { return offset }
                at = offset + 1
            }
            return nil
        }
    }
}
