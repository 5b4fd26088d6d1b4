/// The submit paths. A new one is a case and its line in each table below.
enum SubmitPath: String, Sendable, CaseIterable {
    case multimodalGeneration = "/services/aigc/multimodal-generation/generation"
    case imageGeneration = "/services/aigc/image-generation/generation"
    case textToImage = "/services/aigc/text2image/image-synthesis"
    case imageToImage = "/services/aigc/image2image/image-synthesis"
    case outPainting = "/services/aigc/image2image/out-painting"
    case background = "/services/aigc/background-generation/generation"
    case video = "/services/aigc/video-generation/video-synthesis"
    case imageToVideo = "/services/aigc/image2video/video-synthesis"

    /// Reads a path below the API root. The background path is documented with a slash at its end.
    init?(path: String) {
        if let known = SubmitPath(rawValue: path) {
            self = known
        } else if path == SubmitPath.background.rawValue + "/" {
            self = .background
        } else {
            return nil
        }
    }

    /// The service runs each path in one mode only.
    var isAsync: Bool {
        switch self {
        case .multimodalGeneration: false
        case .imageGeneration, .textToImage, .imageToImage, .outPainting, .background, .video, .imageToVideo: true
        }
    }

    /// `aigc:<task>:<function>`, as in `user_api_unique_key`.
    var uniqueKey: String {
        rawValue.split(separator: "/").dropFirst().joined(separator: ":")
    }
}
