import GRDB
import RenderCore

/// What is spent and reserved in one currency on a day or in a month: a row of `spend_totals`, which the triggers of `spend` keep.
struct SpendTotal {
    /// A day (`2026-11-01`) or a month (`2026-11`).
    var period: String
    var currency: String
    var committedMicros: Int
    /// How many rows of `spend` it counts.
    var committedRows: Int
    /// The part of it that is not settled.
    var reservedMicros: Int
    var reservedRows: Int

    /// Nil: no row has money. A sum of zero is money.
    var committed: Money? { money(committedMicros, rows: committedRows) }
    var reserved: Money? { money(reservedMicros, rows: reservedRows) }
    var spent: Money? { money(committedMicros - reservedMicros, rows: committedRows - reservedRows) }

    /// The totals of a period, in order of currency.
    static func of(_ period: String, _ db: Database) throws -> [SpendTotal] {
        try db.rows(sql: "SELECT * FROM spend_totals WHERE period = ? ORDER BY currency", arguments: [period])
            .map(SpendTotal.init)
    }

    /// The totals of these days, in order of day and currency. The months between them are as long as seven characters.
    static func ofDays(from first: String, through last: String, _ db: Database) throws -> [SpendTotal] {
        try db.rows(
            sql: """
                SELECT * FROM spend_totals WHERE period BETWEEN ? AND ? AND length(period) > 7 ORDER BY period, currency
                """, arguments: [first, last]
        ).map(SpendTotal.init)
    }

    private init(_ row: Row) throws {
        let row = Reading(row: row)
        period = try row.need("period")
        currency = try row.need("currency")
        committedMicros = try row.need("committed_micros")
        committedRows = try row.need("committed_rows")
        reservedMicros = try row.need("reserved_micros")
        reservedRows = try row.need("reserved_rows")
    }

    private func money(_ micros: Int, rows: Int) -> Money? {
        rows > 0 ? Money(micros: micros, currency: currency) : nil
    }
}
