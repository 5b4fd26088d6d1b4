public import struct Foundation.Date

extension RenderMachine {
    /// What an event makes of a render.
    public enum Outcome: Sendable, Equatable {
        /// To be recorded (`RenderQueue.record`) before anything else is done.
        case step(Step)
        /// Late or repeated news: nothing is recorded, the first outcome stands.
        case late
    }

    /// The step that an event makes of a render, to be recorded in the ledger.
    ///
    /// - Parameters:
    ///   - render: as the writer knows it; the ledger refuses the step if the render has moved since.
    ///   - lease: of the render's job.
    ///   - facts: written in the same transaction.
    ///   - judge: who decided it, where neither the provider nor the engine did: `a person`.
    /// - Throws: `IllegalEvent` if the event cannot happen in the render's state: a mistake in the program.
    public static func step(
        of render: RenderRecord, on event: Event, under lease: JobLease, facts: [Fact] = [], at now: Date,
        by judge: String? = nil
    ) throws(IllegalEvent) -> Outcome {
        try step(of: render.standing, on: event, under: lease, facts: facts, at: now, by: judge)
    }

    /// The same for a writer that has not read the whole render.
    public static func step(
        of render: RenderStanding, on event: Event, under lease: JobLease, facts: [Fact] = [], at now: Date,
        by judge: String? = nil
    ) throws(IllegalEvent) -> Outcome {
        precondition(lease.job == render.id.job, "a lease of another job")
        var machine = RenderMachine(render.state)
        do {
            guard case .moved = try machine.handle(event) else { return .late }
        } catch {
            throw error.of(render.id)
        }
        return .step(
            Step(
                lease: lease, render: render.id, from: render.state.name, attempts: render.attempts, to: machine.state,
                facts: facts, at: now, by: judge))
    }
}

/// An event that cannot happen to a render in its state: a mistake in the program, never the news of a provider.
public struct IllegalEvent: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nil where a machine was asked that belongs to no render.
    public let render: RenderID?
    public let state: RenderMachine.State.Name
    /// The event's name.
    public let event: String

    init(_ event: RenderMachine.Event, in state: RenderMachine.State.Name) {
        self.init(render: nil, state: state, event: event.name)
    }

    private init(render: RenderID?, state: RenderMachine.State.Name, event: String) {
        self.render = render
        self.state = state
        self.event = event
    }

    func of(_ render: RenderID) -> IllegalEvent { IllegalEvent(render: render, state: state, event: event) }

    public var description: String {
        "\(event) cannot happen to a render that is \(state.rawValue)\(render.map { ": \($0)" } ?? "")"
    }
}

extension RenderMachine.Event {
    /// As `docs/job-lifecycle.md` spells it.
    public var name: String {
        switch self {
        case .intentWritten: "intentWritten"
        case .accepted: "accepted"
        case .completed: "completed"
        case .refused: "refused"
        case .notSent: "notSent"
        case .lost: "lost"
        case .taskFailed: "taskFailed"
        case .taskGone: "taskGone"
        case .linksExpired: "linksExpired"
        case .outputPublished: "outputPublished"
        case .published: "published"
        case .gaveUp: "gaveUp"
        case .cancelAsked: "cancelAsked"
        case .taskCanceled: "taskCanceled"
        case .sendAgain: "sendAgain"
        case .adopted: "adopted"
        case .doubted: "doubted"
        case .reconciled: "reconciled"
        }
    }
}
