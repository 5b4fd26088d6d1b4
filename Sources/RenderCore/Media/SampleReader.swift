/// Numbers of a file of which only the ends may be at hand; nil between them and beyond the end. Big-endian unless said
/// otherwise. Offsets are the file's own and may be anything.
struct SampleReader {
    /// Length of the file.
    let count: Int
    private let head: ByteReader
    private let tail: ByteReader
    /// Where the tail begins.
    private let tailStart: Int

    init(_ sample: MediaSample) {
        // No file is as long as 2^60: offsets in it can be added to.
        count = min(max(sample.bytes, sample.head.count, sample.tail.count), 1 << 60)
        let gap = count - sample.tail.count
        if gap <= sample.head.count {
            // The ends meet: one piece, so that nothing lies across the border.
            head = ByteReader(sample.head + sample.tail.suffix(count - sample.head.count))
            tail = ByteReader([])
            tailStart = count
        } else {
            head = ByteReader(sample.head)
            tail = ByteReader(sample.tail)
            tailStart = gap
        }
    }

    func u8(_ at: Int) -> Int? { head.u8(at) ?? tail.u8(inTail(at)) }
    func u16(_ at: Int, little: Bool = false) -> Int? {
        head.u16(at, little: little) ?? tail.u16(inTail(at), little: little)
    }
    func u32(_ at: Int, little: Bool = false) -> Int? {
        head.u32(at, little: little) ?? tail.u32(inTail(at), little: little)
    }
    /// Nil also where it is more than an `Int` holds.
    func u64(_ at: Int) -> Int? { head.u64(at) ?? tail.u64(inTail(at)) }

    func text(_ at: Int, _ length: Int) -> String? { head.text(at, length) ?? tail.text(inTail(at), length) }
    func has(_ wanted: String, at offset: Int) -> Bool {
        head.has(wanted, at: offset) || tail.has(wanted, at: inTail(offset))
    }

    /// Below zero where it lies before the tail.
    private func inTail(_ at: Int) -> Int { at < tailStart ? -1 : at - tailStart }
}
