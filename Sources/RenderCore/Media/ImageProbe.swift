/// What the first bytes of a picture say: its format, its size, whether it has transparency. Nothing is decoded, and no
/// bytes make it trap.
public struct ImageProbe: Sendable, Hashable, Codable {
    public enum Format: String, Sendable, Codable, CaseIterable {
        case png, jpeg, gif, bmp, webp, tiff, heic, avif

        public var mediaType: String { "image/\(rawValue)" }
    }

    /// So many bytes of a file are worth reading; the size of a JPEG may stand behind a long preview.
    public static let headerBytes = 256 << 10

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
    /// - Parameter bytes: the beginning of the file, up to `headerBytes`; further ones are ignored.
    public init?(_ bytes: some Sequence<UInt8>) {
        self.init(reading: ByteReader(Array(bytes.prefix(Self.headerBytes))))
    }

    init?(reading reader: ByteReader) {
        guard
            let probe = Self.png(reader) ?? Self.jpeg(reader) ?? Self.gif(reader) ?? Self.webp(reader)
                ?? Self.bmp(reader) ?? Self.tiff(reader) ?? Self.heif(reader)
        else { return nil }
        self = probe
    }

    private static func png(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) else { return nil }
        guard bytes.has("IHDR", at: 12) else { return ImageProbe(format: .png, width: nil, height: nil) }
        var alpha = bytes.u8(25).map { $0 == 4 || $0 == 6 } ?? false
        var at = 8
        // tRNS must stand before the first IDAT.
        while !alpha, let length = bytes.u32(at), let next = bytes.offset(at, 12, length),
            !bytes.has("IDAT", at: at + 4)
        {
            alpha = bytes.has("tRNS", at: at + 4)
            at = next
        }
        return ImageProbe(format: .png, width: bytes.u32(16), height: bytes.u32(20), hasAlpha: alpha)
    }

    private static func jpeg(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has([0xFF, 0xD8, 0xFF], at: 0) else { return nil }
        var probe = ImageProbe(format: .jpeg, width: nil, height: nil)
        var at = 2
        while let first = bytes.u8(at), first == 0xFF, let marker = bytes.u8(at + 1) {
            switch marker {
            case 0xFF: at += 1  // padding
            case 0x01, 0xD0...0xD8: at += 2  // no length
            case 0xD9, 0xDA: return probe
            default:
                guard let length = bytes.u16(at + 2), length >= 2 else { return probe }
                // The frame headers; C4, C8 and CC are tables and extensions.
                if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
                    probe.height = bytes.u16(at + 5).flatMap { $0 == 0 ? nil : $0 }
                    probe.width = bytes.u16(at + 7)
                    return probe
                }
                if marker == 0xE1, bytes.has("Exif\0\0", at: at + 4) {
                    probe.orientation = TIFFDirectory(bytes, at: at + 10)?.first(274)
                        .flatMap { (1...8).contains($0) ? $0 : nil }
                }
                at += 2 + length
            }
        }
        return probe
    }

    private static func gif(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has("GIF87a", at: 0) || bytes.has("GIF89a", at: 0) else { return nil }
        var probe = ImageProbe(
            format: .gif, width: bytes.u16(6, little: true), height: bytes.u16(8, little: true))
        // The first graphic control extension stands behind the colour table, maybe after other extensions.
        let flags = bytes.u8(10) ?? 0
        var at = 13 + (flags & 0x80 == 0 ? 0 : 3 << ((flags & 7) + 1))
        while bytes.u8(at) == 0x21, let label = bytes.u8(at + 1) {
            if label == 0xF9 {
                probe.hasAlpha = (bytes.u8(at + 3) ?? 0) & 1 == 1
                break
            }
            at += 2
            while let length = bytes.u8(at), length > 0 { at += 1 + length }
            at += 1
        }
        return probe
    }

    private static func webp(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has("RIFF", at: 0), bytes.has("WEBP", at: 8) else { return nil }
        var probe = ImageProbe(format: .webp, width: nil, height: nil)
        if bytes.has("VP8X", at: 12) {
            probe.width = bytes.u24(24, little: true).map { $0 + 1 }
            probe.height = bytes.u24(27, little: true).map { $0 + 1 }
            probe.hasAlpha = (bytes.u8(20) ?? 0) & 0x10 != 0
        } else if bytes.has("VP8L", at: 12), let packed = bytes.u32(21, little: true) {
            probe.width = packed & 0x3FFF + 1
            probe.height = packed >> 14 & 0x3FFF + 1
            probe.hasAlpha = packed >> 28 & 1 == 1
        } else if bytes.has("VP8 ", at: 12), bytes.has([0x9D, 0x01, 0x2A], at: 23) {
            probe.width = bytes.u16(26, little: true).map { $0 & 0x3FFF }
            probe.height = bytes.u16(28, little: true).map { $0 & 0x3FFF }
        }
        return probe
    }

    private static func bmp(_ bytes: ByteReader) -> ImageProbe? {
        guard bytes.has("BM", at: 0), let header = bytes.u32(14, little: true) else { return nil }
        if header == 12 {
            return ImageProbe(format: .bmp, width: bytes.u16(18, little: true), height: bytes.u16(20, little: true))
        }
        guard (16...200).contains(header) else { return nil }
        // Signed; a negative height means that the rows run downwards.
        func side(_ at: Int) -> Int? { bytes.u32(at, little: true).map { abs(Int(Int32(truncatingIfNeeded: $0))) } }
        let alphaMask = header >= 56 ? bytes.u32(66, little: true) ?? 0 : 0
        return ImageProbe(
            format: .bmp, width: side(18), height: side(22),
            hasAlpha: bytes.u16(28, little: true) == 32 && alphaMask != 0)
    }

    private static func tiff(_ bytes: ByteReader) -> ImageProbe? {
        guard let directory = TIFFDirectory(bytes, at: 0) else { return nil }
        let extra = directory.first(338)
        return ImageProbe(
            format: .tiff, width: directory.first(256), height: directory.first(257),
            hasAlpha: extra == 1 || extra == 2,
            orientation: directory.first(274).flatMap { (1...8).contains($0) ? $0 : nil })
    }
}
