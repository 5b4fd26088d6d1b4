import Foundation
import Glibc
import RenderTestSupport

/// Looks for secrets in bytes, also in the dresses that they wear on their way: encoded, quoted, part of something longer.
struct SecretSearch: Sendable {
    struct Needle: Sendable {
        var form: String
        var bytes: [UInt8]
    }

    let needles: [Needle]

    init(key: String) {
        let bytes = Array(key.utf8)
        let hex = bytes.map { (byte: UInt8) in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
        // Within a longer text base64 has three faces, by where the key begins; the characters at its ends depend on the neighbours.
        let base64 = (0..<3).map { shift -> String in
            let text = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
            let skipped = shift == 0 ? 0 : 4
            return String(text.dropFirst(skipped).prefix((bytes.count + shift) / 3 * 4 - skipped))
        }
        let texts =
            [
                ("plain", key), ("reversed", String(key.reversed())), ("hex", hex.joined()),
                ("HEX", hex.joined().uppercased()), ("percent", hex.map { "%" + $0.uppercased() }.joined()),
                ("percent where needed", key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? key),
                ("JSON", key.replacing("/", with: "\\/")),
            ] + base64.map { ("base64", $0) }
            + base64.map { ("base64url", $0.replacing("+", with: "-").replacing("/", with: "_")) }
        needles =
            texts.map { Needle(form: $0.0, bytes: Array($0.1.utf8)) }
            + [Needle(form: "UTF-16", bytes: bytes.flatMap { [$0, 0] })]
    }

    /// Of a signed link.
    static let link = SecretSearch(words: ["Signature=", "Signature%3D", "\\u003dSignature", "Signature\\u003d"])

    private init(words: [String]) {
        needles = words.map { Needle(form: "a signed link", bytes: Array($0.utf8)) }
    }

    /// The form in which it is there; nil: it is not.
    func form(in data: Data) -> String? { needles.first { Self.contains(data, $0.bytes) }?.form }

    static func contains(_ data: Data, _ needle: [UInt8]) -> Bool {
        data.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, bytes.count >= needle.count, let first = needle.first else {
                return false
            }
            let end = bytes.count - needle.count
            var at = 0
            while at <= end, let found = memchr(start + at, Int32(first), end - at + 1) {
                if memcmp(found, needle, needle.count) == 0 { return true }
                at = start.distance(to: UnsafeRawPointer(found)) + 1
            }
            return false
        }
    }
}

extension Workplace {
    /// What should not be where it is: the key anywhere, a signed link anywhere but in the ledger of a job at work.
    func leaks(keys: [String]) -> [String] {
        let searches = keys.map { SecretSearch(key: $0) }
        let working = (try? FileManager.default.contentsOfDirectory(atPath: self("working"))) ?? []  // none: never made
        let isAtWork = working.contains { !$0.hasPrefix(".") }
        return everything.flatMap { path -> [String] in
            var facts = stat()
            guard lstat(folder(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
                let data = FileManager.default.contents(atPath: folder(path))
            else { return [] }
            var found = searches.compactMap { $0.form(in: data) }.map { "the key (\($0)) stands in \(path)" }
            let isOpenLedger = isAtWork && path.hasPrefix("studio/.renderdrop/ledger.sqlite")
            if !isOpenLedger, let form = SecretSearch.link.form(in: data) { found.append("\(form) stands in \(path)") }
            return found
        }
    }
}
