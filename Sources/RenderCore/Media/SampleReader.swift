/// Reads numbers in a file of which only parts may be available. Returns nil if a byte is not readable or beyond the
/// end. Big-endian unless stated otherwise. Offsets come from the file and may have any value.
///
/// Both ends of the file are available. If the file can be read, the data between them is read in pages, within a
/// budget, so a hostile or very large file costs no more than that. Data beyond the budget is not readable.
final class SampleReader {
    /// The bytes from an offset, fewer at the file's end; nil if they cannot be read.
    typealias Fetch = (_ offset: Int, _ count: Int) -> [UInt8]?

    static let pageBytes = 64 << 10
    /// Pages that following offsets may cost: 4 MiB.
    private static let pagesMax = 64
    /// Further ones for a format that must be read from beginning to end: 64 MiB.
    private static let scanPagesMax = 1024

    /// Length of the file.
    let count: Int
    /// The file system says that nothing was ever written to the file's end.
    let endsInHole: Bool
    private let head: [UInt8]
    private let tail: [UInt8]
    /// Where the tail begins.
    private let tailStart: Int
    private let fetch: Fetch?
    private var pages: [Int: [UInt8]] = [:]
    private var pagesLeft = SampleReader.pagesMax
    private var mayScan = false

    init(_ sample: MediaSample, endsInHole: Bool = false, fetch: Fetch? = nil) {
        // No file is as long as 2^60: offsets in it can be added to.
        count = min(max(sample.bytes, sample.head.count, sample.tail.count), 1 << 60)
        self.endsInHole = endsInHole
        self.fetch = fetch
        let gap = count - sample.tail.count
        if gap <= sample.head.count {
            // The ends meet: one piece, so that nothing lies across the border.
            head = sample.head + sample.tail.suffix(count - sample.head.count)
            tail = []
            tailStart = count
        } else {
            head = sample.head
            tail = sample.tail
            tailStart = gap
        }
    }

    /// Allows the pages that reading from beginning to end costs.
    func allowScan() {
        guard !mayScan else { return }
        mayScan = true
        pagesLeft += Self.scanPagesMax
    }

    func u8(_ at: Int) -> Int? { number(at, 1, little: false) }
    func u16(_ at: Int, little: Bool = false) -> Int? { number(at, 2, little: little) }
    func u24(_ at: Int, little: Bool = false) -> Int? { number(at, 3, little: little) }
    func u32(_ at: Int, little: Bool = false) -> Int? { number(at, 4, little: little) }

    /// Nil also if it does not fit into an `Int`.
    func u64(_ at: Int, little: Bool = false) -> Int? {
        guard let first = u32(at, little: little), let second = u32(at + 4, little: little) else { return nil }
        let (high, low) = little ? (second, first) : (first, second)
        return high <= 0x7FFF_FFFF ? high << 32 | low : nil
    }

    func text(_ at: Int, _ length: Int) -> String? { bytes(at, length).map { String(decoding: $0, as: UTF8.self) } }

    func has(_ wanted: String, at offset: Int) -> Bool { has(Array(wanted.utf8), at: offset) }
    func has(_ wanted: [UInt8], at offset: Int) -> Bool { bytes(offset, wanted.count) == wanted }

    /// At most a page of them.
    func bytes(_ at: Int, _ length: Int) -> [UInt8]? {
        guard at >= 0, length >= 0, length <= Self.pageBytes, at <= count - length else { return nil }
        var found: [UInt8] = []
        var next = at
        while found.count < length {
            guard let more = stretch(from: next) else { return nil }
            found += more.prefix(length - found.count)
            next = at + found.count
        }
        return found
    }

    /// As many contiguous bytes from there as are available, at least one; nil if it is not readable or beyond the end.
    func stretch(from at: Int) -> ArraySlice<UInt8>? {
        guard at >= 0, at < count else { return nil }
        if at < head.count { return head[at...] }
        if at >= tailStart { return tail[(at - tailStart)...] }
        let number = at / Self.pageBytes
        guard let page = page(number), at - number * Self.pageBytes < page.count else { return nil }
        return page[(at - number * Self.pageBytes)...]
    }

    private func page(_ number: Int) -> [UInt8]? {
        if let known = pages[number] { return known }
        guard let fetch, pagesLeft > 0 else { return nil }
        pagesLeft -= 1
        let start = number * Self.pageBytes
        guard let page = fetch(start, min(Self.pageBytes, count - start)) else { return nil }
        if pages.count >= Self.pagesMax { pages = [:] }
        pages[number] = page
        return page
    }

    private func number(_ at: Int, _ length: Int, little: Bool) -> Int? {
        guard at >= 0, at <= count - length else { return nil }
        var value = 0
        for index in 0..<length {
            guard let byte = byte(at + index) else { return nil }
            value |= little ? byte << (8 * index) : byte << (8 * (length - 1 - index))
        }
        return value
    }

    private func byte(_ at: Int) -> Int? {
        if at < head.count { return Int(head[at]) }
        if at >= tailStart { return Int(tail[at - tailStart]) }
        return stretch(from: at)?.first.map { Int($0) }
    }
}

extension SampleReader {
    /// Whether all of a stretch is in sight and zero. An empty one is not.
    func isZero(_ range: Range<Int>) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            guard let part = stretch(from: at)?.prefix(range.upperBound - at), part.allSatisfy({ $0 == 0 }) else {
                return false
            }
            at += part.count
        }
        return !range.isEmpty
    }

    /// The start of the zeros at the end of the file, searching back at most `span` bytes; `count` if it ends with
    /// something else.
    func zerosAtEnd(within span: Int) -> Int {
        let least = max(0, count - span)
        var start = count
        while start > least {
            let from = max(least, start - 4096)
            guard let piece = bytes(from, start - from) else { return start }
            if let last = piece.lastIndex(where: { $0 != 0 }) { return from + last + 1 }
            start = from
        }
        return start
    }

    /// The same without a limit: a start far from the end is found by bisection, because in a file that was never
    /// completely written data comes before zeros. Nothing before `start` is read.
    func startOfZeros(from start: Int) -> Int {
        let near = zerosAtEnd(within: MediaSample.partBytes)
        guard near <= max(start, count - MediaSample.partBytes) else { return near }
        var (low, high) = (start, near)
        while high - low > 4096 {
            let middle = (low + high) / 2
            if isZero(middle..<min(high, middle + 4096)) { high = middle } else { low = middle }
        }
        var at = high
        while at > low, u8(at - 1) == 0 { at -= 1 }
        return at
    }

    /// So many zeros at the end of compressed data say that it was never written: a file that has its full size from the start of a
    /// copy, as Windows' Explorer and download programs make it.
    private var emptyBytes: Int { max(64, min(4096, count / 8)) }

    /// Whether the end of the file, which must hold compressed data, was never written.
    var hasEmptyEnd: Bool { endsInHole || (count > emptyBytes && isZero((count - emptyBytes)..<count)) }
}

/// The first directory of a TIFF structure, which EXIF is as well, and of BigTIFF.
/// - Source: Adobe TIFF 6.0, section 2; BigTIFF as LibTIFF describes it.
struct TIFFDirectory {
    private let file: SampleReader
    let isLittle: Bool
    /// Offsets are counted from here.
    private let origin: Int
    private let isBig: Bool
    /// Of the entries.
    private let start: Int
    private let entryCount: Int
    /// The directory is beyond the end of the file, or in a part that was never written.
    let isMissing: Bool

    private var entryBytes: Int { isBig ? 20 : 12 }

    init?(_ file: SampleReader, at origin: Int) {
        if file.has([0x49, 0x49, 0x2A, 0x00], at: origin) || file.has([0x49, 0x49, 0x2B, 0x00, 8, 0, 0, 0], at: origin)
        {
            isLittle = true
        } else if file.has([0x4D, 0x4D, 0x00, 0x2A], at: origin)
            || file.has([0x4D, 0x4D, 0x00, 0x2B, 0, 8, 0, 0], at: origin)
        {
            isLittle = false
        } else {
            return nil
        }
        self.file = file
        self.origin = origin
        isBig = file.u16(origin + 2, little: isLittle) == 0x2B
        let offset = isBig ? file.u64(origin + 8, little: isLittle) : file.u32(origin + 4, little: isLittle)
        let place = offset.map { origin + min($0, 1 << 60) } ?? file.count
        let found = isBig ? file.u64(place, little: isLittle) : file.u16(place, little: isLittle)
        // A picture has some dozens of entries.
        entryCount = min(found ?? 0, 4096)
        start = place + (isBig ? 8 : 2)
        isMissing =
            place >= file.count || found == 0 || start + entryCount * (isBig ? 20 : 12) + (isBig ? 8 : 4) > file.count
    }

    /// The first value of a tag whose values are whole numbers.
    func first(_ tag: Int) -> Int? { values(tag, max: 1)?.first }

    /// The number of a tag's values, and their offset; nil if the tag is missing.
    private func place(_ tag: Int) -> (type: Int, count: Int, at: Int)? {
        for index in 0..<entryCount {
            let at = start + index * entryBytes
            guard let found = file.u16(at, little: isLittle) else { return nil }
            guard found == tag, let type = file.u16(at + 2, little: isLittle), let size = Self.sizes[type] else {
                if found == tag { return nil }
                continue
            }
            let count = isBig ? file.u64(at + 4, little: isLittle) : file.u32(at + 4, little: isLittle)
            guard let count, count > 0, count < 1 << 40 else { return nil }
            let inner = at + (isBig ? 12 : 8)
            if count * size <= (isBig ? 8 : 4) { return (type, count, inner) }
            let offset = isBig ? file.u64(inner, little: isLittle) : file.u32(inner, little: isLittle)
            return offset.map { (type, count, origin + min($0, 1 << 60)) }
        }
        return nil
    }

    private static let sizes = [3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8]

    /// The offset of a tag's values; nil if the tag is missing.
    func offset(_ tag: Int) -> Int? { place(tag)?.at }

    /// Nil where the tag is not there, or one of the first `max` values is out of sight.
    func values(_ tag: Int, max: Int) -> [Int]? {
        guard let place = place(tag), let size = Self.sizes[place.type], size > 1 else { return nil }
        var values: [Int] = []
        for index in 0..<Swift.min(place.count, max) {
            let at = place.at + index * size
            let value =
                size == 2
                ? file.u16(at, little: isLittle)
                : size == 4 ? file.u32(at, little: isLittle) : file.u64(at, little: isLittle)
            guard let value else { return nil }
            values.append(value)
        }
        return values
    }

    /// Whether the values of any tag are beyond the end of the file.
    var hasValuesBeyondEnd: Bool {
        (0..<entryCount).contains { index in
            let at = start + index * entryBytes
            guard let type = file.u16(at + 2, little: isLittle), let size = Self.allSizes[type],
                let count = isBig ? file.u64(at + 4, little: isLittle) : file.u32(at + 4, little: isLittle),
                count < 1 << 40, count * size > (isBig ? 8 : 4)
            else { return false }
            let inner = at + (isBig ? 12 : 8)
            let offset = isBig ? file.u64(inner, little: isLittle) : file.u32(inner, little: isLittle)
            return offset.map { origin + min($0, 1 << 60) + count * size > file.count } ?? false
        }
    }

    private static let allSizes = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
    ]

    /// EXIF's number from 1 to 8.
    var orientation: Int? { first(274).flatMap { (1...8).contains($0) ? $0 : nil } }
}
