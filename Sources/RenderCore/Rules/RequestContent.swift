/// What a provider is asked for, whatever the spelling: two renders with equal contents are served by either's pictures.
///
/// Read from the plan and not from `AttemptRecord.shown`: what is shown of a link has lost its query, so that two
/// different pictures of one server would look the same.
public struct RequestContent: Sendable, Hashable {
    private enum Medium: Sendable, Hashable {
        case file(sha256: String)
        /// Bytes, because two spellings of one `String` are two addresses.
        case link([UInt8])
        /// A file whose bytes we do not know is like no other.
        case unread(RenderID, name: String)
    }

    private let endpoint: String
    private let model: String
    private let prompt: String
    private let negativePrompt: String?
    private let media: [Medium]
    /// What each of the media is for.
    private let places: [PlannedReference.Place?]
    /// Where the body's media are told apart by their roles alone.
    private let roles: [String?]
    private let items: [[String: JSONValue]?]
    private let family: BodyFamily
    private let function: String?
    private let input: [String: JSONValue]
    private let size: String?
    private let resolution: String?
    private let ratio: String?
    private let duration: Int?
    private let count: Int
    private let seed: Int?
    private let promptExtend: Bool?
    private let watermark: Bool?
    private let parameters: [String: JSONValue]

    public init(_ plan: RenderPlan, of render: RenderID) {
        endpoint = plan.endpoint
        model = plan.model
        prompt = plan.prompt
        negativePrompt = plan.negativePrompt
        media = plan.references.map { reference in
            switch reference.source {
            case .url(let url): .link(Array(url.utf8))
            case .file: reference.sha256.map { .file(sha256: $0) } ?? .unread(render, name: reference.name)
            }
        }
        places = plan.references.map(\.place)
        roles = plan.family == .filmMedia ? plan.references.map(\.role) : []
        items = plan.references.map(\.item)
        family = plan.family
        function = plan.function
        input = plan.input ?? [:]
        size = plan.size
        resolution = plan.resolution
        ratio = plan.ratio
        duration = plan.duration
        count = plan.count
        seed = plan.seed
        promptExtend = plan.promptExtend
        watermark = plan.watermark
        parameters = plan.parameters
    }
}
