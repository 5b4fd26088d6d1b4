public import RenderCore

/// The Model Studio part of a plan. `ModelStudioSpelling` makes it, the service reads it; everybody else sees a `ProviderPlan`.
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
        place = wire?.content[ProviderReference.placeKey]?.string.flatMap(BodyPlace.init)
        item = wire?.content[ProviderReference.itemKey]?.object
        mayTravelWithin = wire?.sending?["inline"]?.bool
    }

    /// Nil where nothing is said.
    public var wire: ProviderReference? {
        var content: [String: JSONValue] = [:]
        if let place { content[ProviderReference.placeKey] = .string(place.text) }
        if let item { content[ProviderReference.itemKey] = .object(item) }
        return ProviderReference(
            content: content, sending: mayTravelWithin.map { ["inline": .bool($0)] } ?? [:])
    }
}

extension PlannedReference {
    public var body: ReferenceBody {
        get { ReferenceBody(wire) }
        set { wire = newValue.wire }
    }
}

extension RenderPlan {
    /// The Model Studio part. Setting it replaces the provider's part as a whole.
    public var body: BodyPlan {
        get { BodyPlan(wire) ?? BodyPlan(endpoint: "", family: .prompt) }
        set {
            wire = newValue.wire
            medium = newValue.family.form.makesFilms ? .film : .picture
        }
    }
}
