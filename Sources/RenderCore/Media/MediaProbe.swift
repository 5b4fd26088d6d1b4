/// The beginning and the end of a file, and what was read between them.
public struct MediaSample: Sendable, Hashable {
    /// So many bytes at either end are read of every file: most say all of themselves there.
    public static let partBytes = 256 << 10

    /// The first bytes, at most `partBytes`.
    public var head: [UInt8]
    /// The last bytes, at most `partBytes`; empty where only the beginning was read. A short file has them in both.
    public var tail: [UInt8]
    /// Length of the file.
    public var bytes: Int
    /// What somebody read who had the whole file at hand; nil: the ends are all there is.
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

/// What a file of pictures, films or sound says of itself. Nothing is decoded, and no bytes make it trap.
public struct MediaProbe: Sendable, Hashable {
    public var kind: MediaKind
    /// `png`, `jpeg`, …; `mp4`, `mov`, `avi`; `wav`, `mp3`
    public var format: String
    public var mediaType: String
    /// As people name such files: `jpg`, `mp4`, …
    public var fileExtension: String
    /// As it is shown, in pixels; nil where the bytes at hand do not tell, and of sound.
    public var size: PixelSize?
    public var hasAlpha: Bool
    /// How long it plays; nil where the bytes at hand do not tell, and of pictures.
    public var seconds: Double?
    /// Frames a second of a film, on the average; nil where the bytes at hand do not tell.
    public var framesPerSecond: Double?
    /// The file lacks a part, as far as the bytes at hand tell.
    public var isCut: Bool

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
    public var noun: String { (["avi", "avif", "mp4", "mp3"].contains(format) ? "an " : "a ") + format + " file" }

    public init(_ image: ImageProbe) {
        self.init(
            kind: .image, format: image.format.rawValue, mediaType: image.format.mediaType,
            fileExtension: image.format.fileExtension, size: image.shown, hasAlpha: image.hasAlpha)
    }
}

extension MediaProbe {
    private static let videoFormats = ["mp4", "mov", "avi"]
    private static let audioFormats = ["wav", "mp3"]

    /// Every format that is told from its bytes.
    public static let formats = ImageProbe.Format.allCases.map(\.rawValue) + videoFormats + audioFormats

    /// Of a format's name; nil where it is none.
    public static func kind(of format: String) -> MediaKind? {
        if ImageProbe.Format(rawValue: format) != nil { return .image }
        if videoFormats.contains(format) { return .video }
        return audioFormats.contains(format) ? .audio : nil
    }
}
