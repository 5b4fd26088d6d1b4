public import struct Foundation.Date

/// Something to write in the same transaction as a render's move.
public enum Fact: Sendable, Equatable {
    /// A new attempt; `render.attempts` becomes its number, which must be higher than it is, else the whole step fails
    /// with `LedgerError.attemptExists`.
    case attemptBegan(AttemptRecord)
    /// The attempt's row as it is now; its key is render and number.
    case attemptEnded(AttemptRecord)
    /// The task's row as it is now. A task that belongs to another render fails the whole step with
    /// `LedgerError.taskTaken`.
    case task(TaskRecord)
    case output(OutputRecord)
    /// Reserves the estimate if the caps allow it, else the whole step fails with `LedgerError.overBudget`.
    case reserve(SpendRecord, caps: SpendCaps)
    /// The attempt's spend row as it is now; its key is render and attempt.
    case spend(SpendRecord)
    /// The result without links, kept for sidecars and questions.
    case result(RenderResult)
}

/// One move of one render with all that is known of it: written as a whole or not at all.
public struct Step: Sendable, Equatable {
    public var render: RenderID
    /// The state in which the render must stand.
    public var from: RenderMachine.State.Name
    /// How many attempts the writer knows of; where the ledger knows of others the step fails with `LedgerError.conflict`. Nil: any.
    public var attempts: Int?
    public var to: RenderMachine.State
    public var facts: [Fact]
    public var at: Date

    public init(
        render: RenderID, from: RenderMachine.State.Name, attempts: Int? = nil, to: RenderMachine.State,
        facts: [Fact] = [], at: Date
    ) {
        self.render = render
        self.from = from
        self.attempts = attempts
        self.to = to
        self.facts = facts
        self.at = at
    }
}
