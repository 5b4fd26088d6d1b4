public import Foundation
import GRDB
public import RenderCore

/// What is asked in every pass: each statement reads an index from where it matters, and stops.
extension SQLiteLedger {
    public func record(_ steps: [Step]) async throws {
        let durability: Durability = steps.allSatisfy(\.isRepeatable) ? .soon : .now
        try await write(durability, erasingLinks: steps.contains { $0.from == .rendered }) { db in
            let writer = StepWriter(db: db)
            for step in steps { try writer.write(step) }
        }
    }

    public func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try await read { try Self.due(perLane: limit, at: now, $0) }
    }

    /// All three in one transaction: each one takes locks of its own, which are calls of the system.
    public func queueState(at now: Date, perLane limit: Int, overdueAtMost overdueMax: Int) async throws -> QueueState {
        try await read { db in
            QueueState(
                next: try Self.nextChange(after: now, db), overdue: try Self.overdue(at: now, limit: overdueMax, db),
                due: try Self.due(perLane: limit, at: now, db))
        }
    }

    private static func due(perLane limit: Int, at now: Date, _ db: Database) throws -> [RenderRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT renders.* FROM renders INDEXED BY renders_queued CROSS JOIN jobs ON jobs.id = renders.job
                WHERE renders.state = 'queued' AND renders.lane = ? AND jobs.state = 'active'
                    AND (renders.not_before IS NULL OR renders.not_before <= ?)
                ORDER BY renders.priority, renders.job, renders.number LIMIT ?
                """)
        let found = try lanes(db).flatMap { lane in
            try Row.fetchAll(statement, arguments: [lane, now.epochMilliseconds, limit]).map(RenderRow.record)
        }
        return found.sorted { ($0.plan.priority.rank, $0.id) < ($1.plan.priority.rank, $1.id) }
    }

    /// Lanes in which something is queued: one look into the index for each, however many renders wait in it.
    private static func lanes(_ db: Database) throws -> [String] {
        try db.values(
            String.self,
            sql: """
                WITH RECURSIVE lanes (lane) AS (
                    SELECT (SELECT min(lane) FROM renders WHERE state = 'queued')
                    UNION ALL
                    SELECT (SELECT min(lane) FROM renders WHERE state = 'queued' AND lane > lanes.lane)
                    FROM lanes WHERE lanes.lane IS NOT NULL)
                SELECT lane FROM lanes WHERE lane IS NOT NULL
                """)
    }

    public func overdue(at now: Date, limit: Int) async throws -> [RenderRecord] {
        try await read { try Self.overdue(at: now, limit: limit, $0) }
    }

    private static func overdue(at now: Date, limit: Int, _ db: Database) throws -> [RenderRecord] {
        try db.rows(
            sql: """
                SELECT renders.* FROM renders CROSS JOIN jobs ON jobs.id = renders.job
                WHERE renders.state = 'queued' AND jobs.state = 'active' AND renders.give_up_at < ?
                ORDER BY renders.give_up_at, renders.job, renders.number LIMIT ?
                """, arguments: [now.epochMilliseconds, limit]
        ).map(RenderRow.record)
    }

    public func nextChange(after now: Date) async throws -> Date? {
        try await read { try Self.nextChange(after: now, $0) }
    }

    private static func nextChange(after now: Date, _ db: Database) throws -> Date? {
        func first(_ column: String, _ condition: String) -> String {
            """
            SELECT * FROM (SELECT \(column) AS at FROM renders CROSS JOIN jobs ON jobs.id = renders.job
                WHERE renders.state = 'queued' AND renders.\(column) \(condition) AND jobs.state = 'active'
                ORDER BY renders.\(column) LIMIT 1)
            """
        }
        let sql =
            "SELECT min(at) FROM (" + first("not_before", "> :now") + " UNION ALL "
            + first("give_up_at", ">= :now") + ")"
        return try db.value(Int.self, sql: sql, arguments: ["now": now.epochMilliseconds]).map {
            Date(epochMilliseconds: $0)
        }
    }
}
