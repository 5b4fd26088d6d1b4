public import struct Foundation.Date

/// The current record of a render.
public struct RenderRecord: Sendable, Equatable {
    public var id: RenderID
    public var plan: RenderPlan
    public var state: RenderMachine.State
    /// Attempts begun so far.
    public var attempts: Int
    /// Attempts before a person's last retry: `limits.attempts` counts again from there.
    public var attemptsBefore: Int
    /// Nothing is submitted after this.
    public var giveUpAt: Date?
    /// When it entered its state.
    public var since: Date
    /// The result without links, kept after delivery.
    public var result: RenderResult?

    public init(
        id: RenderID, plan: RenderPlan, state: RenderMachine.State = .queued, attempts: Int = 0,
        attemptsBefore: Int = 0, giveUpAt: Date? = nil, since: Date, result: RenderResult? = nil
    ) {
        self.id = id
        self.plan = plan
        self.state = state
        self.attempts = attempts
        self.attemptsBefore = attemptsBefore
        self.giveUpAt = giveUpAt
        self.since = since
        self.result = result
    }
}

extension RenderRecord {
    /// Delivered by an earlier job that this one tries again: it is not sent, and costs nothing here.
    public var isKept: Bool { state == .delivered && attempts == 0 }

    /// The task that it follows, as a row for a ledger that lacks it; nil: it follows none.
    public var taskAtProvider: TaskRecord? {
        guard case .following(let task) = state else { return nil }
        return TaskRecord(
            id: task, render: id, attempt: attempts, model: plan.model, status: "PENDING", acceptedAt: since)
    }
}

/// Everything about a render that a sidecar or a decision needs.
public struct RenderHistory: Sendable, Equatable {
    public var render: RenderRecord
    /// In order of number.
    public var attempts: [AttemptRecord]
    public var tasks: [TaskRecord]
    /// In order of index.
    public var outputs: [OutputRecord]
    public var spend: [SpendRecord]

    public init(
        render: RenderRecord, attempts: [AttemptRecord], tasks: [TaskRecord], outputs: [OutputRecord],
        spend: [SpendRecord]
    ) {
        self.render = render
        self.attempts = attempts
        self.tasks = tasks
        self.outputs = outputs
        self.spend = spend
    }
}
