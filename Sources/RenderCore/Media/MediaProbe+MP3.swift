extension MediaProbe {
    /// Behind a tag of any length, frames; the first may hold a table that counts them, else all are taken to be as the first.
    /// - Source: ISO/IEC 11172-3, section 2.4.1; ID3 tag version 2.4.0, section 3; the tables are known from their encoders only
    ///   (`Xing` and `Info` of LAME, `VBRI` of Fraunhofer).
    static func mp3(_ file: SampleReader) -> MediaProbe? {
        var probe = MediaProbe(kind: .audio, format: "mp3", mediaType: "audio/mpeg", fileExtension: "mp3")
        let tag = tagLength(file)
        if let tag, tag < file.count, file.u8(tag) == nil { return probe }  // a cover as large as all that is in sight
        // Without a tag, nothing but the first frame says what it is; behind one there may be padding.
        let places = (tag ?? 0)..<(tag.map { $0 + 4096 } ?? 1)
        guard let start = places.first(where: { isFrame($0, file) }), let frame = MP3Frame(file, at: start) else {
            return nil
        }
        if let frames = frame.count(file, at: start) {
            probe.seconds = Double(frames) * Double(frame.samples) / Double(frame.rate)
        } else {
            let isTagged = file.has("TAG", at: file.count - 128)
            let bytes = max(0, file.count - start - (isTagged ? 128 : 0))
            probe.seconds = Double(bytes) * 8 / Double(frame.bitsPerSecond)
        }
        return probe
    }

    /// Of an ID3v2 tag at the beginning; nil where there is none.
    private static func tagLength(_ file: SampleReader) -> Int? {
        guard file.has("ID3", at: 0), let flags = file.u8(5) else { return nil }
        let sizes = (6..<10).compactMap { file.u8($0) }
        guard sizes.count == 4, sizes.allSatisfy({ $0 < 128 }) else { return nil }
        return 10 + sizes.reduce(0) { $0 << 7 | $1 } + (flags & 0x10 == 0 ? 0 : 10)
    }

    /// Whether a frame begins there and, as far as can be seen, another one of its kind behind it: the eleven bits alone are
    /// found in anything.
    private static func isFrame(_ at: Int, _ file: SampleReader) -> Bool {
        guard let frame = MP3Frame(file, at: at) else { return false }
        let next = at + frame.length
        guard next < file.count, file.u32(next) != nil else { return next <= file.count }
        return MP3Frame(file, at: next).map { $0.rate == frame.rate && $0.samples == frame.samples } ?? false
    }
}

/// The head of a frame of MPEG audio, layer III.
private struct MP3Frame {
    var bitsPerSecond: Int
    /// Samples a second.
    var rate: Int
    /// Samples in a frame.
    var samples: Int
    /// In bytes.
    var length: Int
    private var isFull: Bool
    private var isMono: Bool

    init?(_ file: SampleReader, at: Int) {
        guard let word = file.u32(at), word >> 21 == 0x7FF else { return nil }
        // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5; layer III is 1.
        let version = word >> 19 & 3
        let (bits, rates) = (word >> 12 & 15, word >> 10 & 3)
        guard version != 1, word >> 17 & 3 == 1, (1...14).contains(bits), rates < 3 else { return nil }
        isFull = version == 3
        isMono = word >> 6 & 3 == 3
        bitsPerSecond = 1000 * (isFull ? Self.fullRates : Self.halfRates)[bits - 1]
        rate = [44_100, 48_000, 32_000][rates] / (version == 3 ? 1 : version == 2 ? 2 : 4)
        samples = isFull ? 1152 : 576
        length = samples / 8 * bitsPerSecond / rate + (word >> 9 & 1)
    }

    /// How many frames a table in the first one counts.
    func count(_ file: SampleReader, at start: Int) -> Int? {
        let table = start + 4 + (isFull ? (isMono ? 17 : 32) : (isMono ? 9 : 17))
        var frames: Int?
        if file.has("Xing", at: table) || file.has("Info", at: table), (file.u32(table + 4) ?? 0) & 1 == 1 {
            frames = file.u32(table + 8)
        } else if file.has("VBRI", at: start + 36) {
            frames = file.u32(start + 36 + 14)
        }
        return frames.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Thousands of bits a second, of MPEG-1 and of the two others.
    private static let fullRates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let halfRates = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}
