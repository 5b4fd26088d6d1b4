extension MediaProbe {
    /// - Source: Microsoft, AVI RIFF File Reference: `AVIMAINHEADER`.
    static func avi(_ file: SampleReader) -> MediaProbe? {
        guard file.has("RIFF", at: 0), file.has("AVI ", at: 8) else { return nil }
        var probe = MediaProbe(kind: .video, format: "avi", mediaType: "video/x-msvideo", fileExtension: "avi")
        let list = file.chunks(from: 12).first { $0.id == "LIST" && file.has("hdrl", at: $0.start) }
        guard let list, let header = file.chunks(from: list.start + 4).first, header.id == "avih" else { return probe }
        func field(_ number: Int) -> Int? { file.u32(header.start + 4 * number, little: true) }
        if let width = field(8), let height = field(9), width > 0, height > 0 {
            probe.size = PixelSize(width: width, height: height)
        }
        // Microseconds a frame, and frames.
        if let pace = field(0), let frames = field(4), pace > 0, frames > 0 {
            probe.seconds = Double(pace) * Double(frames) / 1_000_000
        }
        return probe
    }

    /// Of any codec: the header says how many bytes a second are.
    /// - Source: Microsoft, Multimedia Programming Interface and Data Specifications 1.0: `fmt `, `data`.
    static func wav(_ file: SampleReader) -> MediaProbe? {
        guard file.has("RIFF", at: 0), file.has("WAVE", at: 8) else { return nil }
        var probe = MediaProbe(kind: .audio, format: "wav", mediaType: "audio/wav", fileExtension: "wav")
        let chunks = file.chunks(from: 12)
        guard let format = chunks.first(where: { $0.id == "fmt " }), format.length >= 16,
            let data = chunks.first(where: { $0.id == "data" }),
            let pace = file.u32(format.start + 8, little: true), pace > 0
        else { return probe }
        let rest = max(0, file.count - data.start)
        // What is recorded into a pipe never learns its own length.
        let length = data.length == 0 || data.length > rest ? rest : data.length
        probe.seconds = Double(length) / Double(pace)
        return probe
    }
}

extension SampleReader {
    /// The chunks of a RIFF file one after the other, as far as their heads are in sight, at most 1000; lengths are as they say.
    fileprivate func chunks(from first: Int) -> [(id: String, start: Int, length: Int)] {
        var chunks: [(id: String, start: Int, length: Int)] = []
        var at = first
        while chunks.count < 1000, let id = text(at, 4), let length = u32(at + 4, little: true) {
            chunks.append((id, at + 8, length))
            at += 8 + length + length % 2
        }
        return chunks
    }
}
