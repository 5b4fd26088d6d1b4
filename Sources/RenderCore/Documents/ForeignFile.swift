/// A file of another program, recognized by its first bytes: what it is, and how to make a job file from it.
///
/// One table. A file that matches `certain` cannot be a job file. `likely` is used only for a file that is not a valid
/// job, because a job may begin like that too.
public struct ForeignFile: Sendable, Equatable {
    /// `rich text (RTF)`
    public var noun: String
    public var advice: String
    /// False: only a file that cannot be understood is this.
    public var isCertain: Bool

    var diagnostic: Diagnostic { Diagnostic(.foreign(self), at: .start) }

    private init(_ noun: String, _ advice: String, isCertain: Bool = true) {
        (self.noun, self.advice, self.isCertain) = (noun, advice, isCertain)
    }

    private typealias To = Message.Conversion

    // MARK: Bytes

    /// By how a file begins, behind a byte order mark.
    private static let beginnings: [(bytes: [UInt8], noun: String, advice: String)] = [
        (ascii("{\\rtf"), "rich text (RTF)", To.saveRichText),
        (ascii("%PDF-"), "a PDF", To.copyText),
        (ascii("bplist00"), "a property list (binary)", To.saveAsText),
        (
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a Word, Excel or Outlook file",
            To.saveAsFromMenu
        ),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "a picture (PNG)", To.nameAsReference),
        ([0xFF, 0xD8, 0xFF], "a picture (JPEG)", To.nameAsReference),
        (ascii("GIF8"), "a picture (GIF)", To.nameAsReference),
        (ascii("II*\0"), "a picture (TIFF)", To.nameAsReference),
        (ascii("MM\0*"), "a picture (TIFF)", To.nameAsReference),
        (ascii("8BPS"), "a Photoshop file", To.savePicture),
        (ascii("%!PS"), "a PostScript file", To.copyText),
        (ascii("OggS"), "a sound file (Ogg)", To.nameAsReference),
        (ascii("fLaC"), "a sound file (FLAC)", To.nameAsReference),
        (ascii("ID3"), "a sound file (MP3)", To.nameAsReference),
        ([0x1A, 0x45, 0xDF, 0xA3], "a film (Matroska or WebM)", To.nameAsReference),
        ([0x1F, 0x8B], "an archive (gzip)", To.unpack), (ascii("BZh"), "an archive (bzip2)", To.unpack),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an archive (xz)", To.unpack),
        ([0x28, 0xB5, 0x2F, 0xFD], "an archive (zstd)", To.unpack),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "an archive (7-Zip)", To.unpack),
        (ascii("Rar!"), "an archive (RAR)", To.unpack),
        (ascii("MSCF"), "an archive (CAB)", To.unpack),
        ([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0], "a Windows shortcut", To.dropTarget),
        (ascii("book\0\0\0\0mark"), "a macOS alias", To.dropTarget),
        ([0, 0x05, 0x16, 0x07], "data that macOS keeps beside a file (AppleDouble)", To.dropFile),
        ([0, 0x05, 0x16, 0], "a file packed by macOS (AppleSingle)", To.dropFile),
        ([0x7F, 0x45, 0x4C, 0x46], "a program", To.deleteProgram),
        ([0x4D, 0x5A, 0x90, 0], "a Windows program", To.deleteProgram),
        ([0xCF, 0xFA, 0xED, 0xFE], "a program", To.deleteProgram),
        (ascii("SQLite format 3\0"), "a database (SQLite)", To.writeText),
        ([0x78, 0x9F, 0x3E, 0x22], "an Outlook attachment (winmail.dat)", To.copyText),
    ]

    /// Nil if the bytes may be text; `init(text:)` then checks further.
    ///
    /// - Parameter bytes: the file, or its beginning.
    public init?(bytes: [UInt8]) {
        let skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let head = bytes.dropFirst(skipped).prefix(16)
        guard let first = head.first else { return nil }
        if let row = Self.beginnings.first(where: { $0.bytes[0] == first && head.starts(with: $0.bytes) }) {
            if row.bytes == Self.ascii("bplist00"), Self.has("WebMainResource", in: bytes) {
                self.init("a web archive (Safari)", To.copyJob)
            } else {
                self.init(row.noun, row.advice)
            }
            return
        }
        if head.starts(with: Self.ascii("PK")) {
            guard bytes.count > 3, [3, 5, 7].contains(bytes[2]) else { return nil }
            self = Self.zip(bytes)
        } else if head.starts(with: Self.ascii("RIFF")), ["WEBP", "WAVE", "AVI"].contains(Self.word(bytes, 8)) {
            self.init("a picture, a film or sound (\(Self.word(bytes, 8)))", To.nameAsReference)
        } else if head.count >= 12, bytes.dropFirst(4).starts(with: Self.ascii("ftyp")) {
            self.init("a picture or a film (\(Self.word(bytes, 8)))", To.nameAsReference)
        } else if first == UInt8(ascii: "B"), bytes.count > 26, bytes[1] == UInt8(ascii: "M"),
            bytes[6...9] == [0, 0, 0, 0]
        {
            self.init("a picture (BMP)", To.nameAsReference)
        } else if bytes.count > 262, bytes[257..<262].elementsEqual(Self.ascii("ustar")) {
            self.init("an archive (tar)", To.unpack)
        } else {
            return nil
        }
    }

    /// The contents of a ZIP show which program wrote it: office documents are ZIPs.
    private static func zip(_ bytes: [UInt8]) -> ForeignFile {
        let head = Array(bytes.prefix(64 << 10))
        let kinds: [(part: String, noun: String)] = [
            ("word/", "a Word document"), ("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint file"),
            ("opendocument.text", "an OpenDocument text (LibreOffice)"),
            ("opendocument", "an OpenDocument file (LibreOffice)"),
            ("epub", "an e-book (EPUB)"), ("Index/Document.iwa", "a Pages document"), (".iwa", "an iWork document"),
        ]
        guard let kind = kinds.first(where: { has($0.part, in: head) }) else {
            return ForeignFile("an archive (ZIP)", To.unpack)
        }
        return ForeignFile(kind.noun, To.exportFromMenu)
    }

    // MARK: Text

    /// By how a text begins: web pages, scripts, mails and the like.
    public init?(text: String) {
        let head = String(text.prefix(600)).lowercased().drop { $0.isWhitespace }
        guard let first = head.first else { return nil }
        switch first {
        case "<":
            if head.contains("<!doctype html") || head.contains("<html") || head.contains("<head")
                || head.contains("<body")
            {
                self.init("a web page (HTML)", To.copyJob)
            } else if head.contains("<svg") {
                self.init("a drawing (SVG)", To.savePicture)
            } else if head.contains("<plist") {
                let isLink = text.contains("<key>URL</key>")
                self.init(isLink ? "a web link (webloc)" : "a property list", isLink ? To.dropTarget : To.saveAsText)
            } else if head.hasPrefix("<?xml") || head.hasPrefix("<!doctype") {
                self.init("XML", To.writeYAML)
            } else if head.dropFirst().first?.isLetter == true || head.hasPrefix("<!--") {
                self.init("a web page (HTML)", To.copyJob, isCertain: false)
            } else {
                return nil
            }
        case "[":
            if head.hasPrefix("[internetshortcut]") {
                self.init("a web link (.url)", To.dropTarget)
            } else if head.hasPrefix("[desktop entry]") {
                self.init("a shortcut (.desktop)", To.dropTarget)
            } else {
                return nil
            }
        case "#":
            guard head.hasPrefix("#!/") else { return nil }
            self.init("a script", To.writeJob, isCertain: false)
        case "{":
            guard head.hasPrefix("{\\rtf") else { return nil }
            self.init("rich text (RTF)", To.saveAsText)
        case "`":
            guard head.hasPrefix("```") else { return nil }
            self.init("a text with code marks (```)", To.deleteCodeMarks)
        default:
            guard Self.isMail(head) else { return nil }
            self.init("an e-mail", To.copyJob, isCertain: false)
        }
    }

    private static func isMail(_ head: Substring) -> Bool {
        let headers = [
            "received:", "return-path:", "delivered-to:", "mime-version:", "message-id:", "from:", "x-mozilla-status:",
            "date:", "subject:", "to:", "content-type:", "dkim-signature:", "from ",
        ]
        let lines = head.split(whereSeparator: \.isNewline).filter { $0.first?.isWhitespace == false }.prefix(6)
        return lines.count { line in headers.contains { line.hasPrefix($0) } } >= 2
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func has(_ text: String, in bytes: [UInt8]) -> Bool { bytes.prefix(64 << 10).contains(ascii(text)) }

    /// Four letters of a format's own name, which anybody may have written.
    private static func word(_ bytes: [UInt8], _ at: Int) -> String {
        let word = bytes.dropFirst(at).prefix(4).filter { (33...126).contains($0) && $0 != UInt8(ascii: "`") }
        return String(decoding: word, as: UTF8.self)
    }
}
