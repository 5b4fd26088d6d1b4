public import struct Foundation.Date

/// One submission with every detail decided. It does not change after the claim.
public struct RenderPlan: Sendable, Codable, Equatable {
    /// From one, in order of expansion.
    public var number: Int
    public var kind: JobKind
    /// The model as the user typed it, and the row's id that is sent.
    public var modelAsked: String
    public var model: String
    /// Whether the submit is answered with the result or with a task.
    public var mode: CallMode
    /// What comes of it.
    public var medium: RenderResult.Medium
    /// What only its provider reads: how the request is spelled.
    public var wire: ProviderPlan
    public var prompt: String
    public var negativePrompt: String?
    /// All media that it is given, with their roles, in the order in which the request names them.
    public var references: [PlannedReference]
    /// The function of the model to use: `expand`, …; nil: it has none.
    public var function: String?
    /// As the wire spells it: `1664*928` or `2K`; nil where the model chooses.
    public var size: String?
    /// `720P`, for a film whose model takes a class and not a size.
    public var resolution: String?
    /// `16:9`, for a film whose model takes the ratio separately from the resolution.
    public var ratio: String?
    /// Length of a film in seconds; zero and negative values have a special meaning for the model.
    public var duration: Int?
    /// How many outputs; always sent where the family knows the word.
    public var count: Int
    public var seed: Int?
    public var promptExtend: Bool?
    public var watermark: Bool?
    public var parameters: [String: JSONValue]
    /// False: it is unknown whether the provider's list would show its task. Nil: it does if the call is asynchronous.
    public var leavesTask: Bool?
    /// The answer may contain text between its pictures; nil: it does not.
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
    /// Its part of the job's `max_cost`: at a higher price it is not sent. Nil: no limit, or older than such limits.
    public var priceMax: Money?
    /// The prices by which it is settled; nil where the catalogue has none, and in plans from before they were kept.
    public var quote: Quote?
    /// True: of a job that came back, a render that was delivered before and changed since. It goes into a folder of its own beside the
    /// job's. Nil: into the job's folder.
    public var apart: Bool?
    /// What may run at once and be submitted together with others of the lane.
    public var lane: LaneLimit
    /// The account of its provider that it was planned for; nil: the provider's first.
    public var account: String?
    /// Where it goes, frozen at the claim. Nil: not claimed yet, or older than routes.
    public var route: Route?
    /// Where it may go instead; nil: nowhere. Stored for later use.
    public var alternatives: [Route]?
    /// Warnings about the job file, each with its position; nil: none, or older than warnings.
    public var warnings: [String]?

    public init(
        number: Int, kind: JobKind, modelAsked: String, model: String, mode: CallMode, medium: RenderResult.Medium,
        wire: ProviderPlan, prompt: String, negativePrompt: String? = nil, references: [PlannedReference] = [],
        function: String? = nil, size: String? = nil, resolution: String? = nil, ratio: String? = nil,
        duration: Int? = nil, count: Int = 1, seed: Int? = nil, promptExtend: Bool? = nil, watermark: Bool? = nil,
        parameters: [String: JSONValue] = [:], leavesTask: Bool? = nil, makesTexts: Bool? = nil,
        outputName: String? = nil, priority: JobPriority = .normal,
        notBefore: Date? = nil, giveUpAfterSeconds: Double? = nil, tags: [String] = [],
        metadata: [String: JSONValue] = [:], estimate: Money? = nil, quote: Quote? = nil, lane: LaneLimit
    ) {
        self.number = number
        self.kind = kind
        self.modelAsked = modelAsked
        self.model = model
        self.mode = mode
        self.medium = medium
        self.wire = wire
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

    /// Reads plans of every version.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        number = try values.decode(Int.self, forKey: .number)
        kind = try values.decode(JobKind.self, forKey: .kind)
        modelAsked = try values.decode(String.self, forKey: .modelAsked)
        model = try values.decode(String.self, forKey: .model)
        mode = try values.decode(CallMode.self, forKey: .mode)
        if let older = try Self.providerPart(from: decoder, of: kind) {
            (wire, medium) = older
        } else {
            wire = try values.decode(ProviderPlan.self, forKey: .wire)
            medium = try values.decode(RenderResult.Medium.self, forKey: .medium)
        }
        prompt = try values.decode(String.self, forKey: .prompt)
        negativePrompt = try values.decodeIfPresent(String.self, forKey: .negativePrompt)
        references = try values.decode([PlannedReference].self, forKey: .references)
        function = try values.decodeIfPresent(String.self, forKey: .function)
        size = try values.decodeIfPresent(String.self, forKey: .size)
        resolution = try values.decodeIfPresent(String.self, forKey: .resolution)
        ratio = try values.decodeIfPresent(String.self, forKey: .ratio)
        duration = try values.decodeIfPresent(Int.self, forKey: .duration)
        count = try values.decode(Int.self, forKey: .count)
        seed = try values.decodeIfPresent(Int.self, forKey: .seed)
        promptExtend = try values.decodeIfPresent(Bool.self, forKey: .promptExtend)
        watermark = try values.decodeIfPresent(Bool.self, forKey: .watermark)
        parameters = try values.decode([String: JSONValue].self, forKey: .parameters)
        leavesTask = try values.decodeIfPresent(Bool.self, forKey: .leavesTask)
        makesTexts = try values.decodeIfPresent(Bool.self, forKey: .makesTexts)
        outputName = try values.decodeIfPresent(String.self, forKey: .outputName)
        priority = try values.decode(JobPriority.self, forKey: .priority)
        notBefore = try values.decodeIfPresent(Date.self, forKey: .notBefore)
        giveUpAfterSeconds = try values.decodeIfPresent(Double.self, forKey: .giveUpAfterSeconds)
        tags = try values.decode([String].self, forKey: .tags)
        metadata = try values.decode([String: JSONValue].self, forKey: .metadata)
        estimate = try values.decodeIfPresent(Money.self, forKey: .estimate)
        priceMax = try values.decodeIfPresent(Money.self, forKey: .priceMax)
        quote = try values.decodeIfPresent(Quote.self, forKey: .quote)
        apart = try values.decodeIfPresent(Bool.self, forKey: .apart)
        lane = try values.decode(LaneLimit.self, forKey: .lane)
        account = try values.decodeIfPresent(String.self, forKey: .account)
        route = try values.decodeIfPresent(Route.self, forKey: .route)
        alternatives = try values.decodeIfPresent([Route].self, forKey: .alternatives)
        warnings = try values.decodeIfPresent([String].self, forKey: .warnings)
    }
}

/// The name of a lane and its limits, from the catalogue.
public struct LaneLimit: Sendable, Codable, Hashable {
    /// Model id, or the row's `limit_group`.
    public var group: String
    /// At most `submits` in each `perSeconds`.
    public var submits: Int
    public var perSeconds: Int
    /// How many tasks the provider works on at once; nil for synchronous calls.
    public var running: Int?
    /// How many tasks may wait at the provider beside those that it works on: 0 where it refuses them. Nil: not known; then the first
    /// refusal tells.
    public var queue: Int?
    /// Set in a catalogue of the user's own: the provider's word can only lower it. Nil: it is not.
    public var isOwn: Bool?

    public init(
        group: String, submits: Int, perSeconds: Int, running: Int?, queue: Int? = nil, isOwn: Bool? = nil
    ) {
        self.group = group
        self.submits = submits
        self.perSeconds = perSeconds
        self.running = running
        self.queue = queue
        self.isOwn = isOwn
    }
}
