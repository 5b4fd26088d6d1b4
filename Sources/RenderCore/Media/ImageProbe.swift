/// What the first bytes of a picture show: format, size, transparency. It decodes nothing, and no input makes it trap.
public struct ImageProbe: Sendable, Hashable, Codable {
    public enum Format: String, Sendable, Codable, CaseIterable {
        case png, jpeg, gif, bmp, webp, tiff, heic, avif, pnm

        public var mediaType: String { self == .pnm ? "image/x-portable-anymap" : "image/\(rawValue)" }
    }

    public var format: Format
    /// As stored, in pixels; nil where the header does not reach so far.
    public var width: Int?
    public var height: Int?
    /// Whether the file has an alpha channel or a transparent colour.
    public var hasAlpha: Bool
    /// EXIF's number from 1 to 8; from 5 on the picture is shown lying on its side.
    public var orientation: Int?

    public init(format: Format, width: Int?, height: Int?, hasAlpha: Bool = false, orientation: Int? = nil) {
        self.format = format
        self.width = width
        self.height = height
        self.hasAlpha = hasAlpha
        self.orientation = orientation
    }

    /// As the picture is shown: sides exchanged where EXIF turns it.
    public var shown: PixelSize? {
        guard let width, let height else { return nil }
        return (orientation ?? 1) >= 5
            ? PixelSize(width: height, height: width) : PixelSize(width: width, height: height)
    }

    /// Nil where the bytes are none of the formats.
    ///
    /// - Parameter bytes: the file, or its beginning.
    public init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        self.init(reading: SampleReader(MediaSample(head: bytes, bytes: bytes.count)))
    }

    init?(reading file: SampleReader) {
        guard
            let probe = Self.png(file) ?? Self.jpeg(file) ?? Self.gif(file) ?? Self.webp(file) ?? Self.bmp(file)
                ?? Self.tiff(file) ?? Self.heif(file) ?? Self.pnm(file)
        else { return nil }
        self = probe
    }

    /// Whether the file lacks a part. Each format specifies its end, its length or its offsets; data that is not
    /// readable is assumed to be there.
    func isCut(_ file: SampleReader) -> Bool {
        switch format {
        case .png: Self.isCutPNG(file)
        case .jpeg: Self.isCutJPEG(file)
        case .gif: Self.isCutGIF(file)
        case .webp: Self.isCutWebP(file)
        case .bmp: Self.isCutBMP(file)
        case .tiff: Self.isCutTIFF(file)
        case .heic, .avif: Self.isCutHEIF(file)
        case .pnm: Self.isCutPNM(file)
        }
    }
}
