/// What counts against the budget of one day or month: one sum a currency, in order of currency.
public struct Spending: Sendable, Equatable {
    /// Settled: what it cost.
    public var spent: [Money]
    /// Estimates of what runs or may still be billed.
    public var reserved: [Money]

    public init(spent: [Money] = [], reserved: [Money] = []) {
        self.spent = spent
        self.reserved = reserved
    }

    /// Spent or reserved.
    public var committed: [Money] {
        let sums = Dictionary(grouping: spent + reserved, by: \.currency).mapValues { $0.reduce(0) { $0 + $1.micros } }
        return sums.map { Money(micros: $1, currency: $0) }.sorted { $0.currency < $1.currency }
    }

    /// `0.40 CNY of 0.50 CNY`
    public func words(cap: Money?) -> String { Money.words(committed) + (cap.map { " of \($0)" } ?? "") }
}

extension Money {
    /// `0.40 CNY, 1.00 USD`, or `nothing`.
    public static func words(_ amounts: [Money]) -> String {
        amounts.isEmpty ? "nothing" : amounts.map(\.description).joined(separator: ", ")
    }
}
