import RenderCore
import Synchronization

/// Remembers that something happened since the last check.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
    func take() -> Bool { value.exchange(false, ordering: .sequentiallyConsistent) }
    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
}

/// Closed until an event has happened, then open for good.
final class Latch: Sendable {
    private let flag = Flag()
    private let sleepers = Mutex<[WakeSignal]>([])

    var isOpen: Bool { flag.isSet }

    func open() {
        flag.set()
        for wake in sleepers.withLock({ $0 }) { wake.ring() }
    }

    /// Returns when it is open, or the task was cancelled.
    func opened(clock: any Clock<Duration>) async {
        let wake = WakeSignal()
        sleepers.withLock { $0.append(wake) }
        while !isOpen, !Task.isCancelled { await wake.wait(atMost: .seconds(3600), clock: clock) }
    }
}

/// Failures that were reported: each kind once for everything and once for each job.
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

/// Jobs whose end is being written, and jobs whose end could not be written.
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
