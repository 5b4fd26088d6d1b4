public enum LedgerError: Error, Sendable, Equatable {
    case noSuchJob(String)
    case noSuchRender(RenderID)
    /// The render does not stand where the step begins: somebody else was faster.
    case conflict(RenderID, stands: RenderMachine.State.Name)
    /// An attempt of this number (or a later one) was begun before.
    case attemptExists(RenderID, number: Int)
    /// The task was adopted by another render: taking it twice would deliver one picture to two people.
    case taskTaken(TaskID, by: RenderID)
    /// `scope` is `day` or `month`.
    case overBudget(scope: String, cap: Money, committed: Money, wanted: Money)
    /// The state was written by a newer renderdrop, is damaged, or lies where it must not.
    case unusable(String)
    /// Disk full, read-only, an input or output error: the database's own words.
    case storage(String)
}
