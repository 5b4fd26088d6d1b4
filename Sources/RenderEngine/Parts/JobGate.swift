import RenderCore
import Synchronization

/// Which jobs may be worked on: none before its journal has been compared with the ledger, which may be an older copy,
/// and none while its claim is being recorded.
///
/// Any component may ask at any time. Whoever reads work from the ledger asks afterwards: a claim closes the gate
/// before it writes its rows.
final class JobGate: Sendable {
    enum Standing: Sendable, Equatable {
        case open
        /// Its journal has not been compared: its queued renders may have been sent.
        case unread
        /// Its rows may be there, and its claim is not complete.
        case beingClaimed
    }

    private struct State {
        /// Nil: no journal has been compared.
        var unread: Set<JobID>?
        /// Jobs that came back while journals were being compared: that comparison may not have seen them.
        var arrived: Set<JobID> = []
        var claiming: Set<JobID> = []
    }
    private let state = Mutex(State())

    /// Jobs whose journals could not be compared; nil: all.
    var unread: Set<JobID>? { state.withLock { $0.unread } }

    /// Jobs that are being claimed.
    var claiming: Set<JobID> { state.withLock { $0.claiming } }

    /// Every job that is not open; nil: all.
    var closed: Set<JobID>? { state.withLock { state in state.unread.map { $0.union(state.claiming) } } }

    func standing(of job: JobID) -> Standing {
        state.withLock { state in
            if state.claiming.contains(job) { return .beingClaimed }
            return state.unread?.contains(job) ?? true ? .unread : .open
        }
    }

    func isBeingClaimed(_ job: JobID) -> Bool { state.withLock { $0.claiming.contains(job) } }
    func beginClaim(_ job: JobID) { state.withLock { _ = $0.claiming.insert(job) } }
    func endClaim(_ job: JobID) { state.withLock { _ = $0.claiming.remove(job) } }

    func beginComparison() { state.withLock { $0.arrived = [] } }

    /// - Parameter unread: jobs whose journals could not be compared.
    func endComparison(unread: Set<JobID>) {
        state.withLock { $0.unread = unread.union($0.arrived) }
    }

    /// The job's journal may know more than the ledger: until the next comparison.
    func hold(_ job: JobID) {
        state.withLock { state in
            state.unread?.insert(job)
            state.arrived.insert(job)
        }
    }

    /// The job's rows agree with its journal.
    func release(_ job: JobID) {
        state.withLock { state in
            if !state.arrived.contains(job) { state.unread?.remove(job) }
        }
    }
}
