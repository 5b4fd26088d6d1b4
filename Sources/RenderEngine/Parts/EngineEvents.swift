public import Foundation
public import RenderCore
internal import Synchronization

/// One thing that happened, for the log and for live progress.
public struct EngineEvent: Sendable {
    public enum Kind: Sendable {
        case started(StartReport)
        /// The provider takes the key, which it did not, or did not say, at the start.
        case keyWorks(place: String)
        /// A job of an earlier run goes on.
        case unfinished(JobProgress, renders: Int)
        case waiting(WaitingDrop)
        /// All that lies in the inbox and is not taken, each time that it changes.
        case inbox([WaitingDrop])
        case claimed(renders: Int, estimate: Money?)
        /// A retried job: what is rendered again, at what price, and what stays.
        case retried(String)
        case warning(String)
        case invalid(problems: Int)
        case queued(QueueReason)
        case submitting(attempt: Int, mode: CallMode)
        case accepted(TaskID)
        case running
        /// What the provider says of a task that waits or runs there, each time that it changes.
        case progress(TaskProgress)
        case refused(Failure)
        /// The answer to its submit was lost; its task is searched for.
        case lost(Failure)
        /// The task of a lost answer, found at the provider.
        case found(TaskID)
        /// The provider has no task for a lost answer: the render is sent again.
        case neverArrived
        /// A person has to decide.
        case undecided(Failure)
        case taskFailed(Failure, again: Bool)
        case rendered(outputs: Int)
        /// A result waits in the spool, because the outbox is unavailable.
        case kept(bytes: Int)
        case downloaded(file: String, bytes: Int)
        case delivered(files: [String], cost: Money?)
        case renderFailed(Failure)
        case jobDone(folder: String, JobProgress)
        case jobFailed(folder: String, Failure?, JobProgress)
        case jobCanceled(folder: String, CancelReport)
        case paused(Failure)
        /// One model waits for a person; the others continue.
        case modelWaits(String, Failure)
        case resumed
        /// The provider reported the account's rate limit for a model: it applies to its lane from now on.
        case paced(model: String, LaneLimit)
        /// The provider reported no limit: the previous one stays.
        case notPaced(model: String, Failure)
        case trouble(Failure)
        case stopping(StopReport)
    }

    /// Strictly increasing for the life of the process, also over a reload; 0: not sent yet. A listener that finds a number left out has
    /// lost events.
    public internal(set) var sequence = 0
    /// Which run of the engine sent it: the first is 1, and each reload begins the next.
    public internal(set) var run = 0
    public var at: Date
    public var job: JobID?
    /// The job's name, for people.
    public var name: String?
    public var render: Int?
    /// Where the file of a job that was just taken lay in the inbox.
    public var source: String?
    public var kind: Kind

    public init(
        at: Date, job: JobID? = nil, name: String? = nil, render: Int? = nil, source: String? = nil, kind: Kind
    ) {
        self.at = at
        self.job = job
        self.name = name
        self.render = render
        self.source = source
        self.kind = kind
    }
}

/// Sends every event to every listener. A listener that is too slow loses the oldest events; nothing waits for it.
public final class EngineEvents: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<EngineEvent>.Continuation] = [:]
        var counter = 0
        var sequence = 0
        var run = 0
        var start: StartReport?
        var waiting = EngineSnapshot.Waiting()
        var snapshot: EngineSnapshot?
    }
    private let state = Mutex(State())

    public init() {}

    /// Every event from now on, in the order of its numbers.
    ///
    /// - Parameter most: so many events wait for a listener at most; then the oldest are lost.
    public func stream(most: Int = 1 << 17) -> AsyncStream<EngineEvent> {
        let (stream, continuation) = AsyncStream<EngineEvent>.makeStream(bufferingPolicy: .bufferingNewest(most))
        let id = state.withLock { state in
            state.counter += 1
            state.listeners[state.counter] = continuation
            return state.counter
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Gives the event its number.
    public func send(_ event: EngineEvent) {
        // Sorted before others are kept waiting.
        let waiting: EngineSnapshot.Waiting? = if case .inbox(let drops) = event.kind { .init(drops) } else { nil }
        // Under the lock, so that no listener sees a number before a lower one.
        state.withLock { state in
            state.sequence += 1
            var event = event
            (event.sequence, event.run) = (state.sequence, state.run)
            if case .started(let report) = event.kind { state.start = report }
            if let waiting { state.waiting = waiting }
            for listener in state.listeners.values { listener.yield(event) }
        }
    }

    /// The last snapshot that was made; nil: none yet. It knows of no event with a number above its own.
    public var snapshot: EngineSnapshot? { state.withLock { $0.snapshot } }

    func keep(_ snapshot: EngineSnapshot) { state.withLock { $0.snapshot = snapshot } }

    /// The number of the last event.
    var sequence: Int { state.withLock { $0.sequence } }
    var start: StartReport? { state.withLock { $0.start } }
    var waiting: EngineSnapshot.Waiting { state.withLock { $0.waiting } }

    /// Events from now on belong to another run, of which nothing is known.
    func beginRun() {
        state.withLock { state in
            state.run += 1
            (state.start, state.waiting) = (nil, EngineSnapshot.Waiting())
        }
    }

    /// Ends every stream after its pending events have been read.
    public func finish() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.finish() }
    }
}
