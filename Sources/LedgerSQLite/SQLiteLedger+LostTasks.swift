public import Foundation
import GRDB
public import RenderCore

extension SQLiteLedger {
    public func lostTaskFacts(
        model: String, at place: String?, listed: [TaskID], since start: Date
    ) async throws -> LostTaskFacts {
        let texts = listed.map(\.text)
        // One transaction: a read in GRDB sees the database as of one moment.
        return try await read { db in
            LostTaskFacts(
                known: try Self.known(db, model: model, at: place, listed: texts, since: start),
                open: try Self.open(
                    db, model: model, of: place.map { Route.owner(ofPlace: $0) },
                    from: start - LostTaskFacts.submitSeconds),
                keyIDs: try Self.keyIDs(db))
        }
    }

    public func learn(keyID: String, ofMark mark: String) async throws {
        try await write {
            try $0.execute(sql: "INSERT OR REPLACE INTO keys (mark, key_id) VALUES (?, ?)", arguments: [mark, keyID])
        }
    }

    /// Random text that is this ledger's own, in lower-case hexadecimal: mixed into the marks of keys.
    ///
    /// - Throws: `LedgerError`.
    public func salt() async throws -> String {
        try await read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE name = 'salt'") ?? "" }
    }

    private static func known(
        _ db: Database, model: String, at place: String?, listed: [String], since start: Date
    ) throws -> [LostTaskFacts.Known] {
        try db.rows(
            sql: """
                SELECT tasks.*, attempts.key_mark AS key_mark, attempts.api_root AS api_root FROM tasks LEFT JOIN attempts USING (job, number, attempt)
                WHERE (tasks.id IN (SELECT value FROM json_each(:listed))
                    OR (tasks.model = :model AND tasks.accepted_at >= :start))
                    AND (:place IS NULL OR tasks.place IN ('', :place))
                ORDER BY tasks.accepted_at, tasks.id
                """,
            arguments: [
                "listed": try Columns.json(listed), "model": model, "start": start.epochMilliseconds,
                "place": place,
            ]
        ).map {
            LostTaskFacts.Known(
                task: try TaskRow.record($0), keyMark: try Reading(row: $0).find("key_mark"),
                apiRoot: try Reading(row: $0).find("api_root"))
        }
    }

    /// Attempts without a known outcome, and renders that wait for one although their attempts were lost with a former ledger.
    ///
    /// - Parameter first: of a render that went on without an answer, only attempts since then.
    private static func open(
        _ db: Database, model: String, of owner: String?, from first: Date
    ) throws -> [LostTaskFacts.Open] {
        let concerned = """
            json_extract(plan, '$.model') = :model AND (:owner IS NULL OR \(TaskRow.owner) IN ('', :owner))
            """
        var attempts = try db.rows(
            sql: """
                SELECT attempts.* FROM renders CROSS JOIN attempts USING (job, number)
                WHERE renders.state IN ('undecided', 'sending') AND (outcome IS NULL OR outcome = 'unknown')
                    AND \(concerned)
                """, arguments: ["model": model, "owner": owner]
        ).map(AttemptRow.record)
        attempts += try db.rows(
            sql: """
                SELECT attempts.* FROM attempts INDEXED BY attempts_open CROSS JOIN renders USING (job, number)
                WHERE (outcome IS NULL OR outcome = 'unknown') AND intent_at >= :first
                    AND renders.state NOT IN ('undecided', 'sending') AND \(concerned)
                """, arguments: ["model": model, "owner": owner, "first": first.epochMilliseconds]
        ).map(AttemptRow.record)
        attempts.sort { ($0.intentAt, $0.render, $0.number) < ($1.intentAt, $1.render, $1.number) }
        var open = try attempts.map { attempt in
            let row = try db.row(
                sql: "SELECT * FROM renders WHERE job = ? AND number = ?",
                arguments: [attempt.render.job.text, attempt.render.number])
            guard let row else { throw LedgerError.noSuchRender(attempt.render) }
            return LostTaskFacts.Open(render: try RenderRow.record(row), attempt: attempt)
        }
        open += try db.rows(
            sql: """
                SELECT renders.* FROM renders WHERE state IN ('undecided', 'sending') AND \(concerned)
                    AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.job = renders.job
                        AND attempts.number = renders.number AND attempts.attempt = renders.attempts)
                ORDER BY job, number
                """, arguments: ["model": model, "owner": owner]
        ).map { LostTaskFacts.Open(render: try RenderRow.record($0), attempt: nil) }
        return open
    }

    private static func keyIDs(_ db: Database) throws -> [String: String] {
        let rows = try db.rows(sql: "SELECT mark, key_id FROM keys").map(Reading.init)
        return Dictionary(
            try rows.map { (try $0.need("mark") as String, try $0.need("key_id") as String) },
            uniquingKeysWith: { first, _ in first })
    }
}
