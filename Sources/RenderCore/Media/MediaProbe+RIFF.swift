extension MediaProbe {
    /// - Source: Microsoft, AVI RIFF File Reference: `AVIMAINHEADER`; OpenDML AVI 1.02: further RIFF lists in files above 1 GB.
    static func avi(_ file: SampleReader) -> MediaProbe? {
        guard file.has("RIFF", at: 0), file.has("AVI ", at: 8) else { return nil }
        var probe = MediaProbe(kind: .video, format: "avi", mediaType: "video/x-msvideo", fileExtension: "avi")
        probe.isCut = isCutAVI(file)
        let list = file.chunks(from: 12).first { $0.id == "LIST" && file.has("hdrl", at: $0.start) }
        guard let list, let header = file.chunks(from: list.start + 4).first, header.id == "avih" else { return probe }
        func field(_ number: Int) -> Int? { file.u32(header.start + 4 * number, little: true) }
        if let width = field(8), let height = field(9), width > 0, height > 0 {
            probe.size = PixelSize(width: width, height: height)
        }
        // Microseconds a frame, and frames.
        if let pace = field(0), let frames = field(4), pace > 0, frames > 0 {
            probe.framesPerSecond = 1_000_000 / Double(pace)
            probe.seconds = Double(pace) * Double(frames) / 1_000_000
        }
        return probe
    }

    private static func isCutAVI(_ file: SampleReader) -> Bool {
        for list in file.chunks(from: 0) where list.id == "RIFF" {
            if !isUnknown(list.length), list.start + list.length > file.count { return true }
        }
        return file.hasEmptyEnd
    }

    /// A recording into a pipe does not know its own length.
    private static func isUnknown(_ length: Int) -> Bool { length == 0 || length >= 0x7FFF_0000 }

    /// - Source: Microsoft, Multimedia Programming Interface and Data Specifications 1.0, and New Multimedia Data Types: `fmt `, `fact`,
    ///   `data`.
    static func wav(_ file: SampleReader) -> MediaProbe? {
        guard file.has("RIFF", at: 0), file.has("WAVE", at: 8) else { return nil }
        var probe = MediaProbe(kind: .audio, format: "wav", mediaType: "audio/wav", fileExtension: "wav")
        let chunks = file.chunks(from: 12)
        let data = chunks.first { $0.id == "data" }
        // Some writers count the eight bytes before the length, too.
        let length = file.u32(4, little: true) ?? 0
        let isShort = !isUnknown(length) && length > file.count
        // Where the heads are in sight to the end, what is not there is missing.
        let lacksData = data == nil && (chunks.last.map { $0.start + $0.length >= file.count } ?? (file.count < 20))
        guard let data else {
            probe.isCut = isShort || (isUnknown(length) && lacksData)
            return probe
        }
        let rest = max(0, file.count - data.start)
        let isOpen = isUnknown(data.length)
        let bytes = isOpen ? rest : min(data.length, rest)
        // Of a recording without a stated length, what there is counts as all of it; but there must be something.
        let lacksSound = isOpen ? rest == 0 : data.length > rest
        probe.isCut = isShort || lacksSound || isEmpty(file, data.start..<(data.start + bytes))
        if let format = chunks.first(where: { $0.id == "fmt " }), format.length >= 16 {
            let fact = chunks.first { $0.id == "fact" && $0.length >= 4 }.flatMap { file.u32($0.start, little: true) }
            probe.seconds = WaveFormat(file, at: format.start, length: format.length)?.seconds(of: bytes, fact: fact)
        }
        return probe
    }

    /// Whether the sound was never completely written. Zeros are silence too, so they count only if they are a third of
    /// the recording, or begin at a block boundary of a copy.
    private static func isEmpty(_ file: SampleReader, _ data: Range<Int>) -> Bool {
        guard data.upperBound + 4096 > file.count else { return false }
        if file.endsInHole { return true }
        let third = data.count / 3
        guard third >= 256, file.isZero((data.upperBound - min(4096, third))..<data.upperBound) else { return false }
        if file.isZero((data.upperBound - third)..<data.upperBound) { return true }
        let window = MediaSample.partBytes
        let zeros = file.zerosAtEnd(within: window)
        guard file.count - zeros >= 64 << 10, zeros > file.count - window else { return false }
        return (4096 - zeros % 4096) % 4096 <= 3
    }
}

/// `fmt `: how many bytes make a second.
private struct WaveFormat {
    private let tag: Int
    private let rate: Int
    /// Bytes a second, as the header says.
    private let pace: Int
    private let blockBytes: Int
    /// Of each channel.
    private let samplesPerBlock: Int?

    init?(_ file: SampleReader, at start: Int, length: Int) {
        guard var tag = file.u16(start, little: true), let channels = file.u16(start + 2, little: true),
            let rate = file.u32(start + 4, little: true), let pace = file.u32(start + 8, little: true),
            let block = file.u16(start + 12, little: true), let bits = file.u16(start + 14, little: true)
        else { return nil }
        // Extensible: the first two bytes of an identity are the tag.
        if tag == 0xFFFE, length >= 26, let inner = file.u16(start + 24, little: true) { tag = inner }
        self.tag = tag
        self.rate = rate
        self.pace = pace
        blockBytes = block
        switch tag {
        // Plain numbers, whole and with a point, and the logarithmic ones of telephones.
        case 1, 3, 6, 7: samplesPerBlock = 1
        // Microsoft's and IMA's ADPCM.
        case 2, 0x11:
            let said = length >= 20 ? file.u16(start + 18, little: true) ?? 0 : 0
            samplesPerBlock =
                said > 0 ? said : Self.samples(tag, block: block, channels: max(1, channels), bits: max(1, bits))
        default: samplesPerBlock = nil
        }
    }

    private static func samples(_ tag: Int, block: Int, channels: Int, bits: Int) -> Int? {
        let head = (tag == 2 ? 7 : 4) * channels
        guard block > head else { return nil }
        return (block - head) * 8 / (bits * channels) + (tag == 2 ? 2 : 1)
    }

    /// - Parameter fact: samples of each channel, as another chunk counts them: the last block may be filled up.
    func seconds(of bytes: Int, fact: Int?) -> Double? {
        if let samplesPerBlock, blockBytes > 0, rate > 0 {
            let whole = Double(bytes / blockBytes) * Double(samplesPerBlock)
            // What was recorded into a pipe counts nothing.
            let counted = fact.map { Double($0) }.flatMap {
                samplesPerBlock > 1 && $0 > 0 && $0 <= whole + Double(samplesPerBlock) ? $0 : nil
            }
            return (counted ?? whole) / Double(rate)
        }
        if samplesPerBlock == nil, let fact, fact > 0, fact < 0x7FFF_0000, rate > 0 {
            return Double(fact) / Double(rate)
        }
        return pace > 0 ? Double(bytes) / Double(pace) : nil
    }
}

extension SampleReader {
    /// The chunks of a RIFF file one after the other, as far as their heads are in sight, at most 1000; lengths are as they say.
    func chunks(from first: Int) -> [(id: String, start: Int, length: Int)] {
        var chunks: [(id: String, start: Int, length: Int)] = []
        var at = first
        while chunks.count < 1000, let id = text(at, 4), let length = u32(at + 4, little: true) {
            chunks.append((id, at + 8, length))
            at += 8 + length + length % 2
        }
        return chunks
    }
}
