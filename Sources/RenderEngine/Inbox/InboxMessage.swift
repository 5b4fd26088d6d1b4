import RenderCore

/// What the components of the inbox report as soon as the ledger has it: nobody waits for the end of a scan.
enum InboxMessage: Sendable {
    /// The job's rows are written and its claim is complete.
    case claimed(JobID)
    /// The job has nothing more to do, and must be closed.
    case ended(JobID)
    /// A render whose rows were lost or older than its journal, and that left the queue: it continues.
    case continues(RenderRecord)
    /// The job's folder was taken back from the inbox, or the job was canceled there.
    case cameBack(JobID)
    /// The job's `STATUS.txt` must be updated.
    case touched(JobID)
}

/// Reports to the rest of the engine. Called after the fact is recorded; the receiver never calls back.
typealias InboxReport = @Sendable (InboxMessage) async -> Void
