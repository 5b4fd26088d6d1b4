/// What one unit of other currencies is worth in the budget's currency, on a day that watch.yaml names.
public struct ExchangeRates: Sendable, Equatable, Codable {
    /// By ISO 4217 code: an amount of the budget's currency. Never of that currency itself.
    public var rates: [String: Money]
    /// `2026-11-30`
    public var asOf: String

    public init(rates: [String: Money], asOf: String) {
        self.rates = rates
        self.asOf = asOf
    }

    /// An amount in the budget's currency, rounded up to a millionth; nil: there is no rate for its currency, or the amount is too large.
    public func converted(_ money: Money) -> Money? {
        guard let rate = rates[money.currency], money.micros >= 0 else { return nil }
        let product = money.micros.multipliedFullWidth(by: rate.micros)
        // A quotient above `Int.max` would trap.
        guard product.high < 500_000 else { return nil }
        let (quotient, rest) = 1_000_000.dividingFullWidth((product.high, product.low))
        let (rounded, overflow) = quotient.addingReportingOverflow(rest == 0 ? 0 : 1)
        return overflow ? nil : Money(micros: rounded, currency: rate.currency)
    }

    /// `1 USD = 7.12 CNY as of 2026-11-30`, each rate in the order of its currency.
    public var text: String {
        rates.sorted { $0.key < $1.key }.map { "1 \($0.key) = \($0.value)" }.joined(separator: ", ") + " as of \(asOf)"
    }
}
