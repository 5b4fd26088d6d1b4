public import Foundation
public import RenderCore

/// What a person or the search for lost tasks has decided about one render.
public struct Verdict: Sendable {
    public enum Judge: String, Sendable {
        case person = "a person"
        case search = "the search for lost tasks"
    }

    public var kind: Wish.Kind
    public var judge: Judge
    /// The adopted task as the provider lists it.
    public var listing: TaskListing?

    public init(_ kind: Wish.Kind, by judge: Judge, listing: TaskListing? = nil) {
        self.kind = kind
        self.judge = judge
        self.listing = listing
    }

    /// Whether it can be carried out only by whoever can ask the provider: an id that a person has typed may be no task's.
    public var asksFirst: Bool {
        switch (kind, judge) {
        case (.adopt, .person): true
        case (.adopt, .search), (.resend, _), (.giveUp, _), (.cancel, _), (.retry, _): false
        }
    }

    /// Whether a render in this state can be moved by it.
    public func fits(_ state: RenderMachine.State.Name) -> Bool {
        switch kind {
        case .resend, .adopt, .giveUp: state == .undecided
        case .cancel: state == .undecided || state == .queued
        // Of whole jobs: `JobRetry`.
        case .retry: false
        }
    }

    /// Moves the render, in the ledger and in the job's journal.
    ///
    /// - Throws: `LedgerError`: `.conflict` where it does not stand so, `.taskTaken` where the task is another render's.
    public func apply(
        to render: RenderRecord, ledger: any Ledger, workspace: any Workspace, at now: Date
    ) async throws {
        guard fits(render.state.name) else { throw LedgerError.conflict(render.id, stands: render.state.name) }
        guard let history = try await ledger.history(of: render.id) else { throw LedgerError.noSuchRender(render.id) }
        // Sent again and lost again since: what was found out about the attempt before says nothing of this one.
        guard history.render.attempts == render.attempts else {
            throw LedgerError.conflict(render.id, stands: history.render.state.name)
        }
        let spend = history.spend.last { $0.attempt == render.attempts }
        var facts: [Fact] = []
        var machine = RenderMachine(render.state)
        let outcome: AttemptRecord.Outcome
        switch kind {
        case .resend:
            _ = machine.handle(.sendAgain)
            // The attempt itself stays without an outcome: a task that turns up late may still be its own.
            outcome = .notSent
            facts += Self.spend(spend, .released)
        case .adopt(let task):
            _ = machine.handle(.adopted(task))
            outcome = .accepted
            facts += adoption(of: task, history.attempts.last { $0.number == render.attempts }, render)
        case .giveUp, .cancel, .retry:
            outcome = .unknown
            if render.state.name == .undecided { facts += Self.spend(spend, .settled) }
            _ = machine.handle(end(of: render.state))
        }
        try await ledger.record(
            Step(
                render: render.id, from: render.state.name, attempts: render.attempts, to: machine.state, facts: facts,
                at: now))
        guard render.state.name == .undecided else { return }
        try await workspace.journal(render.id.job, line(render, outcome, at: now))
    }

    /// What it did, and what that may have cost, for the person who wished it.
    ///
    /// - Parameter before: as it stood until then.
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
                ? "given up; whether its \(lost) lost attempts were billed is not known\(price)"
                : "given up; whether it was billed is not known\(price)"
        }
        switch lost {
        case 0: return before.attempts.isEmpty ? "canceled; nothing was sent" : "canceled; nothing is billed"
        case 1: return "canceled; whether an earlier attempt was billed is not known\(price)"
        default: return "canceled; whether \(lost) earlier attempts were billed is not known\(price)"
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
                    status: listing?.status ?? "PENDING", acceptedAt: lost?.intentAt ?? render.since))
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
                code: Failure.givenUp, message: "given up by \(judge.rawValue): \(why.message)",
                advice: "drop the job again to render it anew", fault: .job, retryable: false))
    }

    /// In the words of an answer, so that a journal alone tells it, too (`Chronicle`).
    private func line(_ render: RenderRecord, _ outcome: AttemptRecord.Outcome, at now: Date) -> JSONValue {
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(now)), "event": "answer", "render": .int(render.id.number),
            "attempt": .int(render.attempts), "by": .string(judge.rawValue), "outcome": .string(outcome.rawValue),
        ]
        if case .adopt(let task) = kind { line["task"] = .string(task.text) }
        return .object(line)
    }
}
