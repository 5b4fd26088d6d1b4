/// Where a render goes. Provider, account and region are frozen when a job is claimed, whatever the configuration says later: they
/// decide who pays. The root is the account's address at that time; an attempt has the root that it was sent to.
///
/// | key of | is made of |
/// | --- | --- |
/// | a request budget, a pause | provider and account |
/// | a task, the search for lost tasks | provider, account and region |
/// | a lane | provider, account, region, and the model's group |
public struct Route: Sendable, Codable, Hashable {
    /// `dashscope`
    public var provider: String
    /// The account's name in the configuration.
    public var account: String
    public var region: String
    /// The API's root: `https://host/api/v1`.
    public var root: String

    /// An account at a provider: it has one request budget, and pauses as a whole.
    public struct Owner: Sendable, Hashable {
        public var provider: String
        public var account: String

        public init(provider: String, account: String) {
            self.provider = provider
            self.account = account
        }
    }

    public init(provider: String, account: String, region: String, root: String) {
        self.provider = provider
        self.account = account
        self.region = region
        self.root = root
    }

    /// The same account at another address.
    public func at(_ root: String) -> Route {
        var route = self
        route.root = root
        return route
    }

    public var owner: Owner { Owner(provider: provider, account: account) }

    /// Where a task's id is unique, as one word: `dashscope/default/beijing`.
    public var taskPlace: String { [provider, account, region].joined(separator: "/") }

    /// The provider and account of a `taskPlace`, as one word: `dashscope/default`.
    public static func owner(ofPlace place: String) -> String {
        place.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }
}

extension RenderPlan {
    /// The name of its lane: the model's group, and where that is, once the route is known.
    public var laneName: String { route.map { "\($0.taskPlace)/\(lane.group)" } ?? lane.group }
}
