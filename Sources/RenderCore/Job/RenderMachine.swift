/// The states of one render as a pure machine: an event goes in, and the next action comes out. It is the only maker of
/// steps (`step`).
///
/// The state is written to the ledger before an action that costs money. `docs/job-lifecycle.md` has the table; a test
/// compares it with this code.
public struct RenderMachine: Sendable, Equatable {
    public enum State: Sendable, Codable, Equatable {
        /// Waits for its turn.
        case queued
        /// The intent is recorded, the answer is not: after a crash nobody knows whether it was accepted.
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
        /// One output is published; others, or the sidecar, are not yet.
        case outputPublished
        /// Every output and the sidecar.
        case published
        /// Waited too long, or can never be sent.
        case gaveUp(Failure)
        /// A person cancels the render, or its job's queue closes: the job is canceled, or its folder was taken away.
        case cancelAsked
        case taskCanceled
        /// A person's answer to an undecided render, or the command to try a failed or canceled one again; a job's
        /// folder that comes back is such a command.
        case sendAgain
        case adopted(TaskID)
        /// More is known about why nobody knows what became of it.
        case doubted(Failure)
        /// The job's journal, or the folder in which the job lies, knows more than the ledger.
        case reconciled(State)
    }

    /// What an event is to a render.
    public enum Reply: Sendable, Equatable {
        /// It moves the render, whose one next action is this.
        case moved(Action)
        /// Late or repeated news of a render that has gone on: nothing changes, the first outcome stands.
        case late
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
    }

    public private(set) var state: State

    public init(_ state: State = .queued) {
        self.state = state
    }

    /// Moves the render, and says which one effect the caller must now perform.
    ///
    /// - Throws: if the event cannot happen in this state. The render is not moved then.
    public mutating func handle(_ event: Event) throws(IllegalEvent) -> Reply {
        if let state = next(on: event) {
            self.state = state
            return .moved(next)
        }
        guard isLate(event) else { throw IllegalEvent(event, in: state.name) }
        return .late
    }

    /// The state after an event that moves the render; nil: it does not.
    private func next(on event: Event) -> State? {
        switch (state, event) {
        case (.queued, .intentWritten(let attempt)): .sending(attempt: attempt)
        case (.queued, .gaveUp(let failure)): .failed(failure)
        case (.queued, .cancelAsked): .canceled
        case (.sending, .accepted(let task)): .following(task)
        case (.sending, .completed(let result)), (.following, .completed(let result)): .rendered(result)
        case (.sending, .refused(let failure)), (.sending, .notSent(let failure)):
            failure.fault == .job ? .failed(failure) : .queued
        case (.sending, .lost(let failure)): .undecided(failure)
        case (.following, .taskFailed(let failure, let mayTryAgain)): mayTryAgain ? .queued : .failed(failure)
        case (.following, .taskGone(let failure)), (.rendered, .taskGone(let failure)): .failed(failure)
        case (.following, .taskCanceled): .canceled
        // Without a task there is nobody to ask for new links: `taskGone` says so.
        case (.rendered(let result), .linksExpired): result.task.map { .following($0) }
        // Of a result whose task is gone, too: what lies in the spool is published.
        case (.following, .outputPublished), (.rendered, .outputPublished): state
        case (.rendered, .published): .delivered
        case (.undecided, .sendAgain), (.failed, .sendAgain), (.canceled, .sendAgain): .queued
        case (.undecided, .adopted(let task)): .following(task)
        case (.undecided, .gaveUp(let failure)): .failed(failure)
        case (.undecided, .doubted(let failure)): .undecided(failure)
        case (_, .reconciled(let told)): state.name.isFinal ? nil : told
        case (.queued, _), (.sending, _), (.following, _), (.rendered, _), (.delivered, _), (.failed, _),
            (.undecided, _), (.canceled, _):
            nil
        }
    }

    /// Whether an event that moves nothing is news from a time before the render came into its state. Anything else that
    /// moves nothing is a mistake of the caller's.
    private func isLate(_ event: Event) -> Bool {
        let isEnded = state.name.isFinal
        return switch event {
        // A former attempt's task may still be told about, whatever the render does by now.
        case .taskFailed, .taskGone, .taskCanceled: true
        // Of an attempt whose task is known already. Elsewhere it is something that was paid for and that nobody follows.
        case .accepted: isEnded || state.name == .following || state.name == .rendered
        case .completed: isEnded || state.name == .rendered
        case .linksExpired: isEnded || state.name == .following
        case .published: state.name == .delivered
        case .lost: state.name == .undecided
        case .gaveUp, .cancelAsked, .reconciled: isEnded
        case .sendAgain: state.name == .queued
        case .intentWritten, .refused, .notSent, .outputPublished, .adopted, .doubted: false
        }
    }

    /// What to do next with a render in this state. A restart continues each render with it, too.
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
    /// The names of the states in the ledger; they never change.
    public enum Name: String, Sendable, Codable, CaseIterable {
        case queued, sending, following, rendered, delivered, failed, undecided, canceled

        /// Nothing more happens without a person.
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
    /// The state that is written instead if the job's queue is closed: a render that would be queued is canceled.
    public var inClosedQueue: RenderMachine.State {
        switch self {
        case .queued: .canceled
        case .sending, .following, .rendered, .delivered, .failed, .undecided, .canceled: self
        }
    }
}
