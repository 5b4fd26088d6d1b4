public import Foundation
public import RenderCore

/// Operations of people on whole jobs: functions over the ledger, used by commands and by files in the inbox.
public struct JobControl: Sendable {
    private let ledger: any JobHistory & RenderQueue & SpendBook & OperatorCommands

    public init(_ ledger: any JobHistory & RenderQueue & SpendBook & OperatorCommands) {
        self.ledger = ledger
    }

    /// Cancels a job: when this returns, nothing more of it is sent but what was being sent at that moment.
    ///
    /// It leaves a command, and as long as that is not answered the ledger refuses every intent of the job. Whoever holds the
    /// job closes its queue, withdraws what has not begun at the provider, follows the rest, and closes the job.
    ///
    /// - Parameter held: the jobs that the caller holds: then the queue is closed here. Nil: another process holds them.
    /// - Returns: the number of the command, whose answer says how the job stands; nil: the job has ended already.
    /// - Throws: `LedgerError`.
    @discardableResult
    public func cancel(_ job: JobID, held: HeldJobs?, at now: Date) async throws -> Int? {
        guard let record = try await ledger.job(job) else { throw LedgerError.noSuchJob(job.text) }
        guard record.state == .active else { return nil }
        let lease: JobLease?
        do {
            lease = try held?.lease(of: job)
        } catch LedgerError.notOurs {
            // It may have ended since it was read.
            guard try await ledger.job(job)?.state == .active else { return nil }
            throw LedgerError.notOurs(job)
        }
        let number = try await ledger.add(OperatorCommand(job: job, kind: .cancel, at: now))
        if let lease { try await ledger.closeQueue(of: job, at: now, under: lease) }
        return number
    }

    /// The states of a canceled job's renders, from the ledger alone.
    ///
    /// - Throws: `LedgerError`.
    public func report(_ job: JobID, withdrawn: Set<RenderID> = []) async throws -> CancelReport {
        CancelReport(
            renders: try await ledger.renders(of: job), spend: try await ledger.spend(of: job), withdrawn: withdrawn)
    }
}
