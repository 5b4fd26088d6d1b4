public import RenderCore

public import struct Foundation.Date

/// A ledger that also writes each step to the job's journal. Journals and sidecars are the second record, from which
/// `doctor --rebuild` rebuilds a lost ledger.
///
/// The ledger is written first, so a journal is newer only if it was written with another ledger: by a watcher on
/// another machine, or before a copy of this ledger was restored. A line that cannot be written does not fail the step.
/// The line of an intent must not be lost: `RenderRunner` writes it and waits for it before the submit, so it is not
/// written here.
public struct JournalledLedger: LedgerDecorator {
    public let ledger: any Ledger
    private let workspace: any Workspace
    private let now: @Sendable () -> Date
    private let onTrouble: @Sendable (Failure, JobID) -> Void

    /// - Parameter onTrouble: called if the answer to a submit could not be written. The other lines tell nothing that a
    ///   person has to know: the next line that fails says what is wrong with the folder.
    public init(
        _ ledger: any Ledger, workspace: any Workspace, now: @escaping @Sendable () -> Date,
        onTrouble: @escaping @Sendable (Failure, JobID) -> Void = { _, _ in }
    ) {
        self.ledger = ledger
        self.onTrouble = onTrouble
        self.workspace = workspace
        self.now = now
    }

    public func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        let lease = try await ledger.add(job, renders: renders, by: term)
        await note(job.id) { try JournalLine.added(job, renders: renders, at: now()) }
        return lease
    }

    public func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease {
        let lease = try await ledger.restore(job, by: term)
        await note(job.job.id, .now) {
            let kept = job.renders.filter(\.render.isKept).map { ($0.render.id.number, $0.outputs) }
            return try JournalLine.added(
                job.job, renders: job.renders.map(\.render), outputs: Dictionary(uniqueKeysWithValues: kept), at: now())
        }
        return lease
    }

    public func update(_ job: JobRecord, under lease: JobLease) async throws {
        try await ledger.update(job, under: lease)
        // A job that has ended left `working/` with its journal, and where it lies says how it ended.
        guard job.state == .active else { return }
        await note(job.id) { try JournalLine.updated(job, at: now()) }
    }

    /// Writes no line: the folder records `closed` before it leaves `working/`.
    public func close(_ job: JobRecord, under lease: JobLease) async throws -> Bool {
        try await ledger.close(job, under: lease)
    }

    public func append(_ renders: [RenderRecord], after cursor: Int, under lease: JobLease) async throws {
        try await ledger.append(renders, after: cursor, under: lease)
        await note(lease.job, .now) { try JournalLine.appended(renders, at: now()) }
    }

    public func record(_ steps: [Step]) async throws {
        try await ledger.record(steps)
        for step in steps where !step.isIntent {
            let failure = await note(step.render.job, step.isRepeatable ? .soon : .now) { try JournalLine.step(step) }
            if let failure, step.endsAttempt { onTrouble(failure, step.render.job) }
        }
    }

    public func leaveDrop(of id: JobID) async throws {
        try await ledger.leaveDrop(of: id)
        guard let job = try await ledger.job(id), job.state == .active else { return }
        await note(id) { try JournalLine.updated(job, at: now()) }
    }

    public func closeQueue(of job: JobID, at now: Date, under lease: JobLease) async throws {
        try await ledger.closeQueue(of: job, at: now, under: lease)
        await note(job, .now) { JournalLine.queueClosed(at: now) }
    }

    /// Here the journal is written first (`JobRetry`), so that a rebuilt ledger does not show the renders as failed.
    public func reopen(_ reopening: Reopening, by term: Term) async throws -> JobLease {
        try await ledger.reopen(reopening, by: term)
    }

    /// - Returns: why the line could not be written. The ledger has what it says.
    @discardableResult
    private func note(
        _ job: JobID, _ durability: Durability = .soon, _ line: () throws -> JSONValue
    ) async -> Failure? {
        do {
            try await workspace.journal(job, try line(), durability)
            return nil
        } catch let failure as Failure where !failure.has(.fileGone) {
            return failure
        } catch {
            // The job's folder was taken away, which is told before the next submit; or the task was cancelled.
            return nil
        }
    }
}

extension Step {
    /// Whether a submit follows as soon as the step is recorded.
    fileprivate var isIntent: Bool { to.name == .sending }

    fileprivate var endsAttempt: Bool {
        facts.contains { if case .attemptEnded = $0 { true } else { false } }
    }
}
