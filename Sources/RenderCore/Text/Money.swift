/// An amount in millionths of a currency unit. Price lists have up to six decimals, so sums are exact.
public struct Money: Sendable, Hashable, Codable {
    public var micros: Int
    /// ISO 4217, upper case: `CNY`, `USD`.
    public var currency: String

    public init(micros: Int, currency: String) {
        self.micros = micros
        self.currency = currency
    }

    /// Reads `2`, `0.5`, `0.550443`; at most nine digits before the point and six behind it, no sign.
    public init?(decimal text: String, currency: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...9).contains(parts[0].count), parts.allSatisfy({ !$0.isEmpty }),
            parts.joined().utf8.allSatisfy({ (48...57).contains($0) }), let whole = Int(parts[0])
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.count <= 6, let behind = Int(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        self.init(micros: whole * 1_000_000 + behind, currency: currency)
    }

    public static func * (money: Money, factor: Int) -> Money {
        Money(micros: money.micros * factor, currency: money.currency)
    }

    /// One amount for each currency, in order of currency.
    public static func sums(_ amounts: some Sequence<Money>) -> [Money] {
        Dictionary(amounts.map { ($0.currency, $0.micros) }, uniquingKeysWith: +)
            .map { Money(micros: $0.value, currency: $0.key) }.sorted { $0.currency < $1.currency }
    }

    /// `0.50`, `1.234567`: at least two decimals, no more than needed.
    public var decimal: String {
        let sign = micros < 0 ? "-" : ""
        let size = micros.magnitude
        var behind = String(size % 1_000_000)
        behind = String(repeating: "0", count: 6 - behind.count) + behind
        while behind.count > 2, behind.hasSuffix("0") { behind.removeLast() }
        return "\(sign)\(size / 1_000_000).\(behind)"
    }
}

extension Money: CustomStringConvertible {
    public var description: String { "\(decimal) \(currency)" }
}
