import CEmbedded

/// Everything that a film's bytes depend on.
struct FilmSpec: Sendable, Equatable {
    /// Width divided by height.
    var ratio: Double
    /// Tells films of different words and seeds apart.
    var name: String

    /// A whole MP4 file: a short film of about this ratio, and behind it a box with the name, which players skip.
    var bytes: [UInt8] {
        let nearest = Footage.all.min { distance($0.ratio) < distance($1.ratio) }
        let label = Array(name.utf8)
        let size = label.count + 8
        let box = (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + Array("free".utf8) + label
        return (nearest?.bytes ?? []) + box
    }

    private func distance(_ other: Double) -> Double { ratio > other ? ratio / other : other / max(0.001, ratio) }
}

/// The films that travel inside the binary.
enum Footage {
    struct Film: Sendable {
        /// Width divided by height.
        var ratio: Double
        var bytes: [UInt8]
    }

    static let all = [
        Film(ratio: 16.0 / 9, bytes: bytes(renderdrop_film_wide_mp4)),
        Film(ratio: 9.0 / 16, bytes: bytes(renderdrop_film_tall_mp4)),
        Film(ratio: 1, bytes: bytes(renderdrop_film_square_mp4)),
    ]

    private static func bytes(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> [UInt8] {
        var length = 0
        let start = file(&length)
        return Array(UnsafeBufferPointer(start: start, count: length))
    }
}
