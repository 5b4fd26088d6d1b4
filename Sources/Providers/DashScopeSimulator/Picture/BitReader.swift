/// Reads bits, most significant first, past the zero that follows each 0xFF.
struct BitReader {
    private let bytes: [UInt8]
    private var at: Int
    private var buffer: UInt64 = 0
    private var count = 0
    /// At a marker and behind the end zeros are read. Using one of them is an error.
    private var borrowed = 0

    init(_ bytes: [UInt8], at: Int) {
        self.bytes = bytes
        self.at = at
    }

    private mutating func fill() {
        while count <= 48 {
            var next: UInt8 = 0
            if at < bytes.count, bytes[at] != 0xFF {
                next = bytes[at]
                at += 1
            } else if at + 1 < bytes.count, bytes[at + 1] == 0 {
                next = 0xFF
                at += 2
            } else {
                borrowed += 8
            }
            buffer = buffer << 8 | UInt64(next)
            count += 8
        }
    }

    /// Nil where there is no such code or the data has ended.
    mutating func symbol(_ table: HuffmanTable) -> UInt8? {
        if count < 16 { fill() }
        let entry = table.entries[Int(truncatingIfNeeded: buffer >> UInt64(count - 16)) & 0xFFFF]
        let length = Int(entry >> 8)
        guard length > 0, take(length) else { return nil }
        return UInt8(truncatingIfNeeded: entry)
    }

    /// A signed number of so many bits, as T.81 codes it (`EXTEND`).
    mutating func number(_ length: Int) -> Int32? {
        guard length > 0 else { return 0 }
        if count < length { fill() }
        let value = Int32(truncatingIfNeeded: buffer >> UInt64(count - length)) & Int32((1 << length) - 1)
        guard take(length) else { return nil }
        return value < 1 << (length - 1) ? value - Int32((1 << length) - 1) : value
    }

    private mutating func take(_ length: Int) -> Bool {
        count -= length
        return count >= borrowed
    }

    /// Goes on behind the next restart marker.
    mutating func skipRestart() -> Bool {
        (buffer, count, borrowed) = (0, 0, 0)
        while at + 1 < bytes.count {
            if bytes[at] == 0xFF, (0xD0...0xD7).contains(bytes[at + 1]) {
                at += 2
                return true
            }
            at += 1
        }
        return false
    }
}
