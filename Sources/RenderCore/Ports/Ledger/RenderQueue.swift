public import struct Foundation.Date

/// The jobs at work: who holds which, which renders are due, and every change of a job or a render.
///
/// A job is owned as a whole: its renders, its journal and its folders belong to the term that holds its lease. Every
/// function that writes is one transaction. It is on the disk when the function returns. Where the function says "soon", a
/// crash of the machine within the next second can lose it, but never without what was written after it.
///
/// - Throws: `LedgerError`: `.notOurs` if the job is held by another term; nothing is changed then.
public protocol RenderQueue: Sendable {
    /// Begins a term.
    ///
    /// - Parameter watcher: host and instance, for people.
    func join(as watcher: String) async throws -> Term
    /// Takes active jobs that no living term holds, at most `limit` of them (nil: all).
    ///
    /// - Returns: the leases of all active jobs that the term holds now, by job. So a repetition is safe.
    func take(by term: Term, atMost limit: Int?) async throws -> [JobLease]

    /// Adds a job with its renders, soon: its folder in `working/` says the same. Adding a job (same id) that the term holds already changes nothing.
    func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease
    /// Writes a job with everything known about its renders, completely or not at all. Does nothing if the term holds the
    /// job already. Throws `.taskTaken` if a task belongs to another render.
    func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease
    /// Updates the job's row (output folder, failure, state, finish), soon. Throws `.noSuchJob`. `leftInPlace` is never
    /// cleared, and only `reopen` makes an ended job active: the caller's row may be an old one.
    func update(_ job: JobRecord, under lease: JobLease) async throws
    /// Ends an active job whose renders have all ended, with the state in its row, soon: where its folder lies says the
    /// same. Throws `.noSuchJob`.
    ///
    /// - Returns: false if a render went back into the queue meanwhile; then nothing is changed.
    func close(_ job: JobRecord, under lease: JobLease) async throws -> Bool
    /// Closes the queue of an active job: its queued renders become canceled (`RenderMachine.Event.cancelAsked`), and
    /// nothing can be queued from then on. A render that is being sent by then stays as it is. Does nothing if the job
    /// has ended; throws `.noSuchJob`.
    func closeQueue(of job: JobID, at now: Date, under lease: JobLease) async throws
    /// Makes a job active again with an open queue, and puts failed and canceled renders back into it
    /// (`RenderMachine.Event.sendAgain`). The term takes the job if it has ended. Throws `.noSuchJob`, and `.conflict`
    /// if the job is not in the expected state or is about to be closed.
    func reopen(_ reopening: Reopening, by term: Term) async throws -> JobLease

    /// Appends renders to a job whose last render has the number `cursor` (zero: it has none); theirs follow it without a
    /// gap. If the job's queue is closed, they are written as `canceled`. A repetition changes nothing. Throws
    /// `.cursorMoved` if the job has other renders.
    func append(_ renders: [RenderRecord], after cursor: Int, under lease: JobLease) async throws
    /// Deletes ended jobs whose end is before `moment`, the oldest first: with their renders, attempts, tasks and outputs.
    /// What was spent stays, and so do jobs whose drop is still in the inbox, which would be taken again.
    ///
    /// - Returns: how many jobs; fewer than `limit`: no more are to be deleted.
    func prune(endedBefore moment: Date, atMost limit: Int) async throws -> Int

    /// Changes the states of renders, all of them or, if one fails, none; soon if all of them are repeatable
    /// (`Step.isRepeatable`). Leaving `rendered` erases the signed links. If a job's queue is closed, `queued` is written as
    /// `canceled`. Throws `.cancelAsked` where a render would be sent and a cancel of it or of its job is not answered.
    func record(_ steps: [Step]) async throws

    /// Returns when everything that was written before is on the disk.
    func flush() async throws

    /// Queued renders that may be sent at `now` (`not_before` has passed): the first `limit` of each lane, so that a
    /// full lane never hides another; by priority, then job, then number.
    func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord]
    /// Queued renders whose `give_up_at` has passed: the first `limit`, by that time, then job, then number.
    func overdue(at now: Date, limit: Int) async throws -> [RenderRecord]
    /// When, after `now`, the next queued render becomes due or overdue; nil if time alone changes nothing.
    func nextChange(after now: Date) async throws -> Date?
    /// The three of above at one moment.
    func queueState(at now: Date, perLane limit: Int, overdueAtMost overdueMax: Int) async throws -> QueueState

    /// Renders of active jobs that the provider may be working on (sending, following, rendered, undecided), each with
    /// the origin of its latest attempt.
    func openSubmits() async throws -> [OpenSubmit]
    /// Writes `route` into the plans of renders that have not ended and whose route was not recorded. Every render of the
    /// ledger is meant, so the term must be the last one that joined.
    func recordRoute(_ route: Route, by term: Term) async throws
    /// Writes `root` into the latest attempts of such renders whose root was not recorded, in the jobs of this term.
    func recordRoot(_ root: String, by term: Term) async throws
}

extension RenderQueue {
    /// One step, as `record(_:)` of several.
    ///
    /// - Throws: as that.
    public func record(_ step: Step) async throws { try await record([step]) }
}
