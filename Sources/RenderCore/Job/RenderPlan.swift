public import struct Foundation.Date

public enum CallMode: String, Sendable, Codable, CaseIterable {
    /// The answer to the submit is the result.
    case sync
    /// The answer to the submit names a task.
    case async
}

/// How a request's body is built and its answer read; a family is code, a model is a row.
public enum BodyFamily: String, Sendable, Codable, CaseIterable {
    /// `input.prompt`
    case prompt = "P"
    /// `input.messages`
    case messages = "M"
}

/// A picture that a render is given.
public struct PlannedReference: Sendable, Codable, Equatable {
    public enum Source: Sendable, Codable, Equatable {
        /// A file; the path is relative to the job's `references` folder once it is claimed.
        case file(name: String)
        case url(String)
    }

    /// As the job file names it.
    public var name: String
    public var source: Source
    /// Lower-case hexadecimal SHA-256, bytes and media type of a local file, known from the claim on.
    public var sha256: String?
    public var bytes: Int?
    public var mediaType: String?

    public init(name: String, source: Source, sha256: String? = nil, bytes: Int? = nil, mediaType: String? = nil) {
        self.name = name
        self.source = source
        self.sha256 = sha256
        self.bytes = bytes
        self.mediaType = mediaType
    }
}

/// One submission, decided in every detail; frozen at the claim.
public struct RenderPlan: Sendable, Codable, Equatable {
    /// From one, in order of expansion.
    public var number: Int
    public var kind: JobKind
    /// As the user typed it, and the row's id that goes on the wire.
    public var modelAsked: String
    public var model: String
    /// Path below the API root, e.g. `/services/aigc/text2image/image-synthesis`.
    public var endpoint: String
    public var mode: CallMode
    public var family: BodyFamily
    public var prompt: String
    public var negativePrompt: String?
    public var references: [PlannedReference]
    /// As the wire spells it: `1664*928` or `2K`; nil where the model chooses.
    public var size: String?
    /// How many pictures; always sent.
    public var count: Int
    public var seed: Int?
    public var promptExtend: Bool?
    public var watermark: Bool?
    public var parameters: [String: JSONValue]
    /// File-name template; nil: the default for the number of renders.
    public var outputName: String?
    public var priority: JobPriority
    public var notBefore: Date?
    /// Seconds from the drop after which nothing more is submitted.
    public var giveUpAfterSeconds: Double?
    public var tags: [String]
    public var metadata: [String: JSONValue]
    /// What the whole submission is expected to cost; nil where the catalogue has no price.
    public var estimate: Money?
    /// What may run at once and be submitted together with others of the lane.
    public var lane: LaneLimit

    public init(
        number: Int, kind: JobKind, modelAsked: String, model: String, endpoint: String, mode: CallMode,
        family: BodyFamily, prompt: String, negativePrompt: String? = nil, references: [PlannedReference] = [],
        size: String? = nil, count: Int = 1, seed: Int? = nil, promptExtend: Bool? = nil, watermark: Bool? = nil,
        parameters: [String: JSONValue] = [:], outputName: String? = nil, priority: JobPriority = .normal,
        notBefore: Date? = nil, giveUpAfterSeconds: Double? = nil, tags: [String] = [],
        metadata: [String: JSONValue] = [:], estimate: Money? = nil, lane: LaneLimit
    ) {
        self.number = number
        self.kind = kind
        self.modelAsked = modelAsked
        self.model = model
        self.endpoint = endpoint
        self.mode = mode
        self.family = family
        self.prompt = prompt
        self.negativePrompt = negativePrompt
        self.references = references
        self.size = size
        self.count = count
        self.seed = seed
        self.promptExtend = promptExtend
        self.watermark = watermark
        self.parameters = parameters
        self.outputName = outputName
        self.priority = priority
        self.notBefore = notBefore
        self.giveUpAfterSeconds = giveUpAfterSeconds
        self.tags = tags
        self.metadata = metadata
        self.estimate = estimate
        self.lane = lane
    }
}

/// A lane's name and its limits, as the catalogue has them.
public struct LaneLimit: Sendable, Codable, Hashable {
    /// Model id, or the row's `limit_group`.
    public var group: String
    /// At most `submits` in each `perSeconds`.
    public var submits: Int
    public var perSeconds: Int
    /// How many tasks the provider works on at once; nil for synchronous calls.
    public var running: Int?

    public init(group: String, submits: Int, perSeconds: Int, running: Int?) {
        self.group = group
        self.submits = submits
        self.perSeconds = perSeconds
        self.running = running
    }
}
