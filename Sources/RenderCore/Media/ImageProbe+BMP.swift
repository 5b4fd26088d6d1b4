extension ImageProbe {
    /// - Source: Microsoft, BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER to BITMAPV5HEADER.
    static func bmp(_ file: SampleReader) -> ImageProbe? {
        guard file.has("BM", at: 0), let header = file.u32(14, little: true) else { return nil }
        if header == 12 {
            return ImageProbe(format: .bmp, width: file.u16(18, little: true), height: file.u16(20, little: true))
        }
        guard (16...200).contains(header) else { return nil }
        // Signed; a negative height means that the rows run downwards.
        func side(_ at: Int) -> Int? { file.u32(at, little: true).map { abs(Int(Int32(truncatingIfNeeded: $0))) } }
        let alphaMask = header >= 56 ? file.u32(66, little: true) ?? 0 : 0
        return ImageProbe(
            format: .bmp, width: side(18), height: side(22),
            hasAlpha: file.u16(28, little: true) == 32 && alphaMask != 0)
    }

    /// By the length of its rows: the file's own length in the header is wrong in many files.
    static func isCutBMP(_ file: SampleReader) -> Bool {
        guard let probe = bmp(file), let width = probe.width, let height = probe.height else { return true }
        let isCore = file.u32(14, little: true) == 12
        guard let start = file.u32(10, little: true), let bits = file.u16(isCore ? 24 : 28, little: true) else {
            return true
        }
        let compression = isCore ? 0 : file.u32(30, little: true) ?? 0
        guard [0, 3, 6].contains(compression) else {
            // Compressed: its length stands in the header, and may be left out.
            return start + (file.u32(34, little: true) ?? 0) > file.count
        }
        let (row, isTooWide) = (width + 3).multipliedReportingOverflow(by: bits)
        guard !isTooWide else { return true }
        let rowBytes = (width * bits + 31) / 32 * 4
        let (all, isTooLarge) = rowBytes.multipliedReportingOverflow(by: height)
        guard !isTooLarge, row >= 0, all <= file.count - start else { return true }
        return RawRows(file: file, start: start, rowBytes: rowBytes, count: height).breakOff
    }
}

/// Uncompressed rows of pixels. They may be black, and then consist of zeros.
struct RawRows {
    let file: SampleReader
    let start: Int
    let rowBytes: Int
    let count: Int

    /// Whether the rows end in the middle of one and only zeros follow: a file that has its full size from the start of a copy. A black
    /// part of a picture begins elsewhere: with a whole row, or behind something that does not reach the edge.
    var breakOff: Bool {
        let end = start + rowBytes * count
        guard rowBytes >= 16, count >= 3, file.count - end < 4096 else { return false }
        let first = file.startOfZeros(from: start)
        guard first < end - 2 * rowBytes else { return false }
        // All black, or never begun.
        guard first > start else { return file.endsInHole }
        guard first - start >= rowBytes else { return true }
        let column = (first - start) % rowBytes
        let row = first - column
        // The row before reaches the edge, and this one does not.
        let edge = (row - min(16, rowBytes))..<row
        let rest = rowBytes - column
        guard column > 0, !file.isZero(edge) else { return false }
        // Of a few bytes the rows before must say that no darkness begins here.
        return rest > 16
            || (1...2).allSatisfy { before in
                let start = row - (before - 1) * rowBytes - rest
                return start > self.start && (start..<(start + rest)).allSatisfy { (file.u8($0) ?? 0) > 0 }
            }
    }
}
