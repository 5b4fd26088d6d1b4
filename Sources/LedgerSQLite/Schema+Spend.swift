import GRDB

extension Schema {
    /// What was spent and is reserved on each day and in each month, by currency: a sum of the rows of a day would take longer with every
    /// render of the day. Triggers keep the totals, so that no way of writing a row can leave them behind. A total counts its rows: a
    /// day on which money came to nothing differs from a day without money.
    static let spendTotals: Migration = { db in
        try db.execute(
            sql: """
                CREATE TABLE spend_totals (
                    period TEXT NOT NULL,       -- a day (2026-11-01) or a month (2026-11)
                    currency TEXT NOT NULL,
                    committed_micros INTEGER NOT NULL,
                    committed_rows INTEGER NOT NULL,
                    reserved_micros INTEGER NOT NULL,    -- the part of it that is not settled
                    reserved_rows INTEGER NOT NULL,
                    PRIMARY KEY (period, currency)
                ) STRICT, WITHOUT ROWID;
                """)
        // What a row says is added to its day and its month; an update first takes away what the row said before.
        func trigger(_ name: String, on event: String, _ row: String, _ sign: String) -> String {
            let counted = "\(row).committed_currency, \(sign)\(row).committed_micros, \(sign)1"
            let reserved =
                "\(sign)iif(\(row).state = 'reserved', \(row).committed_micros, 0), \(sign)(\(row).state = 'reserved')"
            return """
                CREATE TRIGGER \(name) AFTER \(event) ON spend WHEN \(row).committed_currency IS NOT NULL BEGIN
                    INSERT INTO spend_totals VALUES
                        (\(row).day, \(counted), \(reserved)), (\(row).month, \(counted), \(reserved))
                    ON CONFLICT (period, currency) DO UPDATE SET
                        committed_micros = committed_micros + excluded.committed_micros,
                        committed_rows = committed_rows + excluded.committed_rows,
                        reserved_micros = reserved_micros + excluded.reserved_micros,
                        reserved_rows = reserved_rows + excluded.reserved_rows;
                END;

                """
        }
        try db.execute(
            sql: trigger("spend_is_added", on: "INSERT", "new", "") + trigger("spend_changes", on: "UPDATE", "old", "-")
                + trigger("spend_is_changed", on: "UPDATE", "new", ""))
        for period in ["day", "month"] {
            try db.execute(
                sql: """
                    INSERT INTO spend_totals
                        SELECT \(period), committed_currency, sum(committed_micros), count(*),
                            sum(iif(state = 'reserved', committed_micros, 0)), sum(state = 'reserved')
                        FROM spend WHERE committed_currency IS NOT NULL GROUP BY \(period), committed_currency
                    """)
        }
        // The sums were read through these.
        try db.execute(sql: "DROP INDEX spend_by_month; DROP INDEX spend_reserved;")
    }
}
