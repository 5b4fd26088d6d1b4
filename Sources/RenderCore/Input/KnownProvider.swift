/// What settings need to know of a provider.
public struct KnownProvider: Sendable, Equatable {
    /// `dashscope`
    public var name: String
    /// Its accounts belong to a region.
    public var hasRegions: Bool
    /// A base URL as it is usually written, for messages.
    public var baseURLExample: String

    public init(_ name: String, hasRegions: Bool, baseURLExample: String) {
        self.name = name
        self.hasRegions = hasRegions
        self.baseURLExample = baseURLExample
    }
}
