/// What settings need to know of a provider.
public struct KnownProvider: Sendable, Equatable {
    /// `dashscope`
    public var name: String
    /// Its accounts belong to a region.
    public var hasRegions: Bool
    /// A base URL as it is usually written, for messages.
    public var baseURLExample: String

    /// Kinds of servers that speak its protocol, each in its own way; empty: there is one.
    public var dialects: [String]

    public init(_ name: String, hasRegions: Bool, baseURLExample: String, dialects: [String] = []) {
        self.name = name
        self.hasRegions = hasRegions
        self.baseURLExample = baseURLExample
        self.dialects = dialects
    }
}
