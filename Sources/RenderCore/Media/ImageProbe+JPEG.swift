extension ImageProbe {
    /// - Source: ITU-T T.81, annex B; JEITA CP-3451 (EXIF).
    static func jpeg(_ file: SampleReader) -> ImageProbe? {
        guard file.has([0xFF, 0xD8, 0xFF], at: 0) else { return nil }
        var probe = ImageProbe(format: .jpeg, width: nil, height: nil)
        for segment in JPEGSegments(file: file) {
            if segment.isFrameHeader {
                probe.height = file.u16(segment.start + 1).flatMap { $0 == 0 ? nil : $0 }
                probe.width = file.u16(segment.start + 3)
            } else if segment.marker == 0xE1, file.has("Exif\0\0", at: segment.start), probe.orientation == nil {
                probe.orientation = TIFFDirectory(file, at: segment.start + 6)?.orientation
            }
        }
        return probe
    }

    /// Whether the end marker of the main picture is missing, or that of another picture in the file's index. Previews
    /// do not count: they come before the first scan. Data after the end (films of phones, a maker's notes) is not
    /// checked.
    static func isCutJPEG(_ file: SampleReader) -> Bool {
        var segments = JPEGSegments(file: file)
        var index = false
        while let segment = segments.next() {
            if segment.marker == 0xE2, file.has("MPF\0", at: segment.start) {
                index = index || isAnyPictureBeyondEnd(file, at: segment.start + 4)
            }
        }
        if index { return true }
        switch segments.ending {
        case .outOfSight: return false
        case .endOfFile: return true
        // Never written; else it is something that a decoder may skip.
        case .broken(let at): return file.isZero(at..<min(file.count, at + 64))
        case .endOfPicture: return false
        case .scan(let start): return !hasEnd(file, from: start)
        }
    }

    /// The list of pictures in one file, as phones write it: of the depth, of the brighter parts, of a larger preview.
    /// - Source: CIPA DC-007, Multi-Picture Format: tag 0xB002, entries of 16 bytes.
    private static func isAnyPictureBeyondEnd(_ file: SampleReader, at origin: Int) -> Bool {
        guard let directory = TIFFDirectory(file, at: origin), let count = directory.first(0xB001),
            let entries = directory.offset(0xB002)
        else { return false }
        // Who cut the further pictures off by intention, or changed the first, left a list that is not this file's.
        guard let first = file.u32(entries + 4, little: directory.isLittle), file.has([0xFF, 0xD9], at: first - 2)
        else {
            return false
        }
        return (1..<max(1, min(count, 16))).contains { number in
            let at = entries + 16 * number
            guard let length = file.u32(at + 4, little: directory.isLittle),
                let offset = file.u32(at + 8, little: directory.isLittle)
            else { return false }
            return offset > 0 && origin + offset + length > file.count
        }
    }

    /// In a scan's data only 0, a restart marker or a real marker follows 0xFF, so the end marker is unmistakable.
    private static func hasEnd(_ file: SampleReader, from start: Int) -> Bool {
        let tail = max(start, file.count - MediaSample.partBytes)
        switch find(file, tail..<file.count) {
        case .found, .outOfSight: return true
        // Nothing but a scan's data up to the end of the file.
        case .scan: return false
        // Never written, or filled up behind the end.
        case .zeros: return file.has([0xFF, 0xD9], at: file.startOfZeros(from: start) - 2)
        case .something: if tail == start { return false }
        }
        // Something hangs behind that is longer than what was looked at.
        file.allowScan()
        switch find(file, start..<tail) {
        case .found, .outOfSight: return true
        case .scan, .zeros, .something: return false
        }
    }

    /// The kind of a section of a file, within a JPEG's scan.
    private enum Find { case found, scan, zeros, something, outOfSight }

    private static func find(_ file: SampleReader, _ range: Range<Int>) -> Find {
        var at = range.lowerBound
        var isAfterFF = false
        // In a scan of some length 0xFF is found.
        var (hasMarkers, hasFF, isEmpty) = (false, false, true)
        while at < range.upperBound {
            guard let part = file.stretch(from: at)?.prefix(range.upperBound - at) else { return .outOfSight }
            for byte in part {
                if isAfterFF {
                    if byte == 0xD9 { return .found }
                    if byte != 0, byte != 0xFF, !(0xD0...0xD7).contains(byte) { hasMarkers = true }
                    hasFF = true
                }
                isAfterFF = byte == 0xFF
                if byte != 0 { isEmpty = false }
            }
            at += part.count
        }
        return isEmpty ? .zeros : hasFF && !hasMarkers ? .scan : .something
    }
}

/// The segments of a JPEG before its first scan, wherever they are.
private struct JPEGSegments: Sequence, IteratorProtocol {
    enum Ending {
        /// Where the scan begins.
        case scan(Int)
        case endOfPicture, endOfFile, outOfSight
        /// A place without a marker.
        case broken(at: Int)
    }

    struct Segment {
        var marker: Int
        /// Of its contents.
        var start: Int

        /// C4, C8 and CC are tables and extensions.
        var isFrameHeader: Bool {
            (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
        }
    }

    let file: SampleReader
    private(set) var ending = Ending.outOfSight
    private var at = 2
    private var left = 10_000

    init(file: SampleReader) { self.file = file }

    mutating func next() -> Segment? {
        while left > 0 {
            left -= 1
            guard let first = file.u8(at), let marker = file.u8(at + 1) else { return end(atEndOfFile: at + 1) }
            guard first == 0xFF else { return broken }
            switch marker {
            case 0xFF: at += 1  // padding
            case 0x01, 0xD0...0xD8: at += 2  // no length
            case 0xD9:
                ending = .endOfPicture
                return nil
            default:
                guard let length = file.u16(at + 2) else { return end(atEndOfFile: at + 3) }
                guard length >= 2 else { return broken }
                let segment = Segment(marker: marker, start: at + 4)
                at += 2 + length
                guard marker == 0xDA else { return segment }
                ending = .scan(at)
                return nil
            }
        }
        return nil
    }

    private var broken: Segment? {
        mutating get {
            ending = .broken(at: at)
            return nil
        }
    }

    private mutating func end(atEndOfFile last: Int) -> Segment? {
        ending = last >= file.count ? .endOfFile : .outOfSight
        return nil
    }
}
