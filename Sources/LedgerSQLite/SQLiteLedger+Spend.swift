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
            (
                try SpendTotal.of(day, db).compactMap(\.committed),
                try SpendTotal.of(month, db).compactMap(\.committed)
            )
        }
    }

    public func spending(day: String, month: String) async throws -> (day: Spending, month: Spending) {
        @Sendable func part(_ totals: [SpendTotal]) -> Spending {
            Spending(spent: totals.compactMap(\.spent), reserved: totals.compactMap(\.reserved))
        }
        return try await read { db in
            (part(try SpendTotal.of(day, db)), part(try SpendTotal.of(month, db)))
        }
    }

    public func committed(from first: String, through last: String) async throws -> [DaySpend] {
        try await read { db in
            var days: [DaySpend] = []
            for total in try SpendTotal.ofDays(from: first, through: last, db) {
                guard let money = total.committed else { continue }
                if days.last?.day != total.period { days.append(DaySpend(day: total.period, committed: [])) }
                days[days.count - 1].committed.append(money)
            }
            return days
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
