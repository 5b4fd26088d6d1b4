/// Bounds-checked reads at offsets; every format's layout in one small function. Pictures first.
struct HeaderReader {
    typealias Found = (width: Int, height: Int, hasAlpha: Bool)
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func big(_ offset: Int, _ count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }

    func little(_ offset: Int, _ count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Whether these characters stand at the offset.
    func says(_ text: String, at offset: Int = 0) -> Bool {
        let wanted = Array(text.utf8)
        guard offset >= 0, offset <= bytes.count, wanted.count <= bytes.count - offset else { return false }
        return bytes[offset..<offset + wanted.count].elementsEqual(wanted)
    }

    func png() -> Found? {
        guard let width = big(16, 4), let height = big(20, 4), let colour = big(25, 1) else { return nil }
        return (width, height, colour == 4 || colour == 6)
    }

    func gif() -> Found? {
        guard let width = little(6, 2), let height = little(8, 2) else { return nil }
        return (width, height, false)
    }

    func bmp() -> Found? {
        guard let width = little(18, 4), let height = little(22, 4) else { return nil }
        // A negative height means rows from top to bottom.
        return (width, abs(Int(Int32(truncatingIfNeeded: height))), false)
    }

    /// `P6 640 480`, with comments from `#` to the line's end.
    func pnm() -> Found? {
        var (sides, digits, isComment): ([Int], [Int], Bool) = ([], [], false)
        for at in 2..<1024 {
            guard sides.count < 2, let byte = big(at, 1) else { break }
            if isComment {
                isComment = byte != 0x0A
            } else if (0x30...0x39).contains(byte), digits.count < 7 {
                digits.append(byte - 0x30)
            } else {
                isComment = byte == 0x23
                if !digits.isEmpty { sides.append(digits.reduce(0) { $0 * 10 + $1 }) }
                digits = []
            }
        }
        return sides.count == 2 ? (sides[0], sides[1], false) : nil
    }

    /// The first frame header (SOFn) tells; the segments before it are skipped by their length.
    func jpeg() -> Found? {
        var at = 2
        while let mark = big(at, 1), mark == 0xFF, let kind = big(at + 1, 1) {
            if kind == 0xFF {
                at += 1
            } else if (0xC0...0xCF).contains(kind), kind != 0xC4, kind != 0xC8, kind != 0xCC {
                guard let height = big(at + 5, 2), let width = big(at + 7, 2) else { return nil }
                return (width, height, false)
            } else if kind == 0x01 || (0xD0...0xD8).contains(kind) {
                at += 2
            } else {
                guard let length = big(at + 2, 2), length >= 2, kind != 0xD9, kind != 0xDA else { return nil }
                at += 2 + length
            }
        }
        return nil
    }

    func webp() -> Found? {
        guard let kind = big(12, 4) else { return nil }
        switch kind {
        case 0x5650_3858:  // VP8X
            guard let flags = little(20, 1), let width = little(24, 3), let height = little(27, 3) else { return nil }
            return (width + 1, height + 1, flags & 0x10 != 0)
        case 0x5650_384C:  // VP8L
            guard let packed = little(21, 4) else { return nil }
            return (packed & 0x3FFF + 1, packed >> 14 & 0x3FFF + 1, packed >> 28 & 1 == 1)
        case 0x5650_3820:  // VP8 and a space
            guard let width = little(26, 2), let height = little(28, 2) else { return nil }
            return (width & 0x3FFF, height & 0x3FFF, false)
        default: return nil
        }
    }

    /// The first directory's tags 256 and 257.
    func tiff() -> Found? {
        let isLittle = bytes[0] == 0x49
        func number(_ offset: Int, _ count: Int) -> Int? { isLittle ? little(offset, count) : big(offset, count) }
        guard let directory = number(4, 4), let entries = number(directory, 2) else { return nil }
        var width: Int?
        var height: Int?
        for index in 0..<min(entries, 512) {
            let entry = directory + 2 + index * 12
            guard let tag = number(entry, 2), let type = number(entry + 2, 2) else { return nil }
            let value = type == 3 ? number(entry + 8, 2) : number(entry + 8, 4)
            if tag == 256 { width = value }
            if tag == 257 { height = value }
        }
        guard let width, let height else { return nil }
        return (width, height, false)
    }
}
