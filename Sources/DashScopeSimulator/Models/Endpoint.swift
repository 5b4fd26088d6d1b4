/// The submit paths. A new one (out-painting, background, video) is a case and its line in each table below.
enum Endpoint: String, Sendable, CaseIterable {
    case multimodalGeneration = "/services/aigc/multimodal-generation/generation"
    case imageGeneration = "/services/aigc/image-generation/generation"
    case textToImage = "/services/aigc/text2image/image-synthesis"
    case imageToImage = "/services/aigc/image2image/image-synthesis"

    /// The service runs each path in one mode only.
    var isAsync: Bool {
        switch self {
        case .multimodalGeneration: false
        case .imageGeneration, .textToImage, .imageToImage: true
        }
    }

    /// `aigc:<task>:<function>`, as in `user_api_unique_key`.
    var uniqueKey: String {
        rawValue.split(separator: "/").dropFirst().joined(separator: ":")
    }
}
