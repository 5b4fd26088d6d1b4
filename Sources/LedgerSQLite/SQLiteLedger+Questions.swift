public import Foundation
import GRDB
public import RenderCore

extension SQLiteLedger {
    public func job(_ id: JobID) async throws -> JobRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id.text]).map(JobRow.record)
        }
    }

    public func jobs(_ filter: JobFilter) async throws -> [JobRecord] {
        let states = filter.states.map(\.rawValue)
        // An index of some rows only is asked for by the same words that made it.
        let left = filter.leftInPlace ? "left_in_place = 1 AND" : ""
        return try await read { db in
            if let namesake = filter.atWorkNamed {
                return try Row.fetchAll(
                    db,
                    sql: """
                        SELECT * FROM jobs WHERE name_key = ? AND state = 'active' ORDER BY id DESC LIMIT ?
                        """, arguments: [Columns.key(namesake.name), filter.limit ?? -1]
                ).map(JobRow.record).filter { $0.folder == namesake.folder }
            }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM jobs WHERE \(left) state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?
                    """, arguments: [try Columns.json(states), filter.limit ?? -1]
            ).map(JobRow.record)
        }
    }

    public func jobs(matching text: String) async throws -> [JobRecord] {
        guard !text.isEmpty else { return [] }
        let key = Columns.key(text)
        return try await read { db in
            // `{` follows `z`, the last character that an id can have.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM jobs WHERE (id >= :key AND id < :key || '{') OR name_key = :key OR source_key = :key
                        OR substr(id, -8) = :tail OR (output_folder IS NOT NULL AND output_folder = :text)
                    ORDER BY id DESC
                    """, arguments: ["key": key, "tail": JobID.tail(in: text), "text": text]
            ).map(JobRow.record)
        }
    }

    public func jobs(retrying job: JobID) async throws -> [JobRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM jobs WHERE retry_of = ? ORDER BY id", arguments: [job.text])
                .map(JobRow.record)
        }
    }

    public func spend(of job: JobID) async throws -> [SpendRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM spend WHERE job = ? ORDER BY number, attempt", arguments: [job.text]
            ).map(SpendRow.record)
        }
    }

    public func renders(of job: JobID) async throws -> [RenderRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM renders WHERE job = ? ORDER BY number", arguments: [job.text])
                .map(RenderRow.record)
        }
    }

    public func renders(in states: [RenderMachine.State.Name], limit: Int?) async throws -> [RenderRecord] {
        let names = states.map(\.rawValue)
        return try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT renders.* FROM renders JOIN jobs ON jobs.id = renders.job
                    WHERE renders.state IN (SELECT value FROM json_each(?)) AND jobs.state = 'active'
                    ORDER BY renders.priority, renders.job, renders.number LIMIT ?
                    """, arguments: [try Columns.json(names), limit ?? -1]
            ).map(RenderRow.record)
        }
    }

    public func due(perLane limit: Int, at now: Date) async throws -> [RenderRecord] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    WITH placed AS (
                        SELECT renders.job, renders.number, ROW_NUMBER() OVER (
                            PARTITION BY renders.lane ORDER BY renders.priority, renders.job, renders.number) AS place
                        FROM renders JOIN jobs ON jobs.id = renders.job
                        WHERE renders.state = 'queued' AND jobs.state = 'active'
                            AND (renders.not_before IS NULL OR renders.not_before <= ?))
                    SELECT renders.* FROM placed JOIN renders USING (job, number) WHERE place <= ?
                    ORDER BY renders.priority, renders.job, renders.number
                    """, arguments: [now.epochMilliseconds, limit]
            ).map(RenderRow.record)
        }
    }

    public func overdue(at now: Date) async throws -> [RenderRecord] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT renders.* FROM renders JOIN jobs ON jobs.id = renders.job
                    WHERE renders.state = 'queued' AND jobs.state = 'active' AND renders.give_up_at < ?
                    ORDER BY renders.priority, renders.job, renders.number
                    """, arguments: [now.epochMilliseconds]
            ).map(RenderRow.record)
        }
    }

    public func nextChange(after now: Date) async throws -> Date? {
        try await read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT MIN(at) FROM (
                        SELECT not_before AS at, job FROM renders WHERE state = 'queued' AND not_before > :now
                        UNION ALL
                        SELECT give_up_at AS at, job FROM renders WHERE state = 'queued' AND give_up_at >= :now)
                    JOIN jobs ON jobs.id = job WHERE jobs.state = 'active'
                    """, arguments: ["now": now.epochMilliseconds]
            ).map { Date(epochMilliseconds: $0) }
        }
    }

    public func history(of render: RenderID) async throws -> RenderHistory? {
        try await read { db in
            func rows(_ table: String, by order: String) throws -> [Row] {
                try Row.fetchAll(
                    db, sql: "SELECT * FROM \(table) WHERE job = ? AND number = ? ORDER BY \(order)",
                    arguments: [render.job.text, render.number])
            }
            guard let row = try rows("renders", by: "number").first else { return nil }
            return RenderHistory(
                render: try RenderRow.record(row),
                attempts: try rows("attempts", by: "attempt").map(AttemptRow.record),
                tasks: try rows("tasks", by: "attempt, accepted_at, id").map(TaskRow.record),
                outputs: try rows("outputs", by: "output").map(OutputRow.record),
                spend: try rows("spend", by: "attempt").map(SpendRow.record))
        }
    }

    public func counts() async throws -> [RenderMachine.State.Name: Int] {
        try await read { db in
            var counts = Dictionary(uniqueKeysWithValues: RenderMachine.State.Name.allCases.map { ($0, 0) })
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT renders.state AS state, count(*) AS renders FROM renders JOIN jobs ON jobs.id = renders.job
                    WHERE jobs.state = 'active' GROUP BY renders.state
                    """)
            for row in rows.map(Reading.init) { counts[try row.word("state")] = try row.need("renders") as Int }
            return counts
        }
    }

    public func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        try await read { db in
            (try SpendRow.committed("day", day, db), try SpendRow.committed("month", month, db))
        }
    }

    public func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await read { db in
            let days = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT day FROM spend WHERE day BETWEEN ? AND ? AND committed_currency IS NOT NULL ORDER BY day
                    """, arguments: [first, last])
            return try days.map { DaySpend(day: $0, committed: try SpendRow.committed("day", $0, db)) }
        }
    }

    public func spend(from first: String, through last: String) async throws -> [SpendRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM spend WHERE day BETWEEN ? AND ? ORDER BY at, job, number, attempt",
                arguments: [first, last]
            ).map(SpendRow.record)
        }
    }

    public func upload(_ key: UploadKey) async throws -> UploadRecord? {
        try await read { try UploadRow.find(key, $0) }
    }
}
