public import Foundation

/// Times in all our files and tables: RFC 3339, UTC, milliseconds.
public enum Timestamp {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    public static func text(_ date: Date) -> String { date.rfc3339 }

    public static func date(_ text: String) -> Date? {
        // The other of the two spellings is tried before giving up.
        (try? Date(text, strategy: style)) ?? (try? Date(text, strategy: .iso8601))
    }

    /// `2026-11-21` and `2026-11` where the budget is counted.
    public static func budgetKeys(_ date: Date, in zone: TimeZone) -> (day: String, month: String) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        func padded(_ number: Int?, _ width: Int) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let month = "\(padded(parts.year, 4))-\(padded(parts.month, 2))"
        return ("\(month)-\(padded(parts.day, 2))", month)
    }
}

extension Timestamp {
    /// The first instant of the next budget day or month.
    ///
    /// - Parameter scope: `day` or `month`.
    public static func nextPeriod(after date: Date, scope: String, in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let unit: Calendar.Component = scope == "month" ? .month : .day
        let start = calendar.dateInterval(of: unit, for: date)?.start ?? date
        return calendar.date(byAdding: unit, value: 1, to: start) ?? date + 86400
    }
}

extension Duration {
    /// As Foundation counts time.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
