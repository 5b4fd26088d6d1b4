/// Everything that a picture depends on: equal specs give equal bytes.
struct PictureSpec: Sendable, Equatable {
    var prompt: String
    var model: String
    var size: FrameSize
    var seed: Int
    var index: Int
    var references: [GivenPicture]
    /// Words in the lower right corner.
    var watermark: String?
    /// The sky is left out.
    var isTransparent = false

    /// What an edit works on: the first picture that was given.
    var photo: Photo? { isTransparent ? nil : references.first?.photo }

    /// `qwen-image-2.0  2048*2048  seed 7  #1`, and the references.
    var caption: String {
        let made = references.map(\.label).joined(separator: ", ")
        return "\(model)  \(size.text)  seed \(seed)  #\(index + 1)" + (made.isEmpty ? "" : "  from \(made)")
    }
}

/// A picture that was given, as far as what is made of it shows.
struct GivenPicture: Sendable, Equatable {
    /// `png 640x480`, or `link` where nothing was fetched.
    var label: String
    /// Width divided by height; nil where it is not known.
    var ratio: Double?
    /// Tells files apart.
    var fingerprint: UInt64
    /// Its bytes; nil where nothing was fetched, or where there is no room for them.
    var photo: Photo?
}
