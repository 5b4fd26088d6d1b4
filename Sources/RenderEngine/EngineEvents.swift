public import Foundation
public import RenderCore
internal import Synchronization

/// One thing that happened, for the log and for live progress.
public struct EngineEvent: Sendable {
    public enum Kind: Sendable {
        case started(unfinished: Int)
        case waiting(path: String, reason: String)
        case claimed(renders: Int, estimate: Money?)
        /// A job that was tried before: what is rendered again, for how much, and what stays.
        case retried(String)
        case warning(String)
        case invalid(problems: Int)
        case queued(reason: String)
        case submitting(attempt: Int, mode: CallMode)
        case accepted(TaskID)
        case running
        case refused(Failure)
        /// Its answer was lost; its task is looked for.
        case lost(Failure)
        /// The task of a lost answer, found at the provider.
        case found(TaskID)
        /// The provider has no task of a lost answer: it is sent again.
        case neverArrived
        /// A person has to decide.
        case undecided(Failure)
        case taskFailed(Failure, again: Bool)
        case rendered(outputs: Int)
        /// A result waits in the depot, because the outbox takes nothing.
        case kept(bytes: Int)
        case downloaded(file: String, bytes: Int)
        case delivered(files: [String], cost: Money?)
        case renderFailed(Failure)
        case jobDone(folder: String)
        case jobFailed(folder: String, Failure?)
        case jobCanceled(folder: String, CancelReport)
        case paused(Failure)
        /// One model waits for a person; the others go on.
        case modelWaits(String, Failure)
        case resumed
        /// What the provider says of the account's pace with a model: this limit holds for its lane from now on.
        case paced(model: String, LaneLimit)
        /// It did not say: the limit of before stays.
        case notPaced(model: String, Failure)
        case trouble(Failure)
        case stopping(String)
    }

    public var at: Date
    public var job: JobID?
    /// The job's name, for people.
    public var name: String?
    public var render: Int?
    public var kind: Kind

    public init(at: Date, job: JobID? = nil, name: String? = nil, render: Int? = nil, kind: Kind) {
        self.at = at
        self.job = job
        self.name = name
        self.render = render
        self.kind = kind
    }
}

/// Hands every event to every listener. A listener that does not keep up loses the oldest; nothing waits for it.
public final class EngineEvents: Sendable {
    private let listeners = Mutex<[Int: AsyncStream<EngineEvent>.Continuation]>([:])
    private let counter = Atomic<Int>(0)

    public init() {}

    public func stream() -> AsyncStream<EngineEvent> {
        let id = counter.add(1, ordering: .relaxed).newValue
        let (stream, continuation) = AsyncStream<EngineEvent>.makeStream(bufferingPolicy: .bufferingNewest(4096))
        listeners.withLock { $0[id] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.removeValue(forKey: id) }
        }
        return stream
    }

    public func send(_ event: EngineEvent) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(event) }
    }

    /// Ends every stream, after what was sent has been read.
    public func finish() {
        for listener in listeners.withLock({ Array($0.values) }) { listener.finish() }
    }
}
