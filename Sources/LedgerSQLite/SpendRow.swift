import Foundation
import GRDB
import RenderCore

/// The money of an attempt and its row in `spend`.
enum SpendRow {
    /// An update where the row is there: a replacement would delete it first, which the table forbids.
    static func put(_ spend: SpendRecord, _ db: Database) throws {
        try db.run(
            sql: """
                INSERT INTO spend (job, number, attempt, state, estimate_micros, estimate_currency, actual_micros,
                    actual_currency, committed_micros, committed_currency, at, day, month, model, folder, account)
                VALUES (:job, :number, :attempt, :state, :estimate_micros, :estimate_currency, :actual_micros,
                    :actual_currency, :committed_micros, :committed_currency, :at, :day, :month, :model, :folder, :account)
                ON CONFLICT (job, number, attempt) DO UPDATE SET state = excluded.state,
                    estimate_micros = excluded.estimate_micros, estimate_currency = excluded.estimate_currency,
                    actual_micros = excluded.actual_micros, actual_currency = excluded.actual_currency,
                    committed_micros = excluded.committed_micros, committed_currency = excluded.committed_currency,
                    at = excluded.at, day = excluded.day, month = excluded.month, model = excluded.model,
                    folder = excluded.folder, account = excluded.account
                """,
            arguments: [
                "job": spend.render.job.text, "number": spend.render.number, "attempt": spend.attempt,
                "state": spend.state.rawValue, "estimate_micros": spend.estimate?.micros,
                "estimate_currency": spend.estimate?.currency, "actual_micros": spend.actual?.micros,
                "actual_currency": spend.actual?.currency, "committed_micros": spend.committed?.micros,
                "committed_currency": spend.committed?.currency, "at": spend.at.epochMilliseconds, "day": spend.day,
                "month": spend.month, "model": spend.model, "folder": spend.folder, "account": spend.account,
            ])
    }

    /// Writes a reservation if both caps allow it.
    static func reserve(_ spend: SpendRecord, caps: SpendCaps, _ db: Database) throws {
        if let wanted = spend.estimate {
            try keep(caps.day, scope: "day", key: spend.day, wanted: wanted, of: spend, db)
            try keep(caps.month, scope: "month", key: spend.month, wanted: wanted, of: spend, db)
        }
        try put(spend, db)
    }

    static func record(_ row: Row) throws -> SpendRecord {
        let row = Reading(row: row)
        return SpendRecord(
            render: try row.renderID(), attempt: try row.need("attempt"), state: try row.word("state"),
            estimate: try row.money("estimate"), actual: try row.money("actual"), at: try row.date("at"),
            day: try row.need("day"), month: try row.need("month"), model: try row.need("model"),
            folder: try row.need("folder"), account: try row.need("account"))
    }

    private static func keep(
        _ cap: Money?, scope: String, key: String, wanted: Money, of spend: SpendRecord, _ db: Database
    ) throws {
        guard let cap else { return }
        var sum = try SpendTotal.of(key, db).first { $0.currency == wanted.currency }?.committedMicros ?? 0
        // The attempt's own row, if there is one, is about to be replaced.
        let own = try db.value(
            Int.self,
            sql: """
                SELECT committed_micros FROM spend
                WHERE job = ? AND number = ? AND attempt = ? AND \(scope) = ? AND committed_currency = ?
                """,
            arguments: [spend.render.job.text, spend.render.number, spend.attempt, key, wanted.currency])
        sum -= own ?? 0
        let committed = Money(micros: sum, currency: wanted.currency)
        guard cap.currency == wanted.currency, committed.micros + wanted.micros <= cap.micros else {
            throw LedgerError.overBudget(scope: scope, cap: cap, committed: committed, wanted: wanted)
        }
    }
}
