extension HeaderReader {
    typealias FoundFilm = (width: Int?, height: Int?, seconds: Double?)

    /// Longer than any film that is taken, and short enough to be counted with.
    static let secondsMax = 1e6

    /// One box of an ISO base media file.
    private struct Box {
        var name: Int
        /// Where its content lies.
        var content: Range<Int>
    }

    /// The boxes within a stretch; ends at the first that does not fit.
    private func boxes(_ stretch: Range<Int>) -> [Box] {
        var found: [Box] = []
        var at = stretch.lowerBound
        while found.count < 4096, stretch.upperBound - at >= 8, var size = big(at, 4), let name = big(at + 4, 4) {
            var head = 8
            if size == 1 {
                guard let large = big(at + 8, 8) else { break }
                (size, head) = (large, 16)
            } else if size == 0 {
                size = stretch.upperBound - at
            }
            guard size >= head, size <= stretch.upperBound - at else { break }
            found.append(Box(name: name, content: at + head..<at + size))
            at += size
        }
        return found
    }

    private static func name(_ text: String) -> Int { text.utf8.reduce(0) { $0 << 8 | Int($1) } }

    /// `moov` anywhere in the file tells: `mvhd` the length, the track headers the frame.
    func film() -> FoundFilm? {
        let top = boxes(0..<bytes.count)
        guard let movie = top.first(where: { $0.name == Self.name("moov") }) else { return nil }
        let parts = boxes(movie.content)
        guard let header = parts.first(where: { $0.name == Self.name("mvhd") }) else { return nil }
        let start = header.content.lowerBound
        let isLong = big(start, 1) == 1
        guard let scale = big(start + (isLong ? 20 : 12), 4), scale > 0,
            let length = isLong ? big(start + 24, 8) : big(start + 16, 4), length >= 0
        else { return nil }
        var found: FoundFilm = (nil, nil, min(Self.secondsMax, Double(length) / Double(scale)))
        for track in parts where track.name == Self.name("trak") {
            guard let header = boxes(track.content).first(where: { $0.name == Self.name("tkhd") }) else { continue }
            let end = header.content.upperBound
            // The last eight bytes: width and height in 1/65536 pixels. Sounds have none.
            guard header.content.count >= 84, let width = big(end - 8, 4), let height = big(end - 4, 4),
                width > 0xFFFF, height > 0xFFFF
            else { continue }
            (found.width, found.height) = (width >> 16, height >> 16)
            break
        }
        return found
    }

    /// The main header is the first chunk of the first list.
    func avi() -> FoundFilm? {
        guard says("hdrl", at: 20), says("avih", at: 24), let frame = little(32, 4), let frames = little(48, 4),
            let width = little(64, 4), let height = little(68, 4), width > 0, height > 0
        else { return nil }
        return (width, height, min(Self.secondsMax, Double(frames) * Double(frame) / 1e6))
    }

    /// The largest of the picture extents (`ispe`) within the file's first stretch.
    func heif() -> Found? {
        let wanted = Array("ispe".utf8)
        var found: Found?
        for at in 0..<max(0, min(bytes.count, 1 << 16) - 15) where bytes[at] == wanted[0] {
            guard bytes[at..<at + 4].elementsEqual(wanted), let width = big(at + 8, 4), let height = big(at + 12, 4),
                width.multipliedReportingOverflow(by: height).partialValue > (found.map { $0.width * $0.height } ?? 0)
            else { continue }
            found = (width, height, false)
        }
        return found
    }
}
