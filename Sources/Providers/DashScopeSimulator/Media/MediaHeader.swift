/// What the bytes of a file say about it: format, dimensions, length.
struct MediaHeader: Sendable, Equatable {
    enum Format: String, Sendable {
        case png, jpeg, gif, bmp, webp, tiff, heif, pnm
        case mp4, mov, avi
        case wav, mp3

        var kind: InputKind {
            switch self {
            case .png, .jpeg, .gif, .bmp, .webp, .tiff, .heif, .pnm: .image
            case .mp4, .mov, .avi: .video
            case .wav, .mp3: .audio
            }
        }
    }

    var format: Format
    /// Nil for sounds, and for films that do not tell.
    var width: Int?
    var height: Int?
    /// False also where the header does not tell.
    var hasAlpha = false
    /// Of films and sounds; nil where the header does not tell.
    var seconds: Double?
}

extension MediaHeader {
    /// Nil if the bytes are none of the known formats.
    static func format(of bytes: [UInt8]) -> Format? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
            return .tiff
        }
        let reader = HeaderReader(bytes)
        if reader.says("GIF87a") || reader.says("GIF89a") { return .gif }
        if reader.says("BM") { return .bmp }
        if reader.says("P"), let digit = reader.big(1, 1), (0x31...0x36).contains(digit), let blank = reader.big(2, 1),
            [0x09, 0x0A, 0x0D, 0x20, 0x23].contains(blank)
        {
            return .pnm
        }
        if reader.says("RIFF") {
            if reader.says("WEBP", at: 8) { return .webp }
            if reader.says("WAVE", at: 8) { return .wav }
            return reader.says("AVI ", at: 8) ? .avi : nil
        }
        if reader.says("ftyp", at: 4) {
            if reader.says("qt  ", at: 8) { return .mov }
            return ["heic", "heix", "mif1", "msf1"].contains { reader.says($0, at: 8) } ? .heif : .mp4
        }
        if reader.says("ID3") { return .mp3 }
        // Frame sync and layer III.
        if let sync = reader.big(0, 2), sync & 0xFFE6 == 0xFFE2 { return .mp3 }
        return nil
    }

    /// Nil if the format is unknown or the header is cut off or makes no sense.
    init?(_ bytes: [UInt8]) {
        guard let format = Self.format(of: bytes) else { return nil }
        self.format = format
        let reader = HeaderReader(bytes)
        let found: HeaderReader.Found?
        switch format {
        case .png: found = reader.png()
        case .jpeg: found = reader.jpeg()
        case .gif: found = reader.gif()
        case .bmp: found = reader.bmp()
        case .pnm: found = reader.pnm()
        case .webp: found = reader.webp()
        case .tiff: found = reader.tiff()
        case .heif: found = reader.heif()
        case .mp4, .mov, .avi:
            guard let film = format == .avi ? reader.avi() : reader.film() else { return nil }
            (width, height, seconds) = film
            return
        case .wav, .mp3:
            guard let length = format == .wav ? reader.wav() : reader.mp3() else { return nil }
            seconds = length
            return
        }
        guard let found, found.width > 0, found.height > 0 else { return nil }
        width = found.width
        height = found.height
        hasAlpha = found.hasAlpha
    }
}
