public import struct Foundation.Date

/// One recorded attempt of a render.
public struct AttemptRecord: Sendable, Codable, Equatable {
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case accepted, completed, refused
        case notSent = "not_sent"
        case unknown
    }

    public var render: RenderID
    /// From one.
    public var number: Int
    public var intentAt: Date
    public var answeredAt: Date?
    public var outcome: Outcome?
    public var endpoint: String
    public var submitRequestID: String?
    public var task: TaskID?
    public var failure: Failure?
    /// The body for people, as `PreparedSubmit.shown`.
    public var shown: JSONValue
    /// Of the key that it was sent with, as `PreparedSubmit.keyMark`; nil: not known.
    public var keyMark: String?
    /// The API root that it was sent to; nil: not recorded, as by older versions.
    public var apiRoot: String?
    /// Nil: of a version before routes.
    public var route: Route?

    public init(
        render: RenderID, number: Int, intentAt: Date, answeredAt: Date? = nil, outcome: Outcome? = nil,
        endpoint: String, submitRequestID: String? = nil, task: TaskID? = nil, failure: Failure? = nil,
        shown: JSONValue, keyMark: String? = nil, apiRoot: String? = nil, route: Route? = nil
    ) {
        self.render = render
        self.number = number
        self.intentAt = intentAt
        self.answeredAt = answeredAt
        self.outcome = outcome
        self.endpoint = endpoint
        self.submitRequestID = submitRequestID
        self.task = task
        self.failure = failure
        self.shown = shown
        self.keyMark = keyMark
        self.apiRoot = apiRoot
        self.route = route
    }

    public var origin: SubmitOrigin { SubmitOrigin(apiRoot: apiRoot, keyMark: keyMark) }
}

/// A task of ours at the provider.
public struct TaskRecord: Sendable, Codable, Equatable {
    public var id: TaskID
    public var render: RenderID
    public var attempt: Int
    public var model: String
    /// The provider's word when last heard.
    public var status: String
    public var acceptedAt: Date
    public var lastQueryAt: Date?
    public var endedAt: Date?

    public init(
        id: TaskID, render: RenderID, attempt: Int, model: String, status: String, acceptedAt: Date,
        lastQueryAt: Date? = nil, endedAt: Date? = nil
    ) {
        self.id = id
        self.render = render
        self.attempt = attempt
        self.model = model
        self.status = status
        self.acceptedAt = acceptedAt
        self.lastQueryAt = lastQueryAt
        self.endedAt = endedAt
    }
}
