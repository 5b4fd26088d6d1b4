/// What a render turns into what; raw values are words of the job file and never change.
public enum JobKind: String, Sendable, Codable, CaseIterable {
    case textToImage = "text-to-image"
    case imageEdit = "image-edit"
    case textToVideo = "text-to-video"
    case imageToVideo = "image-to-video"
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
