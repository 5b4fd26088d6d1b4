/// The beginning and the end of a file, and the parts that were read between them.
public struct MediaSample: Sendable, Hashable {
    /// So many bytes at either end are read of every file: most say all of themselves there.
    public static let partBytes = 256 << 10

    /// The first bytes, at most `partBytes`.
    public var head: [UInt8]
    /// The last bytes, at most `partBytes`; empty where only the beginning was read. A short file has them in both.
    public var tail: [UInt8]
    /// Length of the file.
    public var bytes: Int
    /// What was read by a caller with access to the whole file; nil: only the ends are available.
    var reading: Reading?

    struct Reading: Sendable, Hashable {
        var probe: MediaProbe?
    }

    public init(head: [UInt8], tail: [UInt8] = [], bytes: Int) {
        self.head = head
        self.tail = tail
        self.bytes = bytes
    }

    /// A whole file.
    public init(_ bytes: [UInt8]) {
        self.init(
            head: Array(bytes.prefix(Self.partBytes)), tail: Array(bytes.suffix(Self.partBytes)), bytes: bytes.count
        ) { offset, count in
            offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + count)]) : nil
        }
    }
}

/// What a picture, film, sound or document says about itself. It decodes nothing, and no input makes it trap.
public struct MediaProbe: Sendable, Hashable {
    public var kind: MediaKind
    /// `png`, `jpeg`, …; `mp4`, `mov`, `avi`; `wav`, `mp3`; `pdf`, `docx`, …
    public var format: String
    public var mediaType: String
    /// As people name such files: `jpg`, `mp4`, …
    public var fileExtension: String
    /// The displayed size in pixels; nil for sound, or if the available bytes do not show it.
    public var size: PixelSize?
    public var hasAlpha: Bool
    /// The playing time; nil for pictures, or if the available bytes do not show it.
    public var seconds: Double?
    /// A film's average frames per second; nil if the available bytes do not show it.
    public var framesPerSecond: Double?
    /// Of a document, as far as the bytes show without being unpacked.
    public var pages: Int?
    /// The file lacks a part, as far as the available bytes show.
    public var isCut: Bool
    /// Only zeros at its end say that it is cut. Where pixels and sound are stored as they are, black and silence look the same.
    public var isDoubtful = false
    /// Formats between which only the file's name decides, `named(_:)`; empty: the bytes did.
    var alike: [String] = []

    public init(
        kind: MediaKind, format: String, mediaType: String, fileExtension: String, size: PixelSize? = nil,
        hasAlpha: Bool = false, seconds: Double? = nil, framesPerSecond: Double? = nil, isCut: Bool = false
    ) {
        self.kind = kind
        self.format = format
        self.mediaType = mediaType
        self.fileExtension = fileExtension
        self.size = size
        self.hasAlpha = hasAlpha
        self.seconds = seconds
        self.framesPerSecond = framesPerSecond
        self.isCut = isCut
    }

    /// `a png file`, `an mp4 file`
    public var noun: String {
        let article = ["avi", "avif", "mp4", "mp3", "xlsx", "xls", "xlsm", "xlsb", "md", "empty"].contains(format)
        return (article ? "an " : "a ") + format + " file"
    }

    public init(_ image: ImageProbe) {
        self.init(
            kind: .image, format: image.format.rawValue, mediaType: image.format.mediaType,
            fileExtension: image.format.fileExtension, size: image.shown, hasAlpha: image.hasAlpha)
    }
}

extension MediaProbe {
    /// What to do with a file that is whole, though zeros at its end say otherwise; nil where there is no doubt.
    var wayOut: String? {
        guard isCut, isDoubtful else { return nil }
        return switch kind {
        case .image: "if it is whole and black there, save it as PNG or JPEG"
        case .audio: "if it is whole and silent there, save it as MP3, or cut the silence off"
        case .video: "if it is whole and black there, save it as MP4"
        case .document: nil
        }
    }

    private static let videoFormats = ["mp4", "mov", "avi"]
    private static let audioFormats = ["wav", "mp3"]

    /// Every format that is recognized by its bytes.
    public static let formats =
        ImageProbe.Format.allCases.map(\.rawValue) + videoFormats + audioFormats
        + DocumentFormat.allCases.map(\.rawValue)

    /// The kind of a format; nil if the format is unknown.
    public static func kind(of format: String) -> MediaKind? {
        if ImageProbe.Format(rawValue: format) != nil { return .image }
        if videoFormats.contains(format) { return .video }
        if audioFormats.contains(format) { return .audio }
        return DocumentFormat(rawValue: format) == nil ? nil : .document
    }
}
