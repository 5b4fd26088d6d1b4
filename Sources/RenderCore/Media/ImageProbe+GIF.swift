extension ImageProbe {
    /// - Source: CompuServe, Graphics Interchange Format 89a.
    static func gif(_ file: SampleReader) -> ImageProbe? {
        guard file.has("GIF87a", at: 0) || file.has("GIF89a", at: 0) else { return nil }
        var probe = ImageProbe(format: .gif, width: file.u16(6, little: true), height: file.u16(8, little: true))
        // The first graphic control extension stands behind the colour table, maybe after other extensions.
        var at = firstBlock(file)
        while file.u8(at) == 0x21, let label = file.u8(at + 1) {
            if label == 0xF9 {
                probe.hasAlpha = (file.u8(at + 3) ?? 0) & 1 == 1
                break
            }
            let data = endOfData(file, from: at + 2)
            guard data.isWhole else { break }
            at = data.at
        }
        return probe
    }

    /// Walks along the blocks to the trailer; behind it there may be anything.
    static func isCutGIF(_ file: SampleReader) -> Bool {
        // A picture's last data and the trailer: so ends a whole file, and no part of one but by a rare chance.
        if file.has([0x00, 0x3B], at: file.count - 2), !file.endsInHole { return false }
        file.allowScan()
        var at = firstBlock(file)
        while true {
            guard let block = file.u8(at) else { return at >= file.count }
            var data = at + 2
            switch block {
            case 0x3B: return false
            case 0x21: break
            case 0x2C:
                guard let flags = file.u8(at + 9) else { return at + 9 >= file.count }
                data = at + 11 + tableBytes(flags)
            default: return true
            }
            let end = endOfData(file, from: data)
            guard end.isWhole else { return end.at >= file.count }
            at = end.at
        }
    }

    private static func firstBlock(_ file: SampleReader) -> Int { 13 + tableBytes(file.u8(10) ?? 0) }

    /// Of a colour table.
    private static func tableBytes(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << ((flags & 7) + 1) }

    /// The offset after a chain of blocks of up to 255 bytes; if the chain leaves the file or the readable part, the
    /// first missing byte.
    private static func endOfData(_ file: SampleReader, from start: Int) -> (at: Int, isWhole: Bool) {
        var at = start
        while let length = file.u8(at) {
            at += 1 + length
            if length == 0 { return (at, true) }
        }
        return (at, false)
    }
}
