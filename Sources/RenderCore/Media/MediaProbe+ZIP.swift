extension MediaProbe {
    private static let inZIP: [DocumentFormat] = [.docx, .xlsx, .pptx, .key, .pages, .numbers]

    /// Office programs' documents are ZIPs; what is in them tells whose they are.
    /// - Source: PKWARE, APPNOTE.TXT 6.3.10; ECMA-376 part 2 (packages).
    static func zip(_ file: SampleReader) -> MediaProbe? {
        guard file.has([0x50, 0x4B, 3, 4], at: 0) else { return nil }
        guard let directory = ZIPDirectory(file) else { return document(.docx, alike: inZIP, isCut: true) }
        let names = directory.names(file)
        func has(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        if has("[Content_Types].xml") {
            let hasMacros = names.contains { $0.hasSuffix("/vbaProject.bin") }
            if has("word/") { return office(.docx, macros: hasMacros ? "docm" : nil) }
            if has("xl/") { return office(.xlsx, macros: has("xl/workbook.bin") ? "xlsb" : hasMacros ? "xlsm" : nil) }
            guard has("ppt/") else { return nil }
            let slides = directory.isInSight ? names.count(where: isSlide) : 0
            return office(.pptx, macros: hasMacros ? "pptm" : nil, pages: slides > 0 ? slides : nil)
        }
        let isApples =
            names.contains { $0.hasPrefix("Index/") && $0.hasSuffix(".iwa") }
            || names.contains {
                ["Index.zip", "index.apxl", "index.apxl.gz", "index.xml", "index.xml.gz"].contains($0)
            }
        return isApples ? document(.pages, alike: [.key, .pages, .numbers], isCut: false) : nil
    }

    /// - Parameter macros: the format that a document with programs in it has; nil: it has none.
    private static func office(_ format: DocumentFormat, macros: String?, pages: Int? = nil) -> MediaProbe {
        var probe = document(format, isCut: false, pages: pages)
        if let macros { probe.format = macros }
        return probe
    }

    /// `ppt/slides/slide12.xml`
    private static func isSlide(_ name: String) -> Bool {
        guard name.hasPrefix("ppt/slides/slide"), name.hasSuffix(".xml") else { return false }
        let number = name.dropFirst("ppt/slides/slide".count).dropLast(4)
        return !number.isEmpty && number.allSatisfy(\.isNumber)
    }
}

/// The list of its parts that stands at the end of a ZIP; nil where it is not there.
private struct ZIPDirectory {
    private let start: Int
    private let entries: Int
    /// All of the list can be read.
    private(set) var isInSight = true

    /// More are not counted.
    private static let entriesMax = 8192

    init?(_ file: SampleReader) {
        // Behind the record a comment of up to 64 KiB may stand.
        let window = min(file.count, 22 + 65_535)
        guard let end = Self.lastRecord(file, from: file.count - window) else { return nil }
        guard var entries = file.u16(end + 10, little: true), var size = file.u32(end + 12, little: true),
            let offset = file.u32(end + 16, little: true)
        else { return nil }
        var close = end
        if entries == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            // The large form: its place stands before the record.
            guard file.has([0x50, 0x4B, 6, 7], at: end - 20), let place = file.u64(end - 12, little: true),
                file.has([0x50, 0x4B, 6, 6], at: place), let many = file.u64(place + 32, little: true),
                let large = file.u64(place + 40, little: true)
            else { return nil }
            (entries, size, close) = (many, large, place)
        }
        // Bytes before the archive move all offsets.
        guard entries > 0, size <= close, file.has([0x50, 0x4B, 1, 2], at: close - size) else { return nil }
        start = close - size
        self.entries = entries
        isInSight = entries <= Self.entriesMax
    }

    private static func lastRecord(_ file: SampleReader, from start: Int) -> Int? {
        var end = file.count
        // A page at a time, with the bytes that a record may have across the border.
        while end > start {
            let from = max(start, end - 32_768)
            guard let piece = file.bytes(from, min(file.count, end + 21) - from) else { return nil }
            var at = piece.count - 22
            while at >= 0 {
                if piece[at] == 0x50, piece[at + 1] == 0x4B, piece[at + 2] == 5, piece[at + 3] == 6,
                    let comment = file.u16(from + at + 20, little: true), from + at + 22 + comment <= file.count
                {
                    return from + at
                }
                at -= 1
            }
            end = from
        }
        return nil
    }

    func names(_ file: SampleReader) -> [String] {
        var names: [String] = []
        var at = start
        while names.count < min(entries, Self.entriesMax), file.has([0x50, 0x4B, 1, 2], at: at),
            let length = file.u16(at + 28, little: true), let extra = file.u16(at + 30, little: true),
            let comment = file.u16(at + 32, little: true), let name = file.text(at + 46, length)
        {
            names.append(name)
            at += 46 + length + extra + comment
        }
        return names
    }
}
