public import Foundation
public import RenderCore

/// Operations of people on whole jobs: functions over the ledger, used by commands, by files in the inbox, and for
/// folders that are moved.
public struct JobControl: Sendable {
    private let ledger: any JobHistory & SpendBook & OperatorCommands

    public init(_ ledger: any JobHistory & SpendBook & OperatorCommands) {
        self.ledger = ledger
    }

    /// Cancels a job: when this returns, nothing more of it is sent but what was being sent at that moment.
    ///
    /// One transaction closes the job's queue and leaves a command. Whoever holds the workspace then withdraws what has not begun at the
    /// provider, follows the rest, and closes the job. Safe beside a running watcher, from any process: a submit intent of the
    /// watcher finds the render canceled and fails.
    ///
    /// - Returns: the number of the command, whose answer says how the job stands; nil: the job has ended already.
    /// - Throws: `LedgerError`.
    @discardableResult
    public func cancel(_ job: JobID, at now: Date) async throws -> Int? {
        try await ledger.closeQueue(of: job, at: now, leaving: OperatorCommand(job: job, kind: .cancel, at: now))
    }

    /// The states of a canceled job's renders, from the ledger alone.
    ///
    /// - Throws: `LedgerError`.
    public func report(_ job: JobID, withdrawn: Set<RenderID> = []) async throws -> CancelReport {
        CancelReport(
            renders: try await ledger.renders(of: job), spend: try await ledger.spend(of: job), withdrawn: withdrawn)
    }
}
