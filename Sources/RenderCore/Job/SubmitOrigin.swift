public import struct Foundation.Date

/// The base URL and key of a submit. Submits with the same origin belong to the same account.
public struct SubmitOrigin: Sendable, Hashable {
    /// `https://host/api/v1`; nil: not recorded.
    public var apiRoot: String?
    /// As `PreparedSubmit.keyMark`; nil: not known.
    public var keyMark: String?

    public init(apiRoot: String?, keyMark: String?) {
        self.apiRoot = apiRoot
        self.keyMark = keyMark
    }

    /// Fills missing values from `other`: ledgers of older versions have neither.
    public func filled(from other: SubmitOrigin) -> SubmitOrigin {
        SubmitOrigin(apiRoot: apiRoot ?? other.apiRoot, keyMark: keyMark ?? other.keyMark)
    }
}

/// A render that the provider may be working on, with its latest attempt.
public struct OpenSubmit: Sendable, Equatable {
    public var render: RenderID
    public var state: RenderMachine.State.Name
    /// Nil while the answer is not known.
    public var task: TaskID?
    public var origin: SubmitOrigin
    /// When the intent was written.
    public var sentAt: Date
    public var estimate: Money?
    /// The account that it was made for; nil: the standard one, in plans that are older than routes.
    public var owner: Route.Owner?

    public init(
        render: RenderID, state: RenderMachine.State.Name, task: TaskID?, origin: SubmitOrigin, sentAt: Date,
        estimate: Money?, owner: Route.Owner? = nil
    ) {
        self.owner = owner
        self.render = render
        self.state = state
        self.task = task
        self.origin = origin
        self.sentAt = sentAt
        self.estimate = estimate
    }
}
