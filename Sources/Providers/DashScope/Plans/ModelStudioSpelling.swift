public import RenderCore

/// How Model Studio's requests are spelled: what the catalogue's rows and the planner leave to the provider.
public struct ModelStudioSpelling: RequestSpelling {
    public init() {}

    public var provider: String { BodyPlan.provider }
    public var forms: [RequestForm] { BodyFamily.allCases.map(\.form) }
    public var pathExample: String { "/services/aigc/…" }

    /// A job file may come from anybody on the share: it reaches the services that make things, and nothing else of the account.
    public func allows(path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.hasPrefix("/services/aigc/") && path.utf8.count <= 200
            && (parts.count == 5 || (parts.count == 6 && parts[5].isEmpty))
            && parts[3...4].allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            }
    }

    // MARK: Places

    /// - `key`: the key of the body's `input` that holds it.
    /// - `list`: the key that holds a list of such.
    /// - `type`: its type in `input.media`.
    /// - `within`: the key of the item before it in that list.
    public var placeKeys: [String] { ["key", "list", "type", "within"] }

    public func place(_ key: String, _ text: String) -> MediaPlace? {
        switch key {
        case "key": BodyPlace.key(text).media
        case "list": BodyPlace.list(text).media
        case "type": BodyPlace.media(text).media
        case "within": BodyPlace.within(0, key: text).media
        default: nil
        }
    }

    public func reference(at place: MediaPlace?, isUploaded: Bool) -> ProviderReference? {
        var body = ReferenceBody(place: place.flatMap { BodyPlace($0.text) })
        if let owner = place?.owner, case .within(_, let key)? = body.place { body.place = .within(owner, key: key) }
        if isUploaded { body.mayTravelWithin = false }
        return body.wire
    }

    // MARK: Plans

    public func plan(_ endpoint: Model.Endpoint, input: [String: JSONValue]) -> ProviderPlan {
        BodyPlan(
            endpoint: endpoint.path, family: BodyFamily(rawValue: endpoint.form.name) ?? .prompt, input: input,
            streams: endpoint.streams ? true : nil
        ).wire
    }

    public func plan(sidecar request: JSONValue, endpoint: String) -> ProviderPlan {
        // Sidecars from before the word was written are of two families only.
        let family =
            request["family"]?.string.flatMap(BodyFamily.init)
            ?? (request["body"]?["input"]?["messages"] == nil ? .prompt : .messages)
        return BodyPlan(
            endpoint: endpoint, family: family, input: request["input"]?.object,
            streams: request["body"]?["parameters"]?["stream"]?.bool == true ? true : nil
        ).wire
    }
}
