import CZlib

/// Writes one 8-bit PNG, row by row: RGB, or RGBA.
///
/// Owns a `z_stream`, which keeps its own address: it lives in allocated memory and is freed in `deinit`.
final class PNGWriter {
    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private let previous: UnsafeMutableBufferPointer<UInt8>
    private let filtered: UnsafeMutableBufferPointer<UInt8>
    private var compressed: [UInt8] = []
    private let size: FrameSize
    private let rowBytes: Int
    private let hasAlpha: Bool
    private let isReady: Bool

    /// - Parameter size: rows of `size.width` pixels, `size.height` times.
    init(_ size: FrameSize, hasAlpha: Bool = false) {
        self.size = size
        self.hasAlpha = hasAlpha
        rowBytes = size.width * (hasAlpha ? 4 : 3)
        // Whole words, so that rows can be subtracted eight bytes at a time.
        let padded = (rowBytes + 7) / 8 * 8
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(capacity: 1 << 16)
        buffer.initialize(repeating: 0)
        previous = .allocate(capacity: padded)
        previous.initialize(repeating: 0)
        filtered = .allocate(capacity: padded + 8)
        filtered.initialize(repeating: 0)
        isReady = rs_deflate_init(stream, 1) == Z_OK
    }

    deinit {
        if isReady { deflateEnd(stream) }
        stream.deallocate()
        buffer.deallocate()
        previous.deallocate()
        filtered.deallocate()
    }

    /// Adds a row. `row` holds whole words: the row's bytes rounded up to a multiple of 8.
    func add(_ row: UnsafeMutableBufferPointer<UInt8>) {
        guard let from = row.baseAddress, let above = previous.baseAddress, let out = filtered.baseAddress else {
            return
        }
        // The filter byte sits in the last byte of the first word, so that the differences are aligned.
        out[7] = 2
        let words = previous.count / 8
        let mask: UInt64 = 0x8080_8080_8080_8080
        from.withMemoryRebound(to: UInt64.self, capacity: words) { new in
            above.withMemoryRebound(to: UInt64.self, capacity: words) { old in
                (out + 8).withMemoryRebound(to: UInt64.self, capacity: words) { difference in
                    var index = 0
                    while index < words {
                        let (x, y) = (new[index], old[index])
                        // Eight bytewise subtractions at once: no borrow crosses a byte.
                        difference[index] = ((x | mask) &- (y & ~mask)) ^ ((x ^ ~y) & mask)
                        old[index] = x
                        index &+= 1
                    }
                }
            }
        }
        deflate(out + 7, count: rowBytes + 1, flush: Z_NO_FLUSH)
    }

    /// The whole file.
    func finish() -> [UInt8] {
        if let base = filtered.baseAddress { deflate(base, count: 0, flush: Z_FINISH) }
        var header = Self.word(size.width) + Self.word(size.height)
        header += [8, hasAlpha ? 6 : 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
            + Self.chunk("IDAT", compressed) + Self.chunk("IEND", [])
    }

    private func deflate(_ bytes: UnsafeMutablePointer<UInt8>, count: Int, flush: Int32) {
        guard isReady, let out = buffer.baseAddress else { return }
        stream.pointee.next_in = bytes
        stream.pointee.avail_in = UInt32(count)
        repeat {
            stream.pointee.next_out = out
            stream.pointee.avail_out = UInt32(buffer.count)
            guard CZlib.deflate(stream, flush) != Z_STREAM_ERROR else { return }
            compressed.append(
                contentsOf: UnsafeBufferPointer(start: out, count: buffer.count - Int(stream.pointee.avail_out)))
        } while stream.pointee.avail_out == 0
    }

    private static func word(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        let check = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return word(content.count) + body + word(Int(check))
    }
}
