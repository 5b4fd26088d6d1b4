import GRDB
public import RenderCore

extension SQLiteLedger {
    public func spend(of job: JobID) async throws -> [SpendRecord] {
        try await read { db in
            try db.rows(
                sql: "SELECT * FROM spend WHERE job = ? ORDER BY number, attempt", arguments: [job.text]
            ).map(SpendRow.record)
        }
    }

    public func committed(day: String, month: String) async throws -> (day: [Money], month: [Money]) {
        try await read { db in
            (try SpendRow.committed("day", day, db), try SpendRow.committed("month", month, db))
        }
    }

    public func spending(day: String, month: String) async throws -> (day: Spending, month: Spending) {
        try await read { db in
            (try SpendRow.spending("day", day, db), try SpendRow.spending("month", month, db))
        }
    }

    public func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await read { db in
            let days = try db.values(
                String.self,
                sql: """
                    SELECT DISTINCT day FROM spend WHERE day BETWEEN ? AND ? AND committed_currency IS NOT NULL ORDER BY day
                    """, arguments: [first, last])
            return try days.map { DaySpend(day: $0, committed: try SpendRow.committed("day", $0, db)) }
        }
    }

    public func spend(from first: String, through last: String) async throws -> [SpendRecord] {
        try await read { db in
            try db.rows(
                sql: "SELECT * FROM spend WHERE day BETWEEN ? AND ? ORDER BY at, job, number, attempt",
                arguments: [first, last]
            ).map(SpendRow.record)
        }
    }
}
