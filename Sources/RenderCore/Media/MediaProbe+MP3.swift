extension MediaProbe {
    /// Behind a tag of any length, frames; the first may hold a table that counts them, else they are counted.
    /// - Source: ISO/IEC 11172-3, section 2.4.1; ID3 tag version 2.4.0, section 3; APE tags; the tables are known from their encoders only
    ///   (`Xing` and `Info` of LAME, `VBRI` of Fraunhofer).
    static func mp3(_ file: SampleReader) -> MediaProbe? {
        var probe = MediaProbe(kind: .audio, format: "mp3", mediaType: "audio/mpeg", fileExtension: "mp3")
        var tagEnd: Int?
        while let next = tagLength(file, at: tagEnd ?? 0) { tagEnd = (tagEnd ?? 0) + next }
        if let tagEnd, tagEnd >= file.count {
            probe.isCut = tagEnd > file.count
            return tagEnd > file.count ? probe : nil
        }
        if let tagEnd, file.u8(tagEnd) == nil { return probe }  // a cover as large as all that is in sight
        // Without a tag, nothing but the first frame says what it is; behind one there may be padding.
        let places = (tagEnd ?? 0)..<(tagEnd.map { $0 + 4096 } ?? 1)
        guard let start = places.first(where: { MP3Frame.isFrame($0, file, mayBeFree: $0 == places.lowerBound) }),
            let frame = MP3Frame(file, first: start)
        else {
            // All that was written of it so far.
            if let tagEnd, file.isZero(tagEnd..<min(file.count, tagEnd + 4096)) {
                probe.isCut = true
                return probe
            }
            return nil
        }
        let table = frame.table(file, at: start)
        if let bytes = table.bytes, start + bytes > file.count { probe.isCut = true }
        if let frames = table.frames { probe.seconds = Double(frames) * Double(frame.samples) / Double(frame.rate) }
        let emptyBytes = max(64, min(4096, file.count / 8))
        let hasZeros = file.count > emptyBytes && file.isZero((file.count - emptyBytes)..<file.count)
        guard table.frames == nil || hasZeros else { return probe }
        let walk = MP3Walk(file, from: start, freeBytes: frame.freeBytes)
        if probe.seconds == nil { probe.seconds = walk.seconds }
        probe.isCut = probe.isCut || walk.isCut(emptyBytes) || file.endsInHole
        return probe
    }

    /// The length of an ID3v2 tag; nil if there is none.
    private static func tagLength(_ file: SampleReader, at start: Int) -> Int? {
        guard file.has("ID3", at: start), let flags = file.u8(start + 5) else { return nil }
        let sizes = (6..<10).compactMap { file.u8(start + $0) }
        guard sizes.count == 4, sizes.allSatisfy({ $0 < 128 }) else { return nil }
        return 10 + sizes.reduce(0) { $0 << 7 | $1 } + (flags & 0x10 == 0 ? 0 : 10)
    }
}

/// All frames of a file in order.
private struct MP3Walk {
    private let file: SampleReader
    /// Where tags begin behind the sound.
    private let end: Int
    private var at: Int
    private var walked = 0.0
    private let start: Int
    /// The last frame is longer than the file.
    private var isLastCut = false
    private var isOutOfSight = false

    init(_ file: SampleReader, from start: Int, freeBytes: Int?) {
        self.file = file
        self.start = start
        at = start
        end = Self.tagsStart(file)
        file.allowScan()
        walk(freeBytes)
    }

    private mutating func walk(_ freeBytes: Int?) {
        // Samples of each rate, so that the sum is exact.
        var samples: [Int: Int] = [:]
        while at < end {
            guard file.u32(at) != nil else {
                isOutOfSight = at + 4 <= file.count
                isLastCut = !isOutOfSight && file.u8(at) == 0xFF
                break
            }
            guard var frame = MP3Frame(file, at: at) else {
                guard let next = resume() else { break }
                at = next
                continue
            }
            if frame.length == 0 { frame.length = (freeBytes ?? 0) + frame.padding }
            guard frame.length > 4 else { break }
            guard at + frame.length <= end else {
                isLastCut = true
                break
            }
            samples[frame.rate, default: 0] += frame.samples
            at += frame.length
        }
        walked = samples.reduce(0) { $0 + Double($1.value) / Double($1.key) }
    }

    /// Behind something that is no frame, within reason.
    private func resume() -> Int? {
        if file.isZero(at..<min(end, at + 4096)) { return nil }
        return ((at + 1)..<max(at + 1, min(end, at + 65_536))).first {
            MP3Frame.isFrame($0, file, mayBeFree: false)
        }
    }

    /// Of what was out of sight, as much as the part before it says.
    var seconds: Double? {
        guard isOutOfSight, at > start else { return walked }
        return walked * Double(end - start) / Double(at - start)
    }

    func isCut(_ emptyBytes: Int) -> Bool {
        isLastCut || (!isOutOfSight && end - at >= emptyBytes && file.isZero((end - emptyBytes)..<end))
    }

    /// ID3v1 (128 bytes), APE tags before it or alone.
    private static func tagsStart(_ file: SampleReader) -> Int {
        var end = file.count
        if file.has("TAG", at: end - 128) { end -= 128 }
        if file.has("APETAGEX", at: end - 32), let bytes = file.u32(end - 20, little: true),
            let flags = file.u32(end - 12, little: true)
        {
            end = max(0, end - bytes - (flags >> 31 == 1 ? 32 : 0))
        }
        return end
    }
}

/// The header of a frame of MPEG audio, layer III.
private struct MP3Frame {
    /// Samples a second.
    var rate: Int
    /// Samples in a frame.
    var samples: Int
    /// In bytes; 0 in the free format, whose frames do not state it.
    var length: Int
    var padding: Int
    /// Of the free format: bytes of a frame without padding.
    private(set) var freeBytes: Int?
    private var isFull: Bool
    private var isMono: Bool

    init?(_ file: SampleReader, at: Int) {
        guard let word = file.u32(at), word >> 21 == 0x7FF else { return nil }
        // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5; layer III is 1.
        let version = word >> 19 & 3
        let (bits, rates) = (word >> 12 & 15, word >> 10 & 3)
        guard version != 1, word >> 17 & 3 == 1, bits < 15, rates < 3 else { return nil }
        isFull = version == 3
        isMono = word >> 6 & 3 == 3
        rate = [44_100, 48_000, 32_000][rates] / (version == 3 ? 1 : version == 2 ? 2 : 4)
        samples = isFull ? 1152 : 576
        padding = word >> 9 & 1
        let bitsPerSecond = bits == 0 ? 0 : 1000 * (isFull ? Self.fullRates : Self.halfRates)[bits - 1]
        length = bits == 0 ? 0 : samples / 8 * bitsPerSecond / rate + padding
    }

    /// Whether a frame begins there and, as far as can be seen, another one of its kind behind it: the eleven bits alone are
    /// found in anything.
    ///
    /// - Parameter mayBeFree: a frame of the free format counts, too; to look for the next one costs more.
    static func isFrame(_ at: Int, _ file: SampleReader, mayBeFree: Bool) -> Bool {
        guard let frame = MP3Frame(file, at: at) else { return false }
        if frame.length == 0 { return mayBeFree && frame.measured(file, at) != nil }
        let next = at + frame.length
        guard next < file.count, file.u32(next) != nil else { return next <= file.count }
        return MP3Frame(file, at: next).map { $0.rate == frame.rate && $0.samples == frame.samples } ?? false
    }

    /// The frame at an offset, with the facts that only the next frame shows.
    init?(_ file: SampleReader, first at: Int) {
        self.init(file, at: at)
        if length == 0 { freeBytes = measured(file, at) }
    }

    /// Bytes of a frame of the free format without padding: as far as to the next head that is like its own, and one more behind it.
    private func measured(_ file: SampleReader, _ at: Int) -> Int? {
        guard let own = file.u32(at) else { return nil }
        // All but padding and the way of stereo, which change from frame to frame.
        let mask = 0xFFFF_FD0F
        for distance in 24..<4608 where file.u32(at + distance).map({ $0 & mask == own & mask }) ?? false {
            let bytes = distance - padding
            guard let second = MP3Frame(file, at: at + distance) else { continue }
            let third = at + distance + bytes + second.padding
            if third >= file.count || file.u32(third).map({ $0 & mask == own & mask }) ?? false { return bytes }
        }
        return nil
    }

    /// What a table in the first frame counts.
    func table(_ file: SampleReader, at start: Int) -> (frames: Int?, bytes: Int?) {
        let table = start + 4 + (isFull ? (isMono ? 17 : 32) : (isMono ? 9 : 17))
        func counted(_ at: Int) -> Int? { file.u32(at).flatMap { $0 > 0 ? $0 : nil } }
        if file.has("Xing", at: table) || file.has("Info", at: table) {
            let flags = file.u32(table + 4) ?? 0
            let hasFrames = flags & 1 == 1
            return (
                hasFrames ? counted(table + 8) : nil, flags & 2 == 2 ? counted(table + (hasFrames ? 12 : 8)) : nil
            )
        }
        return file.has("VBRI", at: start + 36) ? (counted(start + 50), counted(start + 46)) : (nil, nil)
    }

    /// Thousands of bits a second, of MPEG-1 and of the two others.
    private static let fullRates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let halfRates = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}
