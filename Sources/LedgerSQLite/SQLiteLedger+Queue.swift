public import Foundation
import GRDB
public import RenderCore

extension SQLiteLedger {
    public func join(as watcher: String) async throws -> Term {
        try await write { db in
            // Once a start, what nobody can use any more: no provider keeps an upload for a month.
            try UploadRow.remove(before: Date() - Self.uploadLife, db)
            try db.run(
                sql: "DELETE FROM wishes WHERE answer IS NOT NULL AND number <= (SELECT max(number) FROM wishes) - ?",
                arguments: [Self.answersKept])
            return try Lease.join(db)
        }
    }

    private static let uploadLife: TimeInterval = 30 * 86400
    /// Whoever waits for an answer asks within seconds.
    private static let answersKept = 1000

    public func take(by term: Term, atMost limit: Int?) async throws -> [JobLease] {
        try await write { db in
            try Lease.check(term, db)
            return try Lease.take(by: term, atMost: limit, db)
        }
    }

    public func closeQueue(of job: JobID, at now: Date, under lease: JobLease) async throws {
        try await write { db in
            let state = try db.row(sql: "SELECT state FROM jobs WHERE id = ?", arguments: [job.text])
            guard let state else { throw LedgerError.noSuchJob(job.text) }
            guard try Reading(row: state).word("state") == JobRecord.State.active else { return }
            try Lease.check(lease, job, db)
            try db.run(
                sql: "UPDATE jobs SET queue_closed_at = coalesce(queue_closed_at, :at) WHERE id = :job",
                arguments: ["job": job.text, "at": now.epochMilliseconds])
            try StepWriter(db: db).move(
                RenderRow.standings(of: job, in: [.queued], db), on: .cancelAsked, under: lease, at: now)
        }
    }

    public func add(_ job: JobRecord, renders: [RenderRecord], by term: Term) async throws -> JobLease {
        try await write(.soon) { db in
            try Lease.check(term, db)
            guard try JobRow.insertIfNew(job, db) else { return try Lease.held(job.id, by: term, db) }
            for render in renders {
                try RenderRow.insert(render, db)
                // One that its journal knows to be at the provider: its task must not look like a stranger's.
                if let task = render.taskAtProvider { try TaskRow.put(task, db) }
            }
            return try Lease.give(job.id, to: term, db)
        }
    }

    public func restore(_ job: RestoredJob, by term: Term) async throws -> JobLease {
        try await write { db in
            try Lease.check(term, db)
            guard try Self.restore(job, db) else { return try Lease.held(job.job.id, by: term, db) }
            return try Lease.give(job.job.id, to: term, db)
        }
    }

    public func update(_ job: JobRecord, under lease: JobLease) async throws {
        try await write(.soon) { db in
            try Lease.check(lease, job.id, db)
            try JobRow.update(job, db)
        }
    }

    public func close(_ job: JobRecord, under lease: JobLease) async throws -> Bool {
        try await write(.soon) { db in
            try Lease.check(lease, job.id, db)
            if try Self.hasOpenRenders(job.id, db) { return false }
            try JobRow.update(job, db)
            return true
        }
    }

    static func hasOpenRenders(_ job: JobID, _ db: Database) throws -> Bool {
        // Word for word the condition of the index, which has no render that has ended.
        let sql = """
            SELECT EXISTS (SELECT 1 FROM renders INDEXED BY renders_open
                WHERE job = ? AND state NOT IN ('delivered', 'failed', 'canceled'))
            """
        return try db.value(Bool.self, sql: sql, arguments: [job.text]) ?? false
    }

    public func reopen(_ reopening: Reopening, by term: Term) async throws -> JobLease {
        try await write { db in
            try Lease.check(term, db)
            let row = try db.row(sql: "SELECT state FROM jobs WHERE id = ?", arguments: [reopening.job.text])
            guard let row else { throw LedgerError.noSuchJob(reopening.job.text) }
            let state: JobRecord.State = try Reading(row: row).word("state")
            if state == .active { _ = try Lease.held(reopening.job, by: term, db) }
            let isClosing =
                try state == .active && reopening.command != nil && !Self.hasOpenRenders(reopening.job, db)
            guard state == reopening.from, !isClosing else {
                throw LedgerError.conflict(RenderID(job: reopening.job, number: 0), stands: .failed)
            }
            try db.run(
                sql: "UPDATE jobs SET state = 'active', finished_at = NULL, queue_closed_at = NULL WHERE id = ?",
                arguments: [reopening.job.text])
            let lease =
                state == .active
                ? try Lease.held(reopening.job, by: term, db) : try Lease.give(reopening.job, to: term, db)
            let asked = Dictionary(reopening.renders.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
            let again = try RenderRow.standings(of: reopening.job, in: [.failed, .canceled], db)
                .filter { asked[$0.id.number] != nil }
            try StepWriter(db: db).move(again, on: .sendAgain, under: lease, at: reopening.at)
            let statement = try db.cachedStatement(
                sql: "UPDATE renders SET give_up_at = ?, attempts_before = attempts WHERE job = ? AND number = ?")
            for render in again {
                let giveUpAt = asked[render.id.number]?.giveUpAt
                try statement.execute(arguments: [
                    giveUpAt?.epochMilliseconds, render.id.job.text, render.id.number,
                ])
            }
            if let command = reopening.command, let answer = reopening.answer {
                try db.run(
                    sql: "UPDATE wishes SET answer = ? WHERE number = ? AND answer IS NULL",
                    arguments: [try Columns.json(answer), command])
            }
            return lease
        }
    }
}
