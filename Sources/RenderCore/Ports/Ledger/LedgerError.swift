public enum LedgerError: Error, Sendable, Equatable {
    case noSuchJob(String)
    case noSuchRender(RenderID)
    /// The render is not in the state from which the step begins: another process was faster.
    case conflict(RenderID, stands: RenderMachine.State.Name)
    /// A person has asked for the cancel of the render or of its job, and whoever holds the job has not answered yet: it must not be sent.
    case cancelAsked(RenderID)
    /// Another term holds the job, or nobody: the writer is too late, or never had it.
    case notOurs(JobID)
    /// A later term has begun: this one may take and add no jobs any more.
    case termIsOver(Term)
    /// The job has other renders than the writer knows; its last one has this number.
    case cursorMoved(JobID, last: Int)
    /// An attempt with this or a later number exists.
    case attemptExists(RenderID, number: Int)
    /// Another render has adopted the task: adopting it twice would deliver one picture to two people.
    case taskTaken(TaskID, by: RenderID)
    /// `scope` is `day` or `month`.
    case overBudget(scope: String, cap: Money, committed: Money, wanted: Money)
    /// The state is from a newer renderdrop, is damaged, or is in a place where it must not be.
    case unusable(String)
    /// Disk full, read-only, an input or output error: the database's own message.
    case storage(String)
}
