extension MediaProbe {
    /// UTF-8 or UTF-16, as far as both ends tell: what is read of a long text is its beginning and its end.
    static func text(_ file: SampleReader) -> MediaProbe? {
        let part = min(file.count, SampleReader.pageBytes)
        guard part > 0, let head = file.bytes(0, part) else { return nil }
        let (encoding, skipped) = TextDecoding.encoding(of: Array(head.prefix(8)))
        // Zeros at the end of a text were never written; one is half of a letter where letters have two bytes.
        let isWide = encoding != .utf8
        let hasZeros = file.has(isWide ? [0, 0] : [0], at: file.count - (isWide ? 2 : 1))
        let end = hasZeros ? file.startOfZeros(from: skipped) : file.count
        let isOpen = end < file.count || file.endsInHole
        let first = head[min(skipped, part)..<min(part, max(end, skipped))]
        let from = max(0, file.count - part)
        guard let tail = file.bytes(from, file.count - from) else { return nil }
        let last = from < skipped ? first : tail.prefix(max(0, end - from))
        let isLong = end > part
        let piece: TextPiece?
        switch encoding {
        case .utf8:
            guard TextPiece(utf8: first) != nil else { return nil }
            piece = isLong ? TextPiece(utf8: last.drop { $0 & 0xC0 == 0x80 }) : TextPiece(utf8: first)
        case .utf16LittleEndian, .utf16BigEndian:
            let isBig = encoding == .utf16BigEndian
            guard TextPiece(utf16: first, isBig: isBig) != nil else { return nil }
            piece = TextPiece(utf16: isLong ? last.dropFirst(from % 2) : first, isBig: isBig)
        }
        guard let piece else { return nil }
        return document(.txt, alike: [.txt, .md], isCut: isOpen || piece.isOpen)
    }
}

/// A stretch of text; nil where it is none.
private struct TextPiece {
    /// Its last character lacks a part.
    private(set) var isOpen = false

    init?(utf8 bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        // At most three bytes of a character that goes on behind the stretch.
        if let lead = bytes.suffix(3).lastIndex(where: { (0xC2...0xF4).contains($0) }) {
            let length = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : 2
            if bytes.endIndex - lead < length {
                isOpen = true
                bytes = bytes[..<lead]
            }
        }
        guard bytes.allSatisfy(Self.isOfText), String(validating: bytes, as: UTF8.self) != nil else { return nil }
    }

    init?(utf16 bytes: ArraySlice<UInt8>, isBig: Bool) {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for at in stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2) {
            let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            units.append(isBig ? first << 8 | second : second << 8 | first)
        }
        isOpen = bytes.count % 2 == 1
        if let last = units.last, (0xD800..<0xDC00).contains(last) {
            isOpen = true
            units.removeLast()
        }
        if let first = units.first, (0xDC00..<0xE000).contains(first) { units.removeFirst() }
        guard units.allSatisfy({ $0 > 0xFF || Self.isOfText(UInt8($0)) }),
            String(validating: units, as: UTF16.self) != nil
        else { return nil }
    }

    /// No control character but those that printers and old programs know: tabs, ends of lines and pages, Ctrl-Z, escape.
    private static func isOfText(_ byte: UInt8) -> Bool {
        byte >= 0x20 || (8...13).contains(byte) || byte == 26 || byte == 27
    }
}
