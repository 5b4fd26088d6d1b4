public import struct Foundation.Date

extension JournalReplay {
    /// A render of the journal, and where to continue with it.
    public struct Standing: Sendable, Equatable {
        public var state: RenderMachine.State
        /// Attempts begun.
        public var attempts: Int
        /// When it entered its state; nil: no line says so.
        public var since: Date?
        /// Of the last attempt; nil: none was made, or its line has none.
        public var route: Route?
    }

    /// By number of the render; those of which no line tells are left out.
    ///
    /// | last line that moved it | it stands |
    /// | --- | --- |
    /// | an intent without an answer | undecided |
    /// | accepted, with a task | following the task |
    /// | rendered, every file published | rendered: its sidecar is what is left |
    /// | rendered, of a task | following the task, whose links are asked for again |
    /// | rendered by a synchronous call, or unknown | undecided: its result, or whether there is one, stood in the lost ledger only |
    /// | refused, or not sent | in the queue |
    /// | delivered, failed, canceled | so |
    public var standings: [Int: Standing] {
        tracks.mapValues {
            Standing(
                state: Self.state($0), attempts: $0.begun, since: $0.since, route: $0.attempts[$0.begun]?.route)
        }
    }

    private static func state(_ track: Track) -> RenderMachine.State {
        switch track.state {
        case .queued: return .queued
        case .sending: return .undecided(.ledgerLost)
        case .following(let task): return .following(task)
        case .rendered(let result):
            if let result, !result.outputs.isEmpty,
                result.outputs.allSatisfy({ track.outputs[$0.index] != nil })
            {
                return .rendered(result)
            }
            let task = result?.task ?? track.attempts[track.begun]?.task
            return task.map { .following($0) } ?? .undecided(.ledgerLost)
        case .delivered: return .delivered
        case .failed(let failure): return .failed(failure ?? .ledgerLost)
        case .undecided(let failure): return .undecided(failure ?? .ledgerLost)
        case .canceled: return .canceled
        }
    }

    /// The money of an attempt that no line tells of: reserved unless its answer proves that nothing was accepted.
    ///
    /// - Parameter day: of the intent, as `Timestamp.budgetKeys` has it.
    static func spend(
        of attempt: AttemptRecord, plan: RenderPlan, job: JobRecord, keys: (day: String, month: String)
    ) -> SpendRecord {
        let isFree = attempt.outcome == .refused || attempt.outcome == .notSent
        return SpendRecord(
            render: attempt.render, attempt: attempt.number, state: isFree ? .released : .reserved,
            estimate: plan.estimate, at: attempt.intentAt, day: keys.day, month: keys.month, model: plan.model,
            folder: job.folder, account: plan.route?.account ?? job.account)
    }
}

extension Failure {
    /// Of a render that was, or may have been, sent, and of which no paper says more.
    public static let ledgerLost = Failure(
        .ledgerLost, .ledgerLost, fault: .provider, retryable: false)
}
