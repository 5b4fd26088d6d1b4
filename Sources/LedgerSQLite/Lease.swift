import GRDB
import RenderCore

/// Who holds a job: the columns `term` and `epoch` of its row.
///
/// One process at a time works with this ledger, so a term ends when the next one joins, and a lease when the next term
/// takes the job. Nothing expires.
enum Lease {
    /// - Throws: `LedgerError.noSuchJob`, `LedgerError.notOurs`.
    static func check(_ lease: JobLease, _ job: JobID, _ db: Database) throws {
        guard let stands = try find(job, db) else { throw LedgerError.noSuchJob(job.text) }
        guard lease.job == job, stands == lease else { throw LedgerError.notOurs(job) }
    }

    /// - Throws: `LedgerError.termIsOver` if a later term has joined.
    static func check(_ term: Term, _ db: Database) throws {
        guard term.number >= (try last(db)) else { throw LedgerError.termIsOver(term) }
    }

    /// - Throws: `LedgerError.notOurs` if another term holds the job, or nobody.
    static func held(_ job: JobID, by term: Term, _ db: Database) throws -> JobLease {
        guard let lease = try find(job, db), lease.term == term else { throw LedgerError.notOurs(job) }
        return lease
    }

    static func give(_ job: JobID, to term: Term, _ db: Database) throws -> JobLease {
        try db.run(
            sql: "UPDATE jobs SET term = ?, epoch = epoch + 1 WHERE id = ?", arguments: [term.number, job.text])
        return try held(job, by: term, db)
    }

    static func join(_ db: Database) throws -> Term {
        let term = Term(try last(db) + 1)
        try db.run(
            sql: "INSERT OR REPLACE INTO meta (name, value) VALUES ('term', ?)", arguments: ["\(term.number)"])
        return term
    }

    /// The leases of active jobs, after giving the term those that another one held, at most `limit`.
    static func take(by term: Term, atMost limit: Int?, _ db: Database) throws -> [JobLease] {
        try db.run(
            sql: """
                UPDATE jobs SET term = :term, epoch = epoch + 1 WHERE id IN (
                    SELECT id FROM jobs WHERE state = 'active' AND term IS NOT :term ORDER BY id LIMIT :limit)
                """, arguments: ["term": term.number, "limit": limit ?? -1])
        return try db.rows(
            sql: "SELECT id, epoch FROM jobs WHERE state = 'active' AND term = ? ORDER BY id",
            arguments: [term.number]
        ).map(Reading.init).map { JobLease(job: try $0.jobID("id"), term: term, epoch: try $0.need("epoch")) }
    }

    /// The number of the last term that joined; zero: none.
    private static func last(_ db: Database) throws -> Int {
        let text = try db.value(String.self, sql: "SELECT value FROM meta WHERE name = 'term'")
        return text.flatMap { Int($0) } ?? 0
    }

    /// Nil if there is no such job; the term of a job that nobody holds is zero.
    static func find(_ job: JobID, _ db: Database) throws -> JobLease? {
        let sql = "SELECT term, epoch FROM jobs WHERE id = ?"
        return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [job.text]).map(Reading.init)
            .map { JobLease(job: job, term: Term(try $0.find("term") ?? 0), epoch: try $0.need("epoch")) }
    }
}
