import RenderCore
import Synchronization

/// Something that happened since somebody looked.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
    func take() -> Bool { value.exchange(false, ordering: .sequentiallyConsistent) }
    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
}

/// Shut until something has come about, then open for good.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when it is open, or the task was cancelled.
    func opened() async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}

/// Failures, each kind once for everything and once for each job.
final class Troubles: Sendable {
    private struct Entry {
        var job: JobID?
        var failure: Failure
    }

    private static let most = 1000
    private let list = Mutex<[Entry]>([])
    var all: [Failure] { list.withLock { $0.map(\.failure) } }

    /// - Returns: whether it is new.
    @discardableResult
    func add(_ failure: Failure, of job: JobID? = nil) -> Bool {
        list.withLock { list in
            if list.contains(where: { $0.failure.code == failure.code && $0.job == job }) { return false }
            if list.count >= Self.most { list.removeFirst() }
            list.append(Entry(job: job, failure: failure))
            return true
        }
    }
}

/// The ends of jobs that are being written, and those that did not come off.
final class Closings: Sendable {
    private struct State {
        var count = 0
        var failed: Set<JobID> = []
    }

    private let state = Mutex(State())
    var count: Int { state.withLock { $0.count } }
    func begin() { state.withLock { $0.count += 1 } }
    func end() { state.withLock { $0.count -= 1 } }
    func failed(_ job: JobID) { state.withLock { _ = $0.failed.insert(job) } }

    /// Jobs whose end is to be tried again.
    func takeFailed() -> [JobID] {
        state.withLock { state in
            defer { state.failed = [] }
            return state.failed.sorted()
        }
    }
}
