public import struct Foundation.Date

/// Where a submit was sent, and with which key. Two submits of one origin belong to the same account.
public struct SubmitOrigin: Sendable, Hashable {
    /// `https://host/api/v1`; nil: not recorded.
    public var apiRoot: String?
    /// As `PreparedSubmit.keyMark`; nil: not known.
    public var keyMark: String?

    public init(apiRoot: String?, keyMark: String?) {
        self.apiRoot = apiRoot
        self.keyMark = keyMark
    }

    /// What is not recorded is taken from `other`: ledgers of older versions have neither.
    public func filled(from other: SubmitOrigin) -> SubmitOrigin {
        SubmitOrigin(apiRoot: apiRoot ?? other.apiRoot, keyMark: keyMark ?? other.keyMark)
    }
}

/// A render that the provider may be working on, by its latest attempt.
public struct OpenSubmit: Sendable, Equatable {
    public var render: RenderID
    public var state: RenderMachine.State.Name
    /// Nil while the answer is not known.
    public var task: TaskID?
    public var origin: SubmitOrigin
    /// When the intent was written.
    public var sentAt: Date
    public var estimate: Money?

    public init(
        render: RenderID, state: RenderMachine.State.Name, task: TaskID?, origin: SubmitOrigin, sentAt: Date,
        estimate: Money?
    ) {
        self.render = render
        self.state = state
        self.task = task
        self.origin = origin
        self.sentAt = sentAt
        self.estimate = estimate
    }
}
