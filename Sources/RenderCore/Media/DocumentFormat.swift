/// Documents that a model may read, by the ending that people and the provider know them by.
enum DocumentFormat: String, Sendable, CaseIterable {
    case docx, doc, xlsx, xls, pptx, ppt, pdf, txt, key, pages, numbers, md

    /// - Source: IANA, media types; Apple's as its programs register them.
    var mediaType: String {
        switch self {
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .doc: "application/msword"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .xls: "application/vnd.ms-excel"
        case .pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .ppt: "application/vnd.ms-powerpoint"
        case .pdf: "application/pdf"
        case .txt: "text/plain"
        case .key: "application/vnd.apple.keynote"
        case .pages: "application/vnd.apple.pages"
        case .numbers: "application/vnd.apple.numbers"
        case .md: "text/markdown"
        }
    }
}

extension MediaProbe {
    /// A document. The bytes of some tell only that it is one of several.
    static func document(_ format: DocumentFormat, alike: [DocumentFormat] = [], isCut: Bool, pages: Int? = nil)
        -> MediaProbe
    {
        var probe = MediaProbe(
            kind: .document, format: format.rawValue, mediaType: format.mediaType, fileExtension: format.rawValue,
            isCut: isCut)
        probe.pages = pages
        probe.alike = alike.map(\.rawValue)
        return probe
    }

    static func document(_ file: SampleReader) -> MediaProbe? {
        pdf(file) ?? compound(file) ?? zip(file) ?? unwritten(file) ?? text(file)
    }

    /// A file that has its full size, and nothing in it yet: what is to come, only its name tells.
    private static func unwritten(_ file: SampleReader) -> MediaProbe? {
        let start = min(file.count, 4096)
        guard file.isZero(0..<start), file.isZero((file.count - start)..<file.count) else { return nil }
        var probe = MediaProbe(
            kind: .document, format: "empty", mediaType: "application/octet-stream", fileExtension: "bin", isCut: true)
        probe.alike = formats
        return probe
    }

    /// What it is under its name. Text and Markdown are alike inside, and so are Apple's documents; only the ending tells which it is.
    ///
    /// - Returns: nil where no file with such a name is one of those.
    public func named(_ name: String) -> MediaProbe? {
        guard !alike.isEmpty else { return self }
        guard let ending = MediaName.ending(of: name) else { return nil }
        var probe = self
        probe.alike = []
        if let format = DocumentFormat(rawValue: ending), alike.contains(ending) {
            probe.format = ending
            probe.mediaType = format.mediaType
            probe.fileExtension = ending
            return probe
        }
        // Only a file without any content can be everything.
        guard format == "empty", let kind = MediaName.kind(ofName: name) else { return nil }
        probe.kind = kind
        return probe
    }
}
