extension MediaProbe {
    /// MP4 and QuickTime; nil also where the table is in sight and names no film.
    static func movie(_ file: SampleReader) -> MediaProbe? {
        guard let movie = MovieFile(file), movie.mayHoldFilm else { return nil }
        let isQuickTime = movie.container == .quickTime
        return MediaProbe(
            kind: .video, format: isQuickTime ? "mov" : "mp4", mediaType: isQuickTime ? "video/quicktime" : "video/mp4",
            fileExtension: isQuickTime ? "mov" : "mp4", size: movie.size, seconds: movie.seconds,
            framesPerSecond: movie.framesPerSecond, isCut: movie.isCut)
    }
}

/// A file of boxes, of which one (`moov`) is the table of what it plays; it may stand before the film or behind it.
/// - Source: ISO/IEC 14496-12, sections 4.2 (boxes), 4.3 (brands), 8.2 (`mvhd`), 8.3 (`tkhd`), 8.4 (`hdlr`), 8.5 (`stsd`), 8.8 (`mehd`);
///   Apple, QuickTime File Format.
struct MovieFile {
    enum Container { case mp4, quickTime }

    let container: Container
    /// As shown: sides exchanged where the matrix turns the film.
    private(set) var size: PixelSize?
    private(set) var seconds: Double?
    /// On the average; nil of a film in fragments.
    private(set) var framesPerSecond: Double?
    /// False where all of the table is in sight and there is no film in it.
    private(set) var mayHoldFilm = true
    /// The boxes claim more bytes than the file has, or there is no table among them.
    private(set) var isCut = false

    /// How QuickTime files begin from before there were brands.
    private static let oldBeginnings: Set = ["moov", "mdat", "wide", "free", "skip", "pnot"]

    /// Top-level boxes of a film.
    private static let ownBoxes: Set = [
        "ftyp", "moov", "mdat", "moof", "mfra", "free", "skip", "wide", "meta", "uuid", "styp", "sidx", "udta", "pnot",
        "prft", "emsg",
    ]

    /// Nil where neither brand nor boxes are those of a film.
    init?(_ file: SampleReader) {
        guard let first = file.text(4, 4), first == "ftyp" || Self.oldBeginnings.contains(first) else { return nil }
        let (top, ending) = file.boxes(in: 0..<file.count)
        let table = top.first { $0.type == "moov" }
        if first == "ftyp" {
            guard let container = Self.container(brands: Self.brands(file)) else { return nil }
            self.container = container
        } else {
            guard table != nil else { return nil }
            container = .quickTime
        }
        let isWhole =
            table.map { $0.end <= file.count } ?? false
            && top.contains { $0.type == "mdat" && $0.end <= file.count }
        let isInParts = table.map { file.box("mvex", in: $0.body) != nil } ?? false
        isCut =
            top.contains { box in
                // What somebody hung on behind a whole film is no box, and its first bytes are no length.
                box.end > file.count && !(isWhole && !Self.ownBoxes.contains(box.type))
            } || (ending == .whole && table == nil) || Self.hasEmptyEnd(file, top)
            // Zeros between boxes: padding behind a whole film, or parts of one that were never written.
            || (top.contains { $0.type == "\0\0\0\0" } && (!isWhole || isInParts))
        guard let table else {
            mayHoldFilm = ending != .broken
            return
        }
        read(table, of: file)
    }

    /// Whether the film's data was never written to its end. Silence in sound that is not compressed is zeros, too, but no long stretch of a
    /// film; padding has boxes of its own.
    private static func hasEmptyEnd(_ file: SampleReader, _ top: [Box]) -> Bool {
        if file.endsInHole { return true }
        let span = max(64, min(1 << 20, file.count / 8))
        guard let data = top.last(where: { $0.type == "mdat" && $0.end <= file.count }), data.body.count > span else {
            return false
        }
        return file.isZero((data.end - span)..<data.end)
    }

    private mutating func read(_ table: Box, of file: SampleReader) {
        let (boxes, ending) = file.boxes(in: table.body)
        var films: [Track] = []
        var scale: Int?
        for box in boxes {
            switch box.type {
            case "mvhd":
                seconds = file.playingTime(box.body)
                scale = file.timeScale(box.body)
            case "mvex" where seconds == nil:
                // A film in fragments: its header was written before its length was known.
                guard let header = file.box("mehd", in: box.body)?.body, header.count >= 8, let scale else { break }
                let start = header.lowerBound
                let ticks = file.u8(start) == 1 ? file.u64(start + 4) : file.u32(start + 4)
                seconds = ticks.flatMap { $0 > 0 ? Double($0) / Double(scale) : nil }
            case "trak":
                if let film = Self.film(box, of: file) { films.append(film) }
            default: break
            }
        }
        size = films.first?.size
        framesPerSecond = films.first?.framesPerSecond
        seconds = seconds ?? films.first?.seconds
        mayHoldFilm = !films.isEmpty || ending != .whole || table.end > file.count
    }

    private struct Track {
        var size: PixelSize
        var seconds: Double?
        var framesPerSecond: Double?
    }

    /// The facts in a track's tables; nil if it is sound, text, or has no size.
    private static func film(_ track: Box, of file: SampleReader) -> Track? {
        let media = file.box("mdia", in: track.body)
        if let media, let handler = file.box("hdlr", in: media.body)?.body, handler.count >= 12,
            file.text(handler.lowerBound + 8, 4) != "vide"
        {
            return nil
        }
        let header = file.box("tkhd", in: track.body).flatMap { file.shownSize($0.body) }
        let seconds = media.flatMap { file.box("mdhd", in: $0.body) }.flatMap { file.playingTime($0.body) }
        guard var size = header?.size ?? media.flatMap({ codedSize($0, of: file) }) else { return nil }
        if header?.isTurned ?? false { size = PixelSize(width: size.height, height: size.width) }
        let frames = media.flatMap { frameCount($0, of: file) }
        let pace = frames.flatMap { frames in seconds.map { Double(frames) / $0 } }
        return Track(size: size, seconds: seconds, framesPerSecond: pace)
    }

    /// `stsz` or `stz2`: a film's frames; nil where there are none, as in the header of a film in fragments.
    /// - Source: ISO/IEC 14496-12, section 8.7.3: version and flags, the size of all frames, their number.
    private static func frameCount(_ media: Box, of file: SampleReader) -> Int? {
        guard let table = file.box("minf", in: media.body).flatMap({ file.box("stbl", in: $0.body) }),
            let sizes = file.box("stsz", in: table.body) ?? file.box("stz2", in: table.body), sizes.body.count >= 12
        else { return nil }
        return file.u32(sizes.body.lowerBound + 8).flatMap { $0 > 0 ? $0 : nil }
    }

    /// What the decoder gives: where the track's header says nothing.
    private static func codedSize(_ media: Box, of file: SampleReader) -> PixelSize? {
        var place = media
        for type in ["minf", "stbl", "stsd"] {
            guard let inner = file.box(type, in: place.body) else { return nil }
            place = inner
        }
        // Version and flags, a count, then the first entry: 32 bytes into it stand the sides.
        let at = place.body.lowerBound + 8 + 32
        guard place.body.count >= 8 + 36, let width = file.u16(at), let height = file.u16(at + 2), width > 0, height > 0
        else { return nil }
        return PixelSize(width: width, height: height)
    }

    // MARK: Brands

    /// The major brand, then those that the file is compatible with.
    private static func brands(_ file: SampleReader) -> [String] {
        let end = min(file.u32(0) ?? 0, 1024)
        return ([8] + stride(from: 16, to: max(16, end - 3), by: 4)).compactMap { file.text($0, 4) }
    }

    /// Nil if they are brands of pictures, or of sound alone.
    private static func container(brands: [String]) -> Container? {
        guard let major = brands.first, !others.contains(major) else { return nil }
        if major == "qt  " { return .quickTime }
        if isFilm(major) { return .mp4 }
        // A maker's own brand: what the file says it is compatible with decides.
        if brands.contains(where: others.contains) { return nil }
        if brands.contains("qt  ") { return .quickTime }
        return brands.contains(where: isFilm) ? .mp4 : nil
    }

    /// Still pictures and recordings in the same boxes.
    private static let others: Set = [
        "heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "mif2", "msf1", "avif", "avis", "avio",
        "crx ",
        "jp2 ", "jpx ", "jpm ", "jxl ", "M4A ", "M4B ", "M4P ", "F4A ", "F4B ",
    ]

    private static func isFilm(_ brand: String) -> Bool {
        let words: Set = [
            "mp41", "mp42", "mp71", "avc1", "avc3", "hvc1", "hev1", "av01", "mmp4", "dash", "msdh", "MSNV", "XAVC",
            "f4v ", "cmfc",
        ]
        return words.contains(brand) || ["iso", "M4V", "3gp", "3g2", "NDS", "NDX"].contains { brand.hasPrefix($0) }
    }
}

/// A section of a file with a type and a length.
struct Box {
    var type: String
    /// Its contents, as far as they are within the enclosing box.
    var body: Range<Int>
    /// Where the next one begins; beyond the file where this one claims more than there is.
    var end: Int
}

/// Why a walk along boxes ended.
enum BoxEnding { case whole, outOfSight, broken }

extension SampleReader {
    /// The boxes of a stretch one after the other, as far as their heads are in sight, at most 1000.
    func boxes(in stretch: Range<Int>) -> (boxes: [Box], ending: BoxEnding) {
        var boxes: [Box] = []
        var at = stretch.lowerBound
        // What is shorter than a head is padding.
        while stretch.upperBound - at >= 8 {
            guard boxes.count < 1000, let short = u32(at), let type = text(at + 4, 4) else {
                return (boxes, .outOfSight)
            }
            var head = 8
            var length = short
            switch short {
            case 0: length = stretch.upperBound - at  // to the end
            case 1:
                guard let long = u64(at + 8) else { return (boxes, .outOfSight) }
                head = 16
                length = long
            default: break
            }
            guard length >= head else { return (boxes, .broken) }
            let (sum, isBeyond) = at.addingReportingOverflow(length)
            let end = isBeyond ? Int.max : sum
            let start = at + head
            boxes.append(Box(type: type, body: start..<max(start, min(end, stretch.upperBound)), end: end))
            at = end
        }
        return (boxes, .whole)
    }

    /// The first of that type.
    func box(_ type: String, in stretch: Range<Int>) -> Box? { boxes(in: stretch).boxes.first { $0.type == type } }

    /// Ticks a second of `mvhd` or `mdhd`.
    fileprivate func timeScale(_ body: Range<Int>) -> Int? {
        guard body.count >= 24 else { return nil }
        return u32(body.lowerBound + (u8(body.lowerBound) == 1 ? 20 : 12)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Seconds from `mvhd` or `mdhd`; all ones mean unknown.
    fileprivate func playingTime(_ body: Range<Int>) -> Double? {
        guard let scale = timeScale(body) else { return nil }
        let isLong = u8(body.lowerBound) == 1
        guard body.count >= (isLong ? 32 : 20),
            let ticks = isLong ? u64(body.lowerBound + 24) : u32(body.lowerBound + 16),
            ticks > 0, isLong || ticks != 0xFFFF_FFFF
        else { return nil }
        return Double(ticks) / Double(scale)
    }

    /// Sides from `tkhd`, which are 16.16 numbers, and whether its matrix rotates them by 90°; the size is nil if they
    /// are zero.
    fileprivate func shownSize(_ body: Range<Int>) -> (size: PixelSize?, isTurned: Bool)? {
        let matrix = body.lowerBound + (u8(body.lowerBound) == 1 ? 52 : 40)
        guard body.upperBound - matrix >= 44, let width = u32(matrix + 36), let height = u32(matrix + 40) else {
            return nil
        }
        let sides = (width: (width + 0x8000) >> 16, height: (height + 0x8000) >> 16)
        // [a b u; c d v; x y w]: a quarter turn has nothing in a and d.
        let isTurned = u32(matrix) == 0 && u32(matrix + 16) == 0 && u32(matrix + 4) != 0 && u32(matrix + 12) != 0
        let size = sides.width > 0 && sides.height > 0 ? PixelSize(width: sides.width, height: sides.height) : nil
        return (size, isTurned)
    }
}
