public import Foundation
import GRDB
public import RenderCore

extension SQLiteLedger {
    public func closeQueue(of job: JobID, at now: Date, leaving wish: Wish?) async throws -> Int? {
        try await write { db in
            let state = try Row.fetchOne(db, sql: "SELECT state FROM jobs WHERE id = ?", arguments: [job.text])
            guard let state else { throw LedgerError.noSuchJob(job.text) }
            guard try Reading(row: state).word("state") == JobRecord.State.active else { return nil }
            let arguments: StatementArguments = ["job": job.text, "at": now.epochMilliseconds]
            try db.execute(
                sql: "UPDATE jobs SET queue_closed_at = coalesce(queue_closed_at, :at) WHERE id = :job",
                arguments: arguments)
            try db.execute(
                sql: "UPDATE renders SET state = 'canceled', since = :at WHERE job = :job AND state = 'queued'",
                arguments: arguments)
            guard let wish else { return nil }
            try db.execute(sql: "INSERT INTO wishes (wish) VALUES (?)", arguments: [try Columns.json(wish)])
            return Int(db.lastInsertedRowID)
        }
    }

    public func close(_ job: JobRecord) async throws -> Bool {
        try await write { db in
            if try Self.hasOpenRenders(job.id, db) { return false }
            try JobRow.update(job, db)
            return true
        }
    }

    private static func hasOpenRenders(_ job: JobID, _ db: Database) throws -> Bool {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM renders WHERE job = ? AND state NOT IN ('delivered', 'failed', 'canceled'))
            """
        return try Bool.fetchOne(db, sql: sql, arguments: [job.text]) ?? false
    }

    public func reopen(_ reopening: Reopening) async throws {
        try await write { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT state FROM jobs WHERE id = ?", arguments: [reopening.job.text])
            guard let row else { throw LedgerError.noSuchJob(reopening.job.text) }
            let state: JobRecord.State = try Reading(row: row).word("state")
            let isClosing =
                try state == .active && reopening.wish != nil && !Self.hasOpenRenders(reopening.job, db)
            guard state == reopening.from, !isClosing else {
                throw LedgerError.conflict(RenderID(job: reopening.job, number: 0), stands: .failed)
            }
            try db.execute(
                sql: "UPDATE jobs SET state = 'active', finished_at = NULL, queue_closed_at = NULL WHERE id = ?",
                arguments: [reopening.job.text])
            let statement = try db.makeStatement(
                sql: """
                    UPDATE renders SET state = 'queued', state_failure = NULL, give_up_at = :give_up_at, since = :at,
                        attempts_before = attempts
                    WHERE job = :job AND number = :number AND state IN ('failed', 'canceled')
                    """)
            for render in reopening.renders {
                try statement.execute(arguments: [
                    "give_up_at": render.giveUpAt?.epochMilliseconds, "at": reopening.at.epochMilliseconds,
                    "job": reopening.job.text, "number": render.number,
                ])
            }
            guard let wish = reopening.wish, let answer = reopening.answer else { return }
            try db.execute(
                sql: "UPDATE wishes SET answer = ? WHERE number = ? AND answer IS NULL",
                arguments: [try Columns.json(answer), wish])
        }
    }
}
