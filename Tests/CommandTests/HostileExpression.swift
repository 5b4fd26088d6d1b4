import Foundation

/// The small language of the corpus's table: `"text" + 3 × "more" + hex 00ff`.
struct HostileExpression {
    /// The folder of the section's own files.
    let folder: URL
    /// What `{outside}` stands for.
    let outside: String

    private static let good = Array(
        "prompt: A paper boat in the rain\nmodel: qwen-image-2.0\nsize: 512*512\nseed: 7\n".utf8)

    func thing(_ text: String, file: String) throws -> HostileThing {
        switch text {
        case "fifo": return .fifo
        case "socket": return .socket
        case "device": return .device
        case "folder": return .folder
        case "file": return .bytes(Array(try Data(contentsOf: folder.appending(path: file))))
        default: break
        }
        if text.hasPrefix("link ") { return .link(try bytes(String(text.dropFirst(5)))) }
        if text.hasPrefix("sparse "), let count = Int(text.dropFirst(7)) { return .sparse(count) }
        return .bytes(try bytes(text))
    }

    /// A plain word stands for itself.
    func name(_ text: String) throws -> [UInt8] {
        text.contains("\"") || text.hasPrefix("hex ") ? try bytes(text) : Array(text.utf8)
    }

    private func bytes(_ text: String) throws -> [UInt8] {
        var rest = Array(text.utf8)[...]
        var out: [UInt8] = []
        while true {
            out += try term(&rest)
            if rest.isEmpty { return out }
            guard rest.starts(with: Array(" + ".utf8)) else { throw bad(text) }
            rest = rest.dropFirst(3)
        }
    }

    private func term(_ rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let times = Array(" × ".utf8)
        if !digits.isEmpty, rest.dropFirst(digits.count).starts(with: times) {
            rest = rest.dropFirst(digits.count + times.count)
            guard let count = Int(String(decoding: digits, as: UTF8.self)) else { throw bad("a number") }
            return Self.repeated(try atom(&rest), count)
        }
        return try atom(&rest)
    }

    private func atom(_ rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        if rest.first == UInt8(ascii: "\"") {
            var end = rest.startIndex + 1
            while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
                end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard end < rest.endIndex else { throw bad("a quote that is not closed") }
            let text = try JSONDecoder().decode(String.self, from: Data(rest[...end]))
            rest = rest[(end + 1)...]
            return Array(text.replacing("{outside}", with: outside).utf8)
        }
        let word = rest.prefix { $0 != UInt8(ascii: "+") }
        let text = String(decoding: word, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        rest = rest.dropFirst(text.utf8.count)
        if text == "good" { return Self.good }
        if text == "cat" { return try sample("samples/photos/cat.jpg") }
        if text.hasPrefix("hex ") {
            let digits = Array(text.dropFirst(4))
            return try stride(from: 0, to: digits.count - 1, by: 2).map { at in
                guard let byte = UInt8(String(digits[at...at + 1]), radix: 16) else { throw bad(text) }
                return byte
            }
        }
        throw bad(text)
    }

    /// By doubling: a million times one byte is not done byte by byte.
    private static func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        var out = bytes
        while out.count < bytes.count * count { out += out.prefix(bytes.count * count - out.count) }
        return out
    }

    private func bad(_ text: String) -> Late { Late(description: "the table of hostile files: \(text)") }
}
