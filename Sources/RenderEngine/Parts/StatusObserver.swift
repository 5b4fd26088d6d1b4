import RenderCore

/// Hears what changes about jobs and renders, and writes it down for people. The parts that do the work know no more of
/// it than this.
protocol StatusObserver: Sendable {
    /// The job's `STATUS.txt` must be updated.
    func touch(_ job: JobID) async
    /// The render waits for this reason.
    func waits(_ render: RenderID, because reason: QueueReason) async
}
