public import struct Foundation.Date

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
    /// All media that it is given, with their roles, in the order in which the body names them.
    public var references: [PlannedReference]
    /// Which of its functions a model shall carry out: `expand`, …; nil: it has none.
    public var function: String?
    /// As the wire spells it: `1664*928` or `2K`; nil where the model chooses.
    public var size: String?
    /// `720P`, of a film whose model takes a class and not a size.
    public var resolution: String?
    /// `16:9`, of a film whose model takes it apart from its resolution.
    public var ratio: String?
    /// Of a film, in seconds; what is not more than zero is the model's own word for something else.
    public var duration: Int?
    /// How many outputs; always sent where the family knows the word.
    public var count: Int
    public var seed: Int?
    public var promptExtend: Bool?
    public var watermark: Bool?
    public var parameters: [String: JSONValue]
    /// Further keys of the body's `input`; nil: none.
    public var input: [String: JSONValue]?
    /// The answer comes in pieces while it is made (SSE); nil: no.
    public var streams: Bool?
    /// False: nobody knows whether the provider's list would show its task. Nil: it does where the call is asynchronous.
    public var leavesTask: Bool?
    /// The answer may hold texts between its pictures; nil: it does not.
    public var makesTexts: Bool?
    /// File-name template; nil: the default for the number of renders.
    public var outputName: String?
    public var priority: JobPriority
    public var notBefore: Date?
    /// Seconds from the drop after which nothing more is submitted.
    public var giveUpAfterSeconds: Double?
    public var tags: [String]
    public var metadata: [String: JSONValue]
    /// What the whole submission is expected to cost at most; nil where the catalogue has no price.
    public var estimate: Money?
    /// The prices by which it is settled; nil where the catalogue has none, and in plans from before they were kept.
    public var quote: Quote?
    /// True: of a job that came back, a render that was delivered before and changed since. It goes into a folder of its own beside the
    /// job's. Nil: into the job's folder.
    public var apart: Bool?
    /// What may run at once and be submitted together with others of the lane.
    public var lane: LaneLimit
    /// What was doubtful about the job file, each with its place; nil: nothing, or from before it was kept.
    public var warnings: [String]?

    public init(
        number: Int, kind: JobKind, modelAsked: String, model: String, endpoint: String, mode: CallMode,
        family: BodyFamily, prompt: String, negativePrompt: String? = nil, references: [PlannedReference] = [],
        function: String? = nil, size: String? = nil, resolution: String? = nil, ratio: String? = nil,
        duration: Int? = nil, count: Int = 1, seed: Int? = nil, promptExtend: Bool? = nil, watermark: Bool? = nil,
        parameters: [String: JSONValue] = [:], input: [String: JSONValue]? = nil, streams: Bool? = nil,
        leavesTask: Bool? = nil, makesTexts: Bool? = nil,
        outputName: String? = nil, priority: JobPriority = .normal,
        notBefore: Date? = nil, giveUpAfterSeconds: Double? = nil, tags: [String] = [],
        metadata: [String: JSONValue] = [:], estimate: Money? = nil, quote: Quote? = nil, lane: LaneLimit
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
        self.function = function
        self.size = size
        self.resolution = resolution
        self.ratio = ratio
        self.duration = duration
        self.count = count
        self.seed = seed
        self.promptExtend = promptExtend
        self.watermark = watermark
        self.parameters = parameters
        self.input = input
        self.streams = streams
        self.leavesTask = leavesTask
        self.makesTexts = makesTexts
        self.outputName = outputName
        self.priority = priority
        self.notBefore = notBefore
        self.giveUpAfterSeconds = giveUpAfterSeconds
        self.tags = tags
        self.metadata = metadata
        self.estimate = estimate
        self.quote = quote
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
    /// Set in a catalogue of the user's own: the provider's word can only lower it. Nil: it is not.
    public var isOwn: Bool?

    public init(group: String, submits: Int, perSeconds: Int, running: Int?, isOwn: Bool? = nil) {
        self.group = group
        self.submits = submits
        self.perSeconds = perSeconds
        self.running = running
        self.isOwn = isOwn
    }
}
