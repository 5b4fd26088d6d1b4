/// One render's life as a pure machine: what happened goes in, the one thing to do next comes out.
///
/// The state is written to the ledger before an action that costs. `docs/job-lifecycle.md` holds the table; a test
/// compares it with this code.
public struct RenderMachine: Sendable, Equatable {
    public enum State: Sendable, Codable, Equatable {
        /// Waits for its turn.
        case queued
        /// The intent is written, the answer is not: after a crash nobody knows whether it was accepted.
        case sending(attempt: Int)
        /// The provider has it.
        case following(TaskID)
        /// The provider is done and the links are known.
        case rendered(RenderResult)
        /// Outputs and sidecar are published.
        case delivered
        case failed(Failure)
        /// May have been accepted and paid for; parked until it is found or a person decides.
        case undecided(Failure)
        case canceled
    }

    public enum Event: Sendable, Equatable {
        case intentWritten(attempt: Int)
        case accepted(TaskID)
        case completed(RenderResult)
        /// The answer proves that nothing was accepted.
        case refused(Failure)
        /// Nothing left this machine.
        case notSent(Failure)
        /// No answer that proves anything.
        case lost(Failure)
        /// The provider accepted, worked and failed; not billed.
        case taskFailed(Failure, mayTryAgain: Bool)
        /// The provider no longer knows the task.
        case taskGone(Failure)
        /// The links died while the task lives.
        case linksExpired
        case published
        /// Waited too long, or can never be sent.
        case gaveUp(Failure)
        case cancelAsked
        case taskCanceled
        /// A person's answer to an undecided render, or the wish to try a failed or canceled one again.
        case sendAgain
        case adopted(TaskID)
    }

    public enum Action: Sendable, Equatable {
        /// Wait for a turn, then write the intent.
        case admit
        case send(attempt: Int)
        case follow(TaskID)
        case deliver(RenderResult)
        /// Ask a person; look for the task.
        case ask
        /// Nothing more: the render is at its end.
        case close
        /// Late or repeated news: the first outcome stands.
        case none
    }

    public private(set) var state: State

    public init(_ state: State = .queued) {
        self.state = state
    }

    /// Moves the render and returns the one effect that the caller must now perform.
    public mutating func handle(_ event: Event) -> Action {
        switch (state, event) {
        case (.queued, .intentWritten(let attempt)):
            state = .sending(attempt: attempt)
        case (.queued, .gaveUp(let failure)):
            state = .failed(failure)
        case (.queued, .cancelAsked):
            state = .canceled
        case (.sending, .accepted(let task)):
            state = .following(task)
        case (.sending, .completed(let result)), (.following, .completed(let result)):
            state = .rendered(result)
        case (.sending, .refused(let failure)):
            state = failure.fault == .job ? .failed(failure) : .queued
        case (.sending, .notSent(let failure)):
            state = failure.fault == .job ? .failed(failure) : .queued
        case (.sending, .lost(let failure)):
            state = .undecided(failure)
        case (.following, .taskFailed(let failure, let mayTryAgain)):
            state = mayTryAgain ? .queued : .failed(failure)
        case (.following, .taskGone(let failure)), (.rendered, .taskGone(let failure)):
            state = .failed(failure)
        case (.following, .taskCanceled):
            state = .canceled
        case (.rendered(let result), .linksExpired):
            // Without a task there is nobody to ask for new links: `taskGone` says so.
            guard let task = result.task else { return .none }
            state = .following(task)
        case (.rendered, .published):
            state = .delivered
        case (.undecided, .sendAgain), (.failed, .sendAgain), (.canceled, .sendAgain):
            state = .queued
        case (.undecided, .adopted(let task)):
            state = .following(task)
        case (.undecided, .gaveUp(let failure)):
            state = .failed(failure)
        case (.queued, _), (.sending, _), (.following, _), (.rendered, _), (.delivered, _), (.failed, _),
            (.undecided, _), (.canceled, _):
            return .none
        }
        return next
    }

    /// What a render in this state waits for: the whole of a restart, too (see `Restart`).
    public var next: Action {
        switch state {
        case .queued: .admit
        case .sending(let attempt): .send(attempt: attempt)
        case .following(let task): .follow(task)
        case .rendered(let result): .deliver(result)
        case .undecided: .ask
        case .delivered, .failed, .canceled: .close
        }
    }
}

extension RenderMachine.State {
    /// The column's words; they never change.
    public enum Name: String, Sendable, Codable, CaseIterable {
        case queued, sending, following, rendered, delivered, failed, undecided, canceled

        /// Nothing more will happen by itself.
        public var isFinal: Bool {
            switch self {
            case .delivered, .failed, .canceled: true
            case .queued, .sending, .following, .rendered, .undecided: false
            }
        }
    }

    public var name: Name {
        switch self {
        case .queued: .queued
        case .sending: .sending
        case .following: .following
        case .rendered: .rendered
        case .delivered: .delivered
        case .failed: .failed
        case .undecided: .undecided
        case .canceled: .canceled
        }
    }
}

extension RenderMachine.State {
    /// Where a render stands that would move here while its job's queue is closed: what would wait for a turn is canceled.
    public var inClosedQueue: RenderMachine.State {
        switch self {
        case .queued: .canceled
        case .sending, .following, .rendered, .delivered, .failed, .undecided, .canceled: self
        }
    }
}
