/// Numbers in bytes; nil beyond the end. Big-endian unless said otherwise. Offsets may be anything.
struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func u8(_ at: Int) -> Int? { number(at, 1, little: false) }
    func u16(_ at: Int, little: Bool = false) -> Int? { number(at, 2, little: little) }
    func u24(_ at: Int, little: Bool = false) -> Int? { number(at, 3, little: little) }
    func u32(_ at: Int, little: Bool = false) -> Int? { number(at, 4, little: little) }

    /// Nil also where it is more than an `Int` holds.
    func u64(_ at: Int) -> Int? {
        guard let high = u32(at), let low = u32(at + 4), high <= 0x7FFF_FFFF else { return nil }
        return high << 32 | low
    }

    private func number(_ at: Int, _ length: Int, little: Bool) -> Int? {
        guard at >= 0, at <= bytes.count - length else { return nil }
        let part = bytes[at..<(at + length)]
        return little
            ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }

    func has(_ wanted: [UInt8], at offset: Int) -> Bool {
        offset >= 0 && offset <= bytes.count - wanted.count && bytes[offset...].starts(with: wanted)
    }

    func has(_ wanted: String, at offset: Int) -> Bool { has(Array(wanted.utf8), at: offset) }

    func text(_ at: Int, _ length: Int) -> String? {
        guard at >= 0, length >= 0, at <= bytes.count - length else { return nil }
        return String(decoding: bytes[at..<(at + length)], as: UTF8.self)
    }

    /// `at` and two lengths further, if that lies within the bytes.
    func offset(_ at: Int, _ first: Int, _ second: Int) -> Int? {
        let next = at + first + second
        return next <= bytes.count ? next : nil
    }
}

/// The first directory of a TIFF structure, which EXIF is as well.
/// - Source: Adobe TIFF 6.0, section 2.
struct TIFFDirectory {
    private let bytes: ByteReader
    private let little: Bool
    private let entries: Range<Int>

    init?(_ bytes: ByteReader, at start: Int) {
        if bytes.has([0x49, 0x49, 0x2A, 0x00], at: start) {
            little = true
        } else if bytes.has([0x4D, 0x4D, 0x00, 0x2A], at: start) {
            little = false
        } else {
            return nil
        }
        self.bytes = bytes
        // A directory that lies beyond the bytes at hand has no entries here.
        let place = bytes.u32(start + 4, little: little).map { start + $0 } ?? 0
        let count = bytes.u16(place, little: little) ?? 0
        entries = (place + 2)..<(place + 2 + 12 * count)
    }

    /// The first value of a tag whose values are whole numbers.
    func first(_ tag: Int) -> Int? {
        for at in stride(from: entries.lowerBound, to: entries.upperBound, by: 12) {
            guard let found = bytes.u16(at, little: little) else { return nil }
            guard found == tag else { continue }
            switch bytes.u16(at + 2, little: little) {
            case 3: return bytes.u16(at + 8, little: little)
            case 4: return bytes.u32(at + 8, little: little)
            default: return nil
            }
        }
        return nil
    }
}
