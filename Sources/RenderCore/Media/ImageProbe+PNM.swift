extension ImageProbe {
    /// PBM, PGM and PPM, as text (P1 to P3) or as bytes (P4 to P6).
    /// - Source: Netpbm, "PBM", "PGM" and "PPM format specification".
    static func pnm(_ file: SampleReader) -> ImageProbe? {
        PNMHeader(file).map { ImageProbe(format: .pnm, width: $0.width, height: $0.height) }
    }

    /// By the number of its bytes; of text by the fewest characters that its values can have.
    static func isCutPNM(_ file: SampleReader) -> Bool {
        guard let header = PNMHeader(file) else { return true }
        let perRow =
            header.isBitmap ? (header.isText ? header.width : (header.width + 7) / 8) : header.width * header.channels
        let wide = !header.isText && header.greatest > 255 ? 2 : 1
        // Values that are written as text have a blank between them; bits need none.
        let (all, isTooLarge) = (perRow * wide).multipliedReportingOverflow(by: header.height)
        let blanks = header.isText && !header.isBitmap ? all - 1 : 0
        guard !isTooLarge, header.end + all + blanks <= file.count else { return true }
        return !header.isText
            && RawRows(file: file, start: header.end, rowBytes: perRow * wide, count: header.height).breakOff
    }
}

/// `P6 640 480 255`: words between blanks and comments.
private struct PNMHeader {
    /// 1 to 6.
    let kind: Int
    let width: Int
    let height: Int
    /// The greatest value; 1 of a bitmap.
    let greatest: Int
    /// Where the pixels begin.
    let end: Int

    var isBitmap: Bool { kind == 1 || kind == 4 }
    var isText: Bool { kind <= 3 }
    var channels: Int { kind == 3 || kind == 6 ? 3 : 1 }

    /// Longer comments are none of a picture's.
    private static let headerMax = 4096

    init?(_ file: SampleReader) {
        guard file.has("P", at: 0), let kind = file.u8(1).map({ $0 - 0x30 }), (1...6).contains(kind) else { return nil }
        self.kind = kind
        var at = 2
        func number() -> Int? {
            var isComment = false
            var value: Int?
            let start = at
            while at < Self.headerMax, let byte = file.u8(at).map(UInt8.init) {
                switch byte {
                case UInt8(ascii: "\n") where isComment: isComment = false
                case _ where isComment: break
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    // A digit that follows the format's own is another word.
                    guard at > start || start != 2 else { return nil }
                    value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                    guard value ?? 0 <= 1_000_000 else { return nil }
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                    if let value {
                        at += 1
                        return value
                    }
                case UInt8(ascii: "#") where value == nil: isComment = true
                default: return nil
                }
                at += 1
            }
            return nil
        }
        guard let width = number(), let height = number(), width > 0, height > 0 else { return nil }
        var greatest = 1
        if kind != 1, kind != 4 {
            guard let value = number(), (1...65_535).contains(value) else { return nil }
            greatest = value
        }
        (self.width, self.height, self.greatest, end) = (width, height, greatest, at)
    }
}
