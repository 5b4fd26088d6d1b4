import Synchronization

/// Pixels of a decoded picture: red, green and blue, row by row.
struct Raster: Sendable, Equatable {
    /// Larger pictures are not decoded: this is a simulator, and debug builds are slow.
    static let pixelsMax = 16_000_000

    let size: FrameSize
    /// Three bytes a pixel.
    let pixels: [UInt8]

    /// Decodes a baseline JPEG or an 8-bit PNG.
    ///
    /// - Returns: nil for any other format, and for a file that is damaged or too large.
    static func decode(_ bytes: [UInt8]) -> Raster? {
        switch MediaHeader.format(of: bytes) {
        case .jpeg: JPEGReader.decode(bytes)
        case .png: PNGReader.decode(bytes)
        case .gif, .bmp, .webp, .tiff, .heif, .pnm, .mp4, .mov, .avi, .wav, .mp3, nil: nil
        }
    }
}

/// The bytes of a picture that was given, shared by all tasks that name it.
final class Photo: Sendable, Equatable {
    let fingerprint: UInt64
    let bytes: [UInt8]

    init(fingerprint: UInt64, bytes: [UInt8]) {
        self.fingerprint = fingerprint
        self.bytes = bytes
    }

    static func == (left: Photo, right: Photo) -> Bool { left.fingerprint == right.fingerprint }
}

/// Photos that tasks need, each once. A photo is forgotten with its last task.
final class PhotoShelf: Sendable {
    private struct Place: Sendable { weak var photo: Photo? }

    /// Together. A photo that does not fit is drawn as a plain card.
    private static let bytesMax = 256 << 20
    private let places = Mutex<[UInt64: Place]>([:])

    func keep(_ bytes: [UInt8], fingerprint: UInt64) -> Photo? {
        places.withLock { places in
            if let known = places[fingerprint]?.photo { return known }
            places = places.filter { $0.value.photo != nil }
            let used = places.values.reduce(0) { $0 + ($1.photo?.bytes.count ?? 0) }
            guard used + bytes.count <= Self.bytesMax else { return nil }
            let photo = Photo(fingerprint: fingerprint, bytes: bytes)
            places[fingerprint] = Place(photo: photo)
            return photo
        }
    }
}
