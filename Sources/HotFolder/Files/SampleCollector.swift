import RenderCore

/// Keeps both ends of a byte stream of any length.
struct SampleCollector {
    /// Number of bytes so far.
    private(set) var bytes = 0
    private var head: [UInt8] = []
    /// Up to twice the needed length, so that each byte is moved once and not with every chunk.
    private var tail: [UInt8] = []

    mutating func add(_ chunk: UnsafeRawBufferPointer) {
        let part = MediaSample.partBytes
        bytes += chunk.count
        if head.count < part { head.append(contentsOf: chunk.prefix(part - head.count)) }
        tail.append(contentsOf: chunk.suffix(part))
        if tail.count > 2 * part { tail.removeFirst(tail.count - part) }
    }

    /// Includes what the file stores between its ends: the file that the bytes went into or came from.
    func sample(of file: Descriptor) throws(FileError) -> MediaSample {
        let ends = sample
        return try file.sample(head: ends.head, tail: ends.tail, bytes: ends.bytes)
    }

    var sample: MediaSample {
        MediaSample(head: head, tail: Array(tail.suffix(MediaSample.partBytes)), bytes: bytes)
    }
}
