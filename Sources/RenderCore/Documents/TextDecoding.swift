/// Converts the bytes of a file that a person wrote to text.
public enum TextDecoding {
    /// A job file longer than this is none.
    public static let bytesMax = 1 << 20

    enum Encoding { case utf8, utf16LittleEndian, utf16BigEndian }

    /// Reads UTF-8 and UTF-16, with or without a byte order mark; the mark is dropped, line ends stay as they are.
    ///
    /// UTF-16 without a mark is known by its zero bytes: job files begin with ASCII, so all of one half of the first
    /// code units are zero.
    ///
    /// - Throws: `Diagnostic` at the first place that cannot be read, or where the file is empty or too long.
    public static func text(of bytes: [UInt8], bytesMax: Int = bytesMax) throws -> String {
        if let foreign = ForeignFile(bytes: bytes) { throw foreign.diagnostic }
        guard bytes.count <= bytesMax else {
            throw Diagnostic(.tooManyBytes(bytes.count, most: bytesMax), at: .start)
        }
        let (encoding, skipped) = encoding(of: bytes)
        let body = bytes.dropFirst(skipped)
        let text =
            switch encoding {
            case .utf8: try utf8(body)
            case .utf16LittleEndian, .utf16BigEndian: try utf16(body, bigEndian: encoding == .utf16BigEndian)
            }
        guard !text.allSatisfy(\.isWhitespace) else {
            throw Diagnostic(.emptyFile, at: .start)
        }
        if let (index, _) = zip(text.unicodeScalars.indices, text.unicodeScalars).first(where: { $0.1 == "\0" }) {
            throw Diagnostic(.zeroByte, at: place(of: text.unicodeScalars[..<index]))
        }
        return text
    }

    /// Whether nothing is written in a file yet: no byte, only a byte order mark and blanks, or the empty document that
    /// Explorer's menu "New" makes.
    public static func isBlank(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= 4096 else { return false }
        if bytes.starts(with: Array("PK\u{5}\u{6}".utf8)), bytes.count == 22 { return true }
        let (encoding, skipped) = encoding(of: bytes)
        let body = bytes.dropFirst(skipped)
        let text: String?
        // What is no text is not blank.
        switch encoding {
        case .utf8: text = String(validating: body, as: UTF8.self)
        case .utf16LittleEndian, .utf16BigEndian:
            text = try? utf16(body, bigEndian: encoding == .utf16BigEndian)  // as above
        }
        guard let text else { return false }
        return text.allSatisfy(\.isWhitespace) || text.filter { !$0.isWhitespace } == "{\\rtf1}"
    }

    static func encoding(of bytes: [UInt8]) -> (Encoding, skipped: Int) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return (.utf8, 0) }
        let head = bytes.prefix(8)
        let even = stride(from: 0, to: head.count - 1, by: 2).map { head[$0] }
        let odd = stride(from: 1, to: head.count, by: 2).map { head[$0] }
        if odd.allSatisfy({ $0 == 0 }), even.allSatisfy({ $0 != 0 }) { return (.utf16LittleEndian, 0) }
        if even.allSatisfy({ $0 == 0 }), odd.allSatisfy({ $0 != 0 }) { return (.utf16BigEndian, 0) }
        return (.utf8, 0)
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>) throws -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var before = String.UnicodeScalarView()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { before.append(scalar) }
        throw unreadable(after: before[...])
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) throws -> String {
        let pairs = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2)
        let units = pairs.map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        if bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) { return text }
        var decoder = UTF16()
        var iterator = units.makeIterator()
        var before = String.UnicodeScalarView()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { before.append(scalar) }
        throw unreadable(after: before[...])
    }

    private static func unreadable(after text: Substring.UnicodeScalarView) -> Diagnostic {
        Diagnostic(.unknownEncoding, at: place(of: text))
    }

    /// The place behind `text`. Lines end as YAML ends them: LF, CR, CRLF, NEL, LS, PS.
    static func place(of text: Substring.UnicodeScalarView) -> Mark {
        var mark = Mark.start
        var previous: Unicode.Scalar = " "
        for scalar in text {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": mark = Mark(line: mark.line + 1, column: 1)
            default: mark.column += 1
            }
            previous = scalar
        }
        return mark
    }
}
