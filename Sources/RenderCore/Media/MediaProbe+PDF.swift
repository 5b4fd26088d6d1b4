extension MediaProbe {
    /// - Source: ISO 32000-1, 7.5 (file structure) and annex F (linearized files).
    static func pdf(_ file: SampleReader) -> MediaProbe? {
        let blanks = file.bytes(0, min(file.count, 64))?.prefix { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }.count
        guard let start = blanks, file.has("%PDF-", at: start) else { return nil }
        // What pads a file behind its end does no harm.
        let end = file.zerosAtEnd(within: MediaSample.partBytes)
        let from = max(0, end - 2048)
        // Each addition ends so. Behind the last one there may be a line or so of something else, but no further object.
        guard let tail = file.bytes(from, end - from), let mark = tail.ranges(of: Array("%%EOF".utf8)).last,
            !tail[mark.upperBound...].contains(Array(" obj".utf8)), tail.endIndex - mark.upperBound <= 1024
        else { return document(.pdf, isCut: true) }
        return document(.pdf, isCut: false, pages: PDFPages(file, start: start, tail: tail)?.count)
    }
}

/// How many pages a PDF has, as far as its tables are not compressed; nil where they are.
struct PDFPages {
    private let file: SampleReader
    /// Offsets in the file count from here.
    private let start: Int
    private(set) var count = 0

    init?(_ file: SampleReader, start: Int, tail: [UInt8]) {
        self.file = file
        self.start = start
        guard let found = fast() ?? slow(tail), (1...1_000_000).contains(found) else { return nil }
        count = found
    }

    /// A linearized file that nobody has added to says it at its beginning.
    private func fast() -> Int? {
        guard let head = file.bytes(0, min(file.count, 1024)) else { return nil }
        var tokens = PDFTokens(head[...])
        guard tokens.skip(to: "obj"), let dictionary = tokens.dictionary(), dictionary["Linearized"] != nil,
            case .number(file.count)? = dictionary["L"], case .number(let pages)? = dictionary["N"]
        else { return nil }
        return pages
    }

    /// From the end: table, catalogue, root of the page tree.
    private func slow(_ tail: [UInt8]) -> Int? {
        guard let word = tail.ranges(of: Array("startxref".utf8)).last else { return nil }
        var tokens = PDFTokens(tail[word.upperBound...])
        guard case .number(let first)? = tokens.next() else { return nil }
        let sections = sections(from: first)
        guard case .reference(let root)? = sections.first?.trailer["Root"],
            case .reference(let tree)? = object(root, sections)?["Pages"],
            case .number(let pages)? = object(tree, sections)?["Count"]
        else { return nil }
        return pages
    }

    private struct Section {
        /// First number and how many, and where their lines begin.
        var parts: [(first: Int, count: Int, at: Int)] = []
        var trailer: [String: PDFTokens.Value] = [:]
    }

    /// The newest first. Empty where one of them is compressed.
    private func sections(from first: Int) -> [Section] {
        var sections: [Section] = []
        var next: Int? = first
        while let offset = next {
            // Newer files keep their table in a stream.
            guard sections.count < 64, let section = section(at: offset), section.trailer["XRefStm"] == nil else {
                return []
            }
            sections.append(section)
            next = if case .number(let before)? = section.trailer["Prev"] { before } else { nil }
        }
        return sections
    }

    private func section(at offset: Int) -> Section? {
        guard var at = place(offset), file.has("xref", at: at) else { return nil }
        at += 4
        var section = Section()
        while section.parts.count < 4096, let piece = block(at) {
            var tokens = PDFTokens(piece[...])
            switch tokens.next() {
            case .number(let first):
                guard case .number(let count)? = tokens.next(), (0...10_000_000).contains(count), first >= 0 else {
                    return nil
                }
                tokens.skipBlanks()
                section.parts.append((first, count, at + tokens.at))
                at += tokens.at + 20 * count
            case .word("trailer"):
                guard let trailer = tokens.dictionary() else { return nil }
                section.trailer = trailer
                return section
            default: return nil
            }
        }
        return nil
    }

    private func object(_ number: Int, _ sections: [Section]) -> [String: PDFTokens.Value]? {
        for section in sections {
            for part in section.parts where number >= part.first && number - part.first < part.count {
                // `0000000123 00000 n`
                guard let line = file.text(part.at + 20 * (number - part.first), 18)?.split(separator: " "),
                    line.count == 3,
                    line[2] == "n", line[0].count == 10, let offset = Int(line[0]), let at = place(offset),
                    let piece = block(at)
                else { return nil }
                var tokens = PDFTokens(piece[...])
                guard tokens.next() == .number(number), case .number? = tokens.next(), tokens.next() == .word("obj")
                else {
                    return nil
                }
                return tokens.dictionary()
            }
        }
        return nil
    }

    private func place(_ offset: Int) -> Int? { (0..<file.count).contains(offset) ? start + offset : nil }

    /// What is longer than a page is not read.
    private func block(_ at: Int) -> [UInt8]? {
        at < file.count ? file.bytes(at, min(SampleReader.pageBytes, file.count - at)) : nil
    }
}
