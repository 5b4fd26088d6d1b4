extension ImageProbe {
    /// - Source: Google, WebP Container Specification.
    static func webp(_ file: SampleReader) -> ImageProbe? {
        guard file.has("RIFF", at: 0), file.has("WEBP", at: 8) else { return nil }
        var probe = ImageProbe(format: .webp, width: nil, height: nil)
        if file.has("VP8X", at: 12) {
            probe.width = file.u24(24, little: true).map { $0 + 1 }
            probe.height = file.u24(27, little: true).map { $0 + 1 }
            let flags = file.u8(20) ?? 0
            probe.hasAlpha = flags & 0x10 != 0
            if flags & 0x08 != 0, let exif = file.chunks(from: 12).first(where: { $0.id == "EXIF" }) {
                // Some writers keep the six bytes that only a JPEG needs.
                let start = exif.start + (file.has("Exif\0\0", at: exif.start) ? 6 : 0)
                probe.orientation = TIFFDirectory(file, at: start)?.orientation
            }
        } else if file.has("VP8L", at: 12), let packed = file.u32(21, little: true) {
            probe.width = packed & 0x3FFF + 1
            probe.height = packed >> 14 & 0x3FFF + 1
            probe.hasAlpha = packed >> 28 & 1 == 1
        } else if file.has("VP8 ", at: 12), file.has([0x9D, 0x01, 0x2A], at: 23) {
            probe.width = file.u16(26, little: true).map { $0 & 0x3FFF }
            probe.height = file.u16(28, little: true).map { $0 & 0x3FFF }
        }
        return probe
    }

    static func isCutWebP(_ file: SampleReader) -> Bool {
        guard let length = file.u32(4, little: true) else { return true }
        return 8 + length > file.count || file.hasEmptyEnd
    }
}
