import RenderCore

/// Money in JSON: `{"amount": 0.28, "currency": "CNY"}`.
struct JSONMoney: Sendable, Equatable, Encodable {
    var amount: Double
    var currency: String

    init(_ money: Money) {
        // Six decimals at most: a `Double` holds them.
        amount = Double(money.decimal) ?? 0
        currency = money.currency
    }
}
