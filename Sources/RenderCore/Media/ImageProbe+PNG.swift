extension ImageProbe {
    /// - Source: W3C, Portable Network Graphics: chunks, `IHDR`, `tRNS`, `IEND`.
    static func png(_ file: SampleReader) -> ImageProbe? {
        guard file.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) else { return nil }
        var probe = ImageProbe(format: .png, width: nil, height: nil)
        // Apple's tools put a chunk before the header; tRNS must stand before the first IDAT.
        for chunk in PNGChunks(file: file) {
            switch chunk.type {
            case "IHDR":
                probe.width = file.u32(chunk.start)
                probe.height = file.u32(chunk.start + 4)
                probe.hasAlpha = file.u8(chunk.start + 9).map { $0 == 4 || $0 == 6 } ?? false
            case "tRNS": probe.hasAlpha = true
            case "IDAT", "IEND": return probe
            default: break
            }
        }
        return probe
    }

    /// Behind the end there may be anything: some tools leave the rest of a former, longer file.
    static func isCutPNG(_ file: SampleReader) -> Bool {
        let start = max(0, file.count - MediaSample.partBytes)
        var window: [UInt8] = []
        while start + window.count < file.count {
            guard let more = file.stretch(from: start + window.count) else { return false }  // out of sight
            window += more
        }
        if hasEnd(window) { return false }
        // What hangs behind may be longer than the end that was looked at.
        return !PNGChunks(file: file).contains { $0.type == "IEND" && $0.end <= file.count }
    }
}

extension ImageProbe {
    /// From the back, where the end of a whole picture is: each byte is compared with the last one of `IEND`.
    private static func hasEnd(_ window: [UInt8]) -> Bool {
        let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
        return window.withUnsafeBufferPointer { bytes in
            var last = bytes.count - 1
            while last >= end.count - 1 {
                if bytes[last] == end[end.count - 1],
                    end.indices.allSatisfy({ bytes[last - end.count + 1 + $0] == end[$0] })
                {
                    return true
                }
                last -= 1
            }
            return false
        }
    }
}

/// The chunks of a PNG in order, as far as their headers are readable.
private struct PNGChunks: Sequence, IteratorProtocol {
    let file: SampleReader
    private var at = 8
    private var left = 10_000

    init(file: SampleReader) { self.file = file }

    mutating func next() -> (type: String, start: Int, end: Int)? {
        guard left > 0, let length = file.u32(at), let type = file.bytes(at + 4, 4),
            type.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) })
        else { return nil }
        left -= 1
        defer { at += 12 + length }
        return (String(decoding: type, as: UTF8.self), at + 8, at + 12 + length)
    }
}
