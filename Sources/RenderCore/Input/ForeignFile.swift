/// A file of another program, told by its first bytes: what it is, and how to get a job file out of it.
///
/// One table. What stands in `certain` can be no job file; what stands in `likely` is asked only about a file that is none,
/// because a job may begin like that, too.
public struct ForeignFile: Sendable, Equatable {
    /// `rich text (RTF)`
    public var noun: String
    public var advice: String
    /// False: only a file that cannot be understood is this.
    public var isCertain: Bool

    var diagnostic: Diagnostic { Diagnostic("this is \(noun), not a job file", at: .start, advice: advice) }

    private init(_ noun: String, _ advice: String, isCertain: Bool = true) {
        (self.noun, self.advice, self.isCertain) = (noun, advice, isCertain)
    }

    private static let plain = "save it as plain text (UTF-8)"
    private static let openAndSave = "open it, copy its text into a plain text file, and save that as UTF-8"
    private static let picture =
        "give the file its own ending again; a job file names it in `references`, beside its `prompt`"
    private static let unpack = "unpack it, and put what is in it into the inbox"
    private static let page = "copy the text of the job into a plain text file; a web page saved by a browser is no job"
    private static let link = "it only leads to the file; put the file itself into the inbox"

    // MARK: Bytes

    /// By how a file begins, behind a byte order mark.
    private static let beginnings: [(bytes: [UInt8], noun: String, advice: String)] = [
        (
            ascii("{\\rtf"), "rich text (RTF)",
            "\(plain): in TextEdit, Format > Make Plain Text; in Word or WordPad, Save as"
        ),
        (ascii("%PDF-"), "a PDF", openAndSave),
        (ascii("bplist00"), "a property list (binary)", plain),
        (
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a Word, Excel or Outlook file",
            "\(plain): Save as, Plain Text"
        ),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "a picture (PNG)", picture),
        ([0xFF, 0xD8, 0xFF], "a picture (JPEG)", picture),
        (ascii("GIF8"), "a picture (GIF)", picture),
        (ascii("II*\0"), "a picture (TIFF)", picture), (ascii("MM\0*"), "a picture (TIFF)", picture),
        (ascii("8BPS"), "a Photoshop file", "save it as PNG or JPEG, and name that in `references` of a job file"),
        (ascii("%!PS"), "a PostScript file", openAndSave),
        (ascii("OggS"), "a sound file (Ogg)", picture), (ascii("fLaC"), "a sound file (FLAC)", picture),
        (ascii("ID3"), "a sound file (MP3)", picture),
        ([0x1A, 0x45, 0xDF, 0xA3], "a film (Matroska or WebM)", picture),
        ([0x1F, 0x8B], "an archive (gzip)", unpack), (ascii("BZh"), "an archive (bzip2)", unpack),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an archive (xz)", unpack),
        ([0x28, 0xB5, 0x2F, 0xFD], "an archive (zstd)", unpack),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "an archive (7-Zip)", unpack),
        (ascii("Rar!"), "an archive (RAR)", unpack),
        (ascii("MSCF"), "an archive (CAB)", unpack),
        ([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0], "a Windows shortcut", link),
        (ascii("book\0\0\0\0mark"), "a macOS alias", link),
        ([0, 0x05, 0x16, 0x07], "what macOS stores beside a file (AppleDouble)", "put the file itself into the inbox"),
        ([0, 0x05, 0x16, 0], "a file packed by macOS (AppleSingle)", "put the file itself into the inbox"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program", "delete it; a job file is text"),
        ([0x4D, 0x5A, 0x90, 0], "a Windows program", "delete it; a job file is text"),
        ([0xCF, 0xFA, 0xED, 0xFE], "a program", "delete it; a job file is text"),
        (ascii("SQLite format 3\0"), "a database (SQLite)", "write the job as plain text"),
        ([0x78, 0x9F, 0x3E, 0x22], "an Outlook attachment (winmail.dat)", openAndSave),
    ]

    /// Nil where the bytes may be text; `init(text:)` tells more of that.
    ///
    /// - Parameter bytes: the file, or its beginning.
    public init?(bytes: [UInt8]) {
        let skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let head = bytes.dropFirst(skipped).prefix(16)
        guard let first = head.first else { return nil }
        if let row = Self.beginnings.first(where: { $0.bytes[0] == first && head.starts(with: $0.bytes) }) {
            if row.bytes == Self.ascii("bplist00"), Self.has("WebMainResource", in: bytes) {
                self.init("a web archive (Safari)", Self.page)
            } else {
                self.init(row.noun, row.advice)
            }
            return
        }
        if head.starts(with: Self.ascii("PK")) {
            guard bytes.count > 3, [3, 5, 7].contains(bytes[2]) else { return nil }
            self = Self.zip(bytes)
        } else if head.starts(with: Self.ascii("RIFF")), ["WEBP", "WAVE", "AVI"].contains(Self.word(bytes, 8)) {
            self.init("a picture, a film or sound (\(Self.word(bytes, 8)))", Self.picture)
        } else if head.count >= 12, bytes.dropFirst(4).starts(with: Self.ascii("ftyp")) {
            self.init("a picture or a film (\(Self.word(bytes, 8)))", Self.picture)
        } else if first == UInt8(ascii: "B"), bytes.count > 26, bytes[1] == UInt8(ascii: "M"),
            bytes[6...9] == [0, 0, 0, 0]
        {
            self.init("a picture (BMP)", Self.picture)
        } else if bytes.count > 262, bytes[257..<262].elementsEqual(Self.ascii("ustar")) {
            self.init("an archive (tar)", Self.unpack)
        } else {
            return nil
        }
    }

    /// What a ZIP holds tells whose it is: office programs' documents are ZIPs.
    private static func zip(_ bytes: [UInt8]) -> ForeignFile {
        let head = Array(bytes.prefix(64 << 10))
        let kinds: [(part: String, noun: String)] = [
            ("word/", "a Word document"), ("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint file"),
            ("opendocument.text", "an OpenDocument text (LibreOffice)"),
            ("opendocument", "an OpenDocument file (LibreOffice)"),
            ("epub", "an e-book (EPUB)"), ("Index/Document.iwa", "a Pages document"), (".iwa", "an iWork document"),
        ]
        guard let kind = kinds.first(where: { has($0.part, in: head) }) else {
            return ForeignFile("an archive (ZIP)", unpack)
        }
        return ForeignFile(kind.noun, "\(plain): Save as or Export, Plain Text")
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
                self.init("a web page (HTML)", Self.page)
            } else if head.contains("<svg") {
                self.init("a drawing (SVG)", "save it as PNG or JPEG, and name that in `references` of a job file")
            } else if head.contains("<plist") {
                let isLink = text.contains("<key>URL</key>")
                self.init(isLink ? "a web link (webloc)" : "a property list", isLink ? Self.link : Self.plain)
            } else if head.hasPrefix("<?xml") || head.hasPrefix("<!doctype") {
                self.init("XML", "write the job as YAML: `prompt: …`")
            } else if head.dropFirst().first?.isLetter == true || head.hasPrefix("<!--") {
                self.init("a web page (HTML)", Self.page, isCertain: false)
            } else {
                return nil
            }
        case "[":
            if head.hasPrefix("[internetshortcut]") {
                self.init("a web link (.url)", Self.link)
            } else if head.hasPrefix("[desktop entry]") {
                self.init("a shortcut (.desktop)", Self.link)
            } else {
                return nil
            }
        case "#":
            guard head.hasPrefix("#!/") else { return nil }
            self.init("a script", "write what it makes as a job file: `prompt: …`", isCertain: false)
        case "{":
            guard head.hasPrefix("{\\rtf") else { return nil }
            self.init("rich text (RTF)", Self.plain)
        case "`":
            guard head.hasPrefix("```") else { return nil }
            self.init("a text with code marks (```)", "delete the lines with ```, and keep what stands between them")
        default:
            guard Self.isMail(head) else { return nil }
            self.init("an e-mail", "copy the text of the job into a plain text file", isCertain: false)
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
