/// What was spent and what is reserved. The rows are written by the steps of renders (`Fact.reserve`, `Fact.spend`).
///
/// Days are `2026-11-01`, months `2026-11`, in the budget's time zone.
///
/// - Throws: `LedgerError`.
public protocol SpendBook: Sendable {
    /// What is spent or reserved on a day and in a month, by currency.
    func committed(day: String, month: String) async throws -> (day: [Money], month: [Money])
    /// The same, with what is settled apart from what is reserved.
    func spending(day: String, month: String) async throws -> (day: Spending, month: Spending)
    /// What is spent or reserved on each day from `first` through `last`; days without money are left out; in order of
    /// day.
    func committed(from first: String, through last: String) async throws -> [DaySpend]
    /// The rows of one job, by render and attempt.
    func spend(of job: JobID) async throws -> [SpendRecord]
    /// The rows of these days, by time of the intent: what `cost` groups by folder, model or tag.
    func spend(from first: String, through last: String) async throws -> [SpendRecord]
}
