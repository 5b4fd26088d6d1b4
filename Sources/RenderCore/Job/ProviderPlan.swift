/// The part of a plan that belongs to its provider: how the request is spelled, and where it goes. Only the provider and its own
/// planning read the fields; everybody else keeps, compares and shows them as they are.
public struct ProviderPlan: Sendable, Codable, Hashable {
    /// Whose fields these are: `dashscope`.
    public var provider: String
    /// What a request asks for. Two requests whose other values are equal ask for the same if these are equal, too.
    public var content: [String: JSONValue]
    /// How it is sent; it changes nothing of the result, and is never compared. Nil: nothing is said.
    public var sending: [String: JSONValue]?

    public init(provider: String, content: [String: JSONValue] = [:], sending: [String: JSONValue]? = nil) {
        self.provider = provider
        self.content = content
        self.sending = sending.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Names under which records and sidecars show a provider's fields, where it has them.
extension ProviderPlan {
    /// Plans and sidecars that name no provider are older than providers: all of them are this one's.
    public static let formerProvider = "dashscope"

    public static let endpointKey = "endpoint"
    public static let familyKey = "family"
    public static let inputKey = "input"
    /// Plans of an earlier version say with it that the roles of their media count.
    private static let formerKey = "roles_count"

    /// Where it goes, below the API root; empty: the provider does not say.
    public var endpoint: String { content[Self.endpointKey]?.string ?? "" }

    /// How the request is built, in the provider's word; otherwise the provider itself.
    var family: String { content[Self.familyKey]?.string ?? provider }

    var input: [String: JSONValue] { content[Self.inputKey]?.object ?? [:] }

    /// What tells two requests apart.
    var compared: [String: JSONValue] { content.filter { $0.key != Self.formerKey } }

    /// What a sidecar shows of it under no name of its own.
    var others: [String: JSONValue] {
        content.filter { ![Self.endpointKey, Self.familyKey, Self.inputKey, Self.formerKey].contains($0.key) }
    }
}

/// The part of a reference that belongs to the plan's provider: where its bytes stand in the request.
public struct ProviderReference: Sendable, Codable, Hashable {
    /// As `ProviderPlan.content`.
    public var content: [String: JSONValue]
    /// As `ProviderPlan.sending`.
    public var sending: [String: JSONValue]?

    /// - Returns: nil where nothing is said.
    public init?(content: [String: JSONValue] = [:], sending: [String: JSONValue] = [:]) {
        guard !content.isEmpty || !sending.isEmpty else { return nil }
        self.content = content
        self.sending = sending.isEmpty ? nil : sending
    }
}

/// Names under which records and sidecars show a provider's fields of a reference, where it has them.
extension ProviderReference {
    /// Where it stands, in the provider's word.
    public static let placeKey = "place"
    /// Parameters that belong to this reference alone.
    public static let itemKey = "item"
}
