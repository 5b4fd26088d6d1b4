public import struct Foundation.Date

/// A fact to write in the same transaction as a render's change of state.
public enum Fact: Sendable, Equatable {
    /// A new attempt. `render.attempts` becomes its number, which must be higher than the current one; otherwise the
    /// whole step fails with `LedgerError.attemptExists`.
    case attemptBegan(AttemptRecord)
    /// The new contents of the attempt's row; its key is render and number.
    case attemptEnded(AttemptRecord)
    /// The new contents of the task's row. If the task belongs to another render, the whole step fails with
    /// `LedgerError.taskTaken`.
    case task(TaskRecord)
    case output(OutputRecord)
    /// Reserves the estimate if the caps allow it; otherwise the whole step fails with `LedgerError.overBudget`.
    case reserve(SpendRecord, caps: SpendCaps)
    /// The new contents of the attempt's spend row; its key is render and attempt.
    case spend(SpendRecord)
    /// The result without links, kept for sidecars and decisions.
    case result(RenderResult)
}

/// One change of one render, with all that is known about it: written completely or not at all.
///
/// Only `RenderMachine` makes steps (`RenderMachine.step`).
public struct Step: Sendable, Equatable {
    /// The right by which the render is changed: of its job.
    public let lease: JobLease
    public let render: RenderID
    /// The state in which the render must be.
    public let from: RenderMachine.State.Name
    /// The number of attempts that the writer knows; if the ledger has another number, the step fails with
    /// `LedgerError.conflict`. Nil: any; the machine always knows it.
    public let attempts: Int?
    public let to: RenderMachine.State
    public let facts: [Fact]
    public let at: Date
    /// Who decided it, where neither the provider nor the engine did: `a person`. For the journal.
    public let by: String?

    /// Not public, so that nobody outside this module moves a render without the machine.
    init(
        lease: JobLease, render: RenderID, from: RenderMachine.State.Name, attempts: Int? = nil,
        to: RenderMachine.State, facts: [Fact] = [], at: Date, by: String? = nil
    ) {
        self.lease = lease
        self.render = render
        self.from = from
        self.attempts = attempts
        self.to = to
        self.facts = facts
        self.at = at
        self.by = by
    }

    /// Whether everything that it tells can be learned again, for nothing: by asking the provider, from the outbox, from the
    /// journal. An intent cannot: it must be on the disk before the submit. Nor can the answer to one, or a person's word.
    public var isRepeatable: Bool {
        by == nil && to.name != .sending && (from == .following || from == .rendered) && to.name != .queued
    }

    /// What the caller must do once the step is recorded.
    public var next: RenderMachine.Action { RenderMachine(to).next }
}
