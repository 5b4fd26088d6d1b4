public import Foundation
public import RenderCore

/// A person's answer for renders that need a decision. Written while nobody else holds the workspace; the next start goes on from it.
public enum Decision: Sendable, Equatable {
    /// It was not rendered: send it again. The lost attempt's reservation is given back.
    case resend
    /// It is this task at the provider.
    case adopt(TaskID)
    /// Neither: the render fails. What it may have cost stays counted.
    case giveUp

    /// Moves one undecided render, in the ledger and in the job's journal.
    ///
    /// - Throws: `LedgerError`: `.conflict` where it is not undecided, `.taskTaken` where the task is another render's.
    public func apply(
        to render: RenderRecord, ledger: any Ledger, workspace: any Workspace, at now: Date
    ) async throws {
        guard case .undecided(let why) = render.state else {
            throw LedgerError.conflict(render.id, stands: render.state.name)
        }
        let spend = try await ledger.history(of: render.id)?.spend.last
        var facts: [Fact] = []
        var machine = RenderMachine(render.state)
        // In the words of an answer, so that a journal alone tells it, too (`JournalStanding`).
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(now)), "event": "answer", "render": .int(render.id.number),
            "attempt": .int(render.attempts), "by": "a person",
        ]
        switch self {
        case .resend:
            _ = machine.handle(.sendAgain)
            line["outcome"] = .string(AttemptRecord.Outcome.notSent.rawValue)
            if var spend {
                spend.state = .released
                facts.append(.spend(spend))
            }
        case .adopt(let task):
            _ = machine.handle(.adopted(task))
            line["outcome"] = .string(AttemptRecord.Outcome.accepted.rawValue)
            line["task"] = .string(task.text)
            facts.append(
                .task(
                    TaskRecord(
                        id: task, render: render.id, attempt: render.attempts, model: render.plan.model,
                        status: "PENDING", acceptedAt: render.since)))
        case .giveUp:
            let failure = Failure(
                code: "given_up", message: "given up by a person: \(why.message)",
                advice: "drop the job again to render it anew", fault: .job, retryable: false)
            _ = machine.handle(.gaveUp(failure))
            line["outcome"] = .string(AttemptRecord.Outcome.unknown.rawValue)
            if var spend {
                spend.state = .settled
                facts.append(.spend(spend))
            }
        }
        try await ledger.record(
            Step(render: render.id, from: .undecided, to: machine.state, facts: facts, at: now))
        try await workspace.journal(render.id.job, .object(line))
    }
}
