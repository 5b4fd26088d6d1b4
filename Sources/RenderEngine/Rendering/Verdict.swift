public import Foundation
public import RenderCore

/// What a person or the search for lost tasks decided about one render.
public struct Verdict: Sendable {
    public enum Judge: String, Sendable {
        case person = "a person"
        case search = "the search for lost tasks"
    }

    public var kind: OperatorCommand.Kind
    public var judge: Judge
    /// The adopted task as the provider lists it.
    public var listing: TaskListing?

    public init(_ kind: OperatorCommand.Kind, by judge: Judge, listing: TaskListing? = nil) {
        self.kind = kind
        self.judge = judge
        self.listing = listing
    }

    /// Whether only a process that can query the provider may carry it out: an id that a person typed may not exist.
    public var asksFirst: Bool {
        switch (kind, judge) {
        case (.adopt, .person): true
        case (.adopt, .search), (.resend, _), (.giveUp, _), (.cancel, _), (.retry, _): false
        }
    }

    /// Whether it applies to a render in this state.
    public func fits(_ state: RenderMachine.State.Name) -> Bool {
        switch kind {
        case .resend, .adopt, .giveUp: state == .undecided
        case .cancel: state == .undecided || state == .queued
        // `JobRetry` does it, for whole jobs.
        case .retry: false
        }
    }

    /// Changes the render's state.
    ///
    /// - Throws: `LedgerError`: `.conflict` if it is in another state, `.taskTaken` if the task belongs to another
    ///   render.
    public func apply(
        to render: RenderRecord, ledger: any JobHistory & RenderQueue, held: HeldJobs, at now: Date
    ) async throws {
        guard fits(render.state.name) else { throw LedgerError.conflict(render.id, stands: render.state.name) }
        guard let history = try await ledger.history(of: render.id) else { throw LedgerError.noSuchRender(render.id) }
        // Sent again and lost again since: what was found out about the attempt before says nothing of this one.
        guard history.render.attempts == render.attempts else {
            throw LedgerError.conflict(render.id, stands: history.render.state.name)
        }
        let spend = history.spend.last { $0.attempt == render.attempts }
        var facts: [Fact] = []
        let event: RenderMachine.Event
        switch kind {
        case .resend:
            event = .sendAgain
            // The attempt itself stays without an outcome: a task that turns up late may still be its own.
            facts += Self.spend(spend, .released)
        case .adopt(let task):
            event = .adopted(task)
            facts += adoption(of: task, history.attempts.last { $0.number == render.attempts }, render)
        case .giveUp, .cancel, .retry:
            if render.state.name == .undecided { facts += Self.spend(spend, .settled) }
            event = end(of: render.state)
        }
        let lease = try held.lease(of: render.id.job)
        guard
            case .step(let step) = try RenderMachine.step(
                of: render, on: event, under: lease, facts: facts, at: now, by: judge.rawValue)
        else { throw LedgerError.conflict(render.id, stands: render.state.name) }
        try await ledger.record(step)
    }

    /// What was done, and what it may have cost, for the person who requested it.
    ///
    /// - Parameter before: the render's state before.
    public func done(_ before: RenderHistory) -> String {
        switch kind {
        case .resend, .retry: "will be sent again"
        case .adopt(let task): "adopted as task \(task)"
        case .giveUp, .cancel: Self.ending(before)
        }
    }

    private static func ending(_ before: RenderHistory) -> String {
        let lost = before.attempts.count { $0.outcome == nil || $0.outcome == .unknown }
        let price = before.render.plan.estimate.map { " (about \($0)\(lost > 1 ? " each" : ""))" } ?? ""
        if before.render.state.name == .undecided {
            // One of a lost ledger has no attempt on record.
            return lost > 1
                ? "given up; its \(lost) lost attempts may have been billed\(price)"
                : "given up; it may have been billed\(price)"
        }
        switch lost {
        case 0: return before.attempts.isEmpty ? "canceled; nothing was sent" : "canceled; nothing is billed"
        case 1: return "canceled; an earlier attempt may have been billed\(price)"
        default: return "canceled; \(lost) earlier attempts may have been billed\(price)"
        }
    }

    private static func spend(_ spend: SpendRecord?, _ state: SpendRecord.State) -> [Fact] {
        guard var spend else { return [] }
        spend.state = state
        return [.spend(spend)]
    }

    private func adoption(of task: TaskID, _ lost: AttemptRecord?, _ render: RenderRecord) -> [Fact] {
        var facts: [Fact] = [
            .task(
                TaskRecord(
                    id: task, render: render.id, attempt: render.attempts, model: render.plan.model,
                    status: (listing?.status ?? .pending).rawValue, acceptedAt: lost?.intentAt ?? render.since))
        ]
        if var attempt = lost {
            attempt.outcome = .accepted
            attempt.task = task
            attempt.failure = nil
            attempt.submitRequestID = attempt.submitRequestID ?? listing?.requestID
            facts.append(.attemptEnded(attempt))
        }
        return facts
    }

    private func end(of state: RenderMachine.State) -> RenderMachine.Event {
        guard case .undecided(let why) = state else { return .cancelAsked }
        return .gaveUp(
            Failure(
                .givenUp, .givenUp(by: judge.rawValue, because: why.message), fault: .job, retryable: false))
    }
}
