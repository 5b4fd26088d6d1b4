public import struct Foundation.Date

/// The Model Studio part of a plan. The planning of its models makes it, its service reads it; everybody else sees a `ProviderPlan`.
public struct BodyPlan: Sendable, Equatable {
    public static let provider = "dashscope"

    /// Path below the API root, e.g. `/services/aigc/text2image/image-synthesis`.
    public var endpoint: String
    public var family: BodyFamily
    /// Further keys of the body's `input`; nil: none.
    public var input: [String: JSONValue]?
    /// The answer is a stream (SSE); nil: it is not.
    public var streams: Bool?

    public init(
        endpoint: String, family: BodyFamily, input: [String: JSONValue]? = nil, streams: Bool? = nil
    ) {
        self.endpoint = endpoint
        self.family = family
        self.input = input
        self.streams = streams
    }

    /// Nil where it is another provider's, or of a family that this version does not know.
    public init?(_ wire: ProviderPlan) {
        guard wire.provider == Self.provider, let endpoint = wire.content[ProviderPlan.endpointKey]?.string,
            let family = wire.content[ProviderPlan.familyKey]?.string.flatMap(BodyFamily.init)
        else { return nil }
        self.init(
            endpoint: endpoint, family: family, input: wire.content[ProviderPlan.inputKey]?.object,
            streams: wire.sending?["streams"]?.bool)
    }

    public var wire: ProviderPlan {
        var content: [String: JSONValue] = [
            ProviderPlan.endpointKey: .string(endpoint), ProviderPlan.familyKey: .string(family.rawValue),
        ]
        if let input, !input.isEmpty { content[ProviderPlan.inputKey] = .object(input) }
        if family == .filmMedia { content[ProviderPlan.rolesKey] = true }
        return ProviderPlan(
            provider: Self.provider, content: content, sending: streams.map { ["streams": .bool($0)] })
    }
}

/// The Model Studio part of a reference.
public struct ReferenceBody: Sendable, Equatable {
    /// Nil: the family's own place.
    public var place: BodyPlace?
    /// False: it is uploaded however small it is. Nil: small pictures travel within the body.
    public var mayTravelWithin: Bool?
    /// Further keys of its item in `input.media`; nil: none.
    public var item: [String: JSONValue]?

    public init(
        place: BodyPlace? = nil, mayTravelWithin: Bool? = nil, item: [String: JSONValue]? = nil
    ) {
        self.place = place
        self.mayTravelWithin = mayTravelWithin
        self.item = item
    }

    public init(_ wire: ProviderReference?) {
        place = wire?.content["place"]?.string.flatMap(BodyPlace.init)
        item = wire?.content["item"]?.object
        mayTravelWithin = wire?.sending?["inline"]?.bool
    }

    /// Nil where nothing is said.
    public var wire: ProviderReference? {
        var content: [String: JSONValue] = [:]
        if let place { content["place"] = .string(place.text) }
        if let item { content["item"] = .object(item) }
        return ProviderReference(
            content: content, sending: mayTravelWithin.map { ["inline": .bool($0)] } ?? [:])
    }
}

extension PlannedReference {
    public var body: ReferenceBody {
        get { ReferenceBody(wire) }
        set { wire = newValue.wire }
    }

    public init(
        name: String, source: Source, role: String? = nil, body: ReferenceBody, sha256: String? = nil,
        bytes: Int? = nil, mediaType: String? = nil
    ) {
        self.init(
            name: name, source: source, role: role, wire: body.wire, sha256: sha256, bytes: bytes, mediaType: mediaType)
    }
}

extension RenderPlan {
    /// The Model Studio part. Setting it replaces the provider's part as a whole.
    public var body: BodyPlan {
        get { BodyPlan(wire) ?? BodyPlan(endpoint: "", family: .prompt) }
        set {
            wire = newValue.wire
            medium = newValue.family.makesFilms ? .film : .picture
        }
    }

    /// A plan for Model Studio.
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
        self.init(
            number: number, kind: kind, modelAsked: modelAsked, model: model, mode: mode,
            medium: family.makesFilms ? .film : .picture,
            wire: BodyPlan(endpoint: endpoint, family: family, input: input, streams: streams).wire, prompt: prompt,
            negativePrompt: negativePrompt, references: references, function: function, size: size,
            resolution: resolution, ratio: ratio, duration: duration, count: count, seed: seed,
            promptExtend: promptExtend, watermark: watermark, parameters: parameters, leavesTask: leavesTask,
            makesTexts: makesTexts, outputName: outputName, priority: priority, notBefore: notBefore,
            giveUpAfterSeconds: giveUpAfterSeconds, tags: tags, metadata: metadata, estimate: estimate, quote: quote,
            lane: lane)
    }
}
