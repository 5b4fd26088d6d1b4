extension ImageProbe {
    static func tiff(_ file: SampleReader) -> ImageProbe? {
        guard let directory = TIFFDirectory(file, at: 0) else { return nil }
        let extra = directory.first(338)
        return ImageProbe(
            format: .tiff, width: directory.first(256), height: directory.first(257),
            hasAlpha: extra == 1 || extra == 2, orientation: directory.orientation)
    }

    /// Whether the directory of the first picture, one of its lists, or one of its strips or tiles is beyond the end.
    static func isCutTIFF(_ file: SampleReader) -> Bool {
        guard let directory = TIFFDirectory(file, at: 0) else { return true }
        if directory.isMissing || directory.hasValuesBeyondEnd { return true }
        for (offsets, lengths) in [(273, 279), (324, 325)] {
            guard let starts = directory.values(offsets, max: 65_536),
                let sizes = directory.values(lengths, max: 65_536)
            else { continue }
            let ends = zip(starts, sizes).map { min($0, 1 << 60) + min($1, 1 << 60) }
            guard let last = ends.max() else { continue }
            if last > file.count { return true }
            return isEmpty(file, directory, starts, last: last)
        }
        return false
    }

    /// Whether the last strip was never written, though the file is as long as it should be.
    private static func isEmpty(_ file: SampleReader, _ directory: TIFFDirectory, _ starts: [Int], last: Int) -> Bool {
        let first = starts.min() ?? last
        guard directory.first(259) ?? 1 == 1 else {
            let bytes = max(64, min(4096, (last - first) / 8))
            return last - first > bytes && file.isZero((last - bytes)..<last)
        }
        guard let width = directory.first(256), let height = directory.first(257), height < 1 << 31 else {
            return false
        }
        let samples = directory.first(277) ?? 1
        let bits = directory.first(258) ?? 1
        guard width < 1 << 31, samples < 1 << 16, bits <= 64, directory.first(322) == nil else { return false }
        let rowBytes = (width * samples * bits + 7) / 8
        // Strips that lie one behind the other are rows that do.
        let (all, isTooLarge) = rowBytes.multipliedReportingOverflow(by: height)
        guard !isTooLarge, last - first == all, last == file.count else { return false }
        return RawRows(file: file, start: first, rowBytes: rowBytes, count: height).breakOff
    }
}
