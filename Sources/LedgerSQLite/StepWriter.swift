import Foundation
import GRDB
import RenderCore

/// Writes one step into an open transaction; whatever it throws rolls the whole step back.
struct StepWriter {
    let db: Database

    func write(_ step: Step) throws {
        let id = step.render
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT state, attempts FROM renders WHERE job = ? AND number = ?"),
                arguments: [id.job.text, id.number])
        else { throw LedgerError.noSuchRender(id) }
        try Lease.check(step.lease, id.job, db)
        let stands: RenderMachine.State.Name = try Reading(row: row).word("state")
        let attempts: Int = try Reading(row: row).need("attempts")
        let target = try standing(after: step)
        guard stands == step.from, step.attempts ?? attempts == attempts else {
            throw LedgerError.conflict(id, stands: stands)
        }
        if step.to.name == .sending { try checkCommands(about: id) }
        for fact in step.facts { try write(fact, of: id) }
        try RenderRow.move(id, to: target, since: step.at, db)
    }

    /// - Throws: `LedgerError.cancelAsked`.
    private func checkCommands(about id: RenderID) throws {
        let open = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT wish FROM wishes WHERE answer IS NULL ORDER BY number"))
        for row in open {
            let command: OperatorCommand = try Reading(row: row).json("wish")
            if command.forbidsSending(id) { throw LedgerError.cancelAsked(id) }
        }
    }

    /// Writes what an event makes of each of these renders, as the machine decides it. They were read in the same
    /// transaction.
    ///
    /// - Throws: `IllegalEvent` if the event cannot happen to one of them.
    func move(
        _ renders: [RenderStanding], on event: RenderMachine.Event, under lease: JobLease, at now: Date
    ) throws {
        for render in renders {
            guard case .step(let step) = try RenderMachine.step(of: render, on: event, under: lease, at: now) else {
                continue
            }
            try write(step)
        }
    }

    /// Where the step leads: a job that was canceled meanwhile has no queue to go back to.
    private func standing(after step: Step) throws -> RenderMachine.State {
        guard step.to == .queued else { return step.to }
        let closed = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT queue_closed_at FROM jobs WHERE id = ?"),
            arguments: [step.render.job.text])
        return closed == nil ? step.to : step.to.inClosedQueue
    }

    private func write(_ fact: Fact, of id: RenderID) throws {
        switch fact {
        case .attemptBegan(let attempt): try begin(attempt)
        case .attemptEnded(let attempt): try AttemptRow.put(attempt, db)
        case .task(let task): try TaskRow.put(task, db)
        case .output(let output): try OutputRow.put(output, db)
        case .reserve(let spend, let caps): try SpendRow.reserve(spend, caps: caps, db)
        case .spend(let spend): try SpendRow.put(spend, db)
        case .result(let result):
            try db.run(
                sql: "UPDATE renders SET result = ? WHERE job = ? AND number = ?",
                arguments: [try Columns.json(result.withoutLinks), id.job.text, id.number])
        }
    }

    private func begin(_ attempt: AttemptRecord) throws {
        try db.run(
            sql: "UPDATE renders SET attempts = :attempt WHERE job = :job AND number = :number AND attempts < :attempt",
            arguments: [
                "job": attempt.render.job.text, "number": attempt.render.number, "attempt": attempt.number,
            ])
        guard db.changesCount == 1 else {
            throw LedgerError.attemptExists(attempt.render, number: attempt.number)
        }
        try AttemptRow.put(attempt, db)
    }
}
