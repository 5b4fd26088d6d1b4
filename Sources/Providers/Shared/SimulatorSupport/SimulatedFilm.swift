import CEmbedded

/// A short film that every film task is answered with.
package enum SimulatedFilm {
    package static let bytes: [UInt8] = {
        var length = 0
        let start = renderdrop_film_wide_mp4(&length)
        return Array(UnsafeBufferPointer(start: start, count: length))
    }()
}
