import RenderCore
import Synchronization

/// Retries an idempotent operation while a folder or the ledger's disk is unavailable.
struct OutageRetry: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    /// After this time, work that a restart can also do is given up and its failure thrown; nil: never.
    let patience: Duration?
    /// The folders and disks that are being waited for, for people.
    var hindrances = Hindrances()

    /// A batch does not wait long for space on a disk: people seldom make room while it waits.
    static let fullDiskPatience = Duration.seconds(10)

    /// Runs `work` until it succeeds, or fails for a reason that waiting does not mend: a file that went or changed is the
    /// caller's to look for, the folder is in order.
    ///
    /// What must be written down (`.aborting`) is written even when the task is cancelled meanwhile.
    ///
    /// - Parameter phase: how far a stop must have gone for this to be given up: `.stopping` where the work can just as
    ///   well be done after a restart, `.aborting` for what must be written down because money hangs on it.
    /// - Parameter isTold: the trouble was told already.
    /// - Parameter waited: of the patience, so much is used up.
    /// - Throws: `CancellationError` when a stop ended the waiting, else what `work` throws.
    func insist<Value: Sendable>(
        until phase: Shutdown.Phase, about job: JobRecord? = nil, isTold: Bool = false, waited: Duration = .zero,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        var failures = 0
        var waited = waited
        let id = hindrances.newID()
        while true {
            let trouble: Failure
            do {
                // Awaited right here; a task of its own is the only one that a cancellation does not reach.
                let value = try await phase == .aborting ? Task { try await work() }.value : work()
                if failures > 0 { hindrances.end(id) }
                return value
            } catch let failure as Failure where failure.isFolderOutOfOrder {
                trouble = failure
            } catch LedgerError.storage(let words) {
                trouble = .ledgerStorage(words)
            } catch {
                hindrances.end(id)  // not a folder's or a disk's any more
                throw error
            }
            failures += 1
            if failures == 1, !isTold {
                events.send(EngineEvent(at: parts.now(), job: job?.id, name: job?.name, kind: .trouble(trouble)))
            }
            let delay = Backoff(first: .milliseconds(500), longest: .seconds(30)).delay(
                after: failures, jitter: parts.jitter())
            hindrances.begin(id, trouble)
            if phase == .stopping, let patience {
                let limit = trouble.has(.diskFull) ? min(patience, Self.fullDiskPatience) : patience
                if waited >= limit { throw trouble }
            }
            waited += delay
            try await shutdown.pause(for: delay, clock: parts.clock, giveUpAt: phase)
        }
    }
}

/// Folders and disks that an operation is waiting for, or gave up waiting for. `RENDERDROP-STATUS.txt` lists them.
final class Hindrances: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: Failure] = [:]
        var onChange: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    /// The oldest of them.
    var first: Failure? {
        state.withLock { state in state.waiting.min { $0.key < $1.key }?.value }
    }

    /// Called when an operation starts to wait.
    func onChange(_ call: @escaping @Sendable () -> Void) { state.withLock { $0.onChange = call } }

    func newID() -> Int {
        state.withLock { state in
            state.next += 1
            return state.next
        }
    }

    func begin(_ id: Int, _ failure: Failure) {
        let call = state.withLock { state in
            let isNew = state.waiting.isEmpty
            state.waiting[id] = failure
            return isNew ? state.onChange : nil
        }
        call?()
    }

    func end(_ id: Int) { state.withLock { $0.waiting[id] = nil } }
}

extension Failure {
    /// True for a problem of a folder or disk that waiting may resolve; false for a problem of a single file.
    var isFolderOutOfOrder: Bool {
        fault == .folder && retryable && !has(.fileGone, .fileChanged)
    }

    static func ledgerStorage(_ words: String) -> Failure {
        Failure(
            .ledgerStorage, .ledgerNotWritable(words), fault: .folder, retryable: true)
    }
}
