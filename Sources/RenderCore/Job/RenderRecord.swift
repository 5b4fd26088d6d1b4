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

    /// What the ledger has after this step of the render.
    public mutating func add(_ step: Step) {
        for fact in step.facts { add(fact) }
        render.state = step.to
        render.since = step.at
    }

    private mutating func add(_ fact: Fact) {
        switch fact {
        case .attemptBegan(let attempt):
            render.attempts = attempt.number
            attempts.put(attempt, for: \.number)
        case .attemptEnded(let attempt): attempts.put(attempt, for: \.number)
        case .task(let task): tasks.put(task, for: \.id)
        case .output(let output):
            outputs.put(output, for: \.index)
            outputs.sort { $0.index < $1.index }
        case .reserve(let one, caps: _), .spend(let one): spend.put(one, for: \.attempt)
        case .result(let result): render.result = result.withoutLinks
        }
    }
}

extension Array {
    /// Replaces the element with the same key, or appends.
    fileprivate mutating func put<Key: Equatable>(_ element: Element, for key: (Element) -> Key) {
        if let index = firstIndex(where: { key($0) == key(element) }) {
            self[index] = element
        } else {
            append(element)
        }
    }
}
