/// The content of a request, independent of its spelling: if two renders have equal contents, either result fits either
/// render.
///
/// It is read from the plan and not from `AttemptRecord.shown`: a link shown there has lost its query, so two different
/// pictures on one server would look the same.
public struct RequestContent: Sendable, Hashable {
    private enum Medium: Sendable, Hashable {
        case file(sha256: String)
        /// Bytes, because two spellings of one `String` are two addresses.
        case link([UInt8])
        /// A file whose bytes are unknown equals no other.
        case unread(RenderID, name: String)
    }

    private let model: String
    private let prompt: String
    private let negativePrompt: String?
    private let media: [Medium]
    /// What each of the media is for, in the provider's words.
    private let places: [[String: JSONValue]]
    /// Of media for films that have no place of their own: only their roles distinguish them.
    private let roles: [String?]
    private let provider: String
    private let wire: [String: JSONValue]
    private let function: String?
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
        model = plan.model
        prompt = plan.prompt
        negativePrompt = plan.negativePrompt
        media = plan.references.map { reference in
            switch reference.source {
            case .url(let url): .link(Array(url.utf8))
            case .file: reference.sha256.map { .file(sha256: $0) } ?? .unread(render, name: reference.name)
            }
        }
        places = plan.references.map { $0.wire?.content ?? [:] }
        roles = plan.references.map { reference in
            let isPlaced = reference.wire?.content[ProviderReference.placeKey] != nil
            return plan.medium == .film && !isPlaced ? reference.role : nil
        }
        provider = plan.wire.provider
        wire = plan.wire.compared
        function = plan.function
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
