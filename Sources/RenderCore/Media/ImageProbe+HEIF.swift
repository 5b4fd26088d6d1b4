extension ImageProbe {
    /// HEIC and AVIF: boxes within boxes; the size is that of the largest `ispe` property, which is the whole picture
    /// where tiles and thumbnails have smaller ones.
    /// - Source: ISO/IEC 14496-12 (boxes) and 23008-12 (HEIF).
    static func heif(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has("ftyp", at: 4), let end = bytes.u32(0), (16...1024).contains(end) else { return nil }
        let brands = stride(from: 8, to: end - 3, by: 4).filter { $0 != 12 }.compactMap { bytes.text($0, 4) }
        let format: Format
        if brands.contains(where: ["avif", "avis"].contains) {
            format = .avif
        } else if brands.contains(where: ["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"].contains) {
            format = .heic
        } else {
            return nil
        }
        var probe = ImageProbe(format: format, width: nil, height: nil)
        guard let meta = box("meta", bytes, in: end..<max(end, bytes.count)) else { return probe }
        // `meta` is a full box: four bytes of version and flags before its children.
        guard let properties = box("iprp", bytes, in: meta.dropFirst(4)),
            let container = box("ipco", bytes, in: properties)
        else { return probe }
        eachBox(bytes, in: container) { type, body in
            switch type {
            case "ispe":
                guard let width = bytes.u32(body.lowerBound + 4), let height = bytes.u32(body.lowerBound + 8) else {
                    return
                }
                if Double(width) * Double(height) > Double(probe.width ?? 0) * Double(probe.height ?? 0) {
                    probe.width = width
                    probe.height = height
                }
            case "auxC":
                if bytes.text(body.lowerBound + 4, min(44, max(0, body.count - 4)))?.contains("alpha") == true {
                    probe.hasAlpha = true
                }
            default: break
            }
        }
        return probe
    }

    private static func box(_ type: String, _ bytes: ByteReader, in range: Range<Int>) -> Range<Int>? {
        var found: Range<Int>?
        eachBox(bytes, in: range) { if $0 == type, found == nil { found = $1 } }
        return found
    }

    /// Calls with the type and the body of each box that lies within the bytes, at most 1000.
    private static func eachBox(_ bytes: ByteReader, in range: Range<Int>, _ visit: (String, Range<Int>) -> Void) {
        var at = range.lowerBound
        for _ in 0..<1000 {
            guard at < range.upperBound, let size = bytes.u32(at), let type = bytes.text(at + 4, 4) else { return }
            // 0: to the end; 1: a 64-bit length follows, which no header box needs.
            let length = size == 0 ? range.upperBound - at : size
            guard length >= 8, size != 1 else { return }
            visit(type, (at + 8)..<max(at + 8, min(at + length, range.upperBound)))
            at += length
        }
    }
}
