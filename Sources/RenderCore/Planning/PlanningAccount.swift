/// An account as planning sees it: whose models it renders, and in which region they are priced.
public struct PlanningAccount: Sendable {
    /// Its name in the configuration.
    public var name: String
    public var region: String
    /// Of its provider.
    public var catalogue: ModelCatalogue
    /// No account of this provider is configured: the variable that would hold its key. Nil: it is configured.
    public var missing: String?

    public init(name: String, region: String, catalogue: ModelCatalogue, missing: String? = nil) {
        self.missing = missing
        self.name = name
        self.region = region
        self.catalogue = catalogue
    }

    public var provider: String { catalogue.spelling.provider }

    /// Its row for a model; nil: its provider has none.
    func model(_ name: String) -> Model? {
        guard case .found(let found) = catalogue.find(name, region: region) else { return nil }
        return found.model
    }
}
