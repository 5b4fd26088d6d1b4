/// The kind of a render. Raw values are words of the job file and never change.
public enum JobKind: String, Sendable, Codable, CaseIterable {
    case textToImage = "text-to-image"
    case imageEdit = "image-edit"
    case textToVideo = "text-to-video"
    /// From a first frame, and perhaps a last one.
    case imageToVideo = "image-to-video"
    /// From pictures or films of the people and things that should appear.
    case referenceToVideo = "reference-to-video"
    case videoEdit = "video-edit"
    /// Extends a film at its end or its beginning.
    case videoExtension = "video-extension"
    /// A picture moves as a film shows it.
    case motionTransfer = "motion-transfer"
    /// A picture speaks or sings a recording.
    case speechToVideo = "speech-to-video"

    public var makesFilms: Bool { self != .textToImage && self != .imageEdit }
}

public enum JobPriority: String, Sendable, Codable, CaseIterable {
    case high, normal, low

    /// Smaller goes first.
    public var rank: Int {
        switch self {
        case .high: 0
        case .normal: 1
        case .low: 2
        }
    }
}
