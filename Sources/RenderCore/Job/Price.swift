/// The parts of the price of one submission. The plan keeps a copy, so a later settlement uses the prices at the time
/// of the submit.
public struct Price: Sendable, Codable, Equatable {
    public enum Unit: String, Sendable, Codable, CaseIterable {
        case picture, second
    }

    /// The price of one unit whose picture has at most this many pixels.
    public struct Tier: Sendable, Codable, Equatable {
        /// `720P`, or nil.
        public var name: String?
        /// Nil: however large.
        public var areaMax: Int?
        public var amount: Money

        public init(name: String? = nil, areaMax: Int? = nil, amount: Money) {
            self.name = name
            self.areaMax = areaMax
            self.amount = amount
        }
    }

    public var unit: Unit
    /// The smallest pictures first; never empty, and the last has no `areaMax`.
    public var tiers: [Tier]
    /// For each input picture; nil: nothing.
    public var input: Money?
    /// This many input pictures cost nothing; nil: none.
    public var inputFree: Int?
    /// At most this many seconds of input films are billed like seconds of output; nil: none.
    public var inputSecondsMax: Double?

    public init(
        unit: Unit = .picture, tiers: [Tier], input: Money? = nil, inputFree: Int? = nil,
        inputSecondsMax: Double? = nil
    ) {
        self.unit = unit
        self.tiers = tiers
        self.input = input
        self.inputFree = inputFree
        self.inputSecondsMax = inputSecondsMax
    }

    /// One price for all.
    public init(_ amount: Money, per unit: Unit = .picture) {
        self.init(unit: unit, tiers: [Tier(amount: amount)])
    }

    public var currency: String { tiers[0].amount.currency }

    /// Of one unit.
    ///
    /// - Parameter area: pixels of one output picture.
    public func amount(area: Int) -> Money {
        (tiers.first { $0.areaMax.map { area <= $0 } ?? true } ?? tiers[tiers.count - 1]).amount
    }

    /// Of so many input pictures, in millionths.
    func inputMicros(_ pictures: Int) -> Int { input.map { $0 * max(0, pictures - (inputFree ?? 0)) }?.micros ?? 0 }

    /// From the cheapest to the dearest, where the provider chooses the size.
    public var bounds: MoneyRange {
        let amounts = tiers.map(\.amount.micros)
        return MoneyRange(
            low: Money(micros: amounts.min() ?? 0, currency: currency),
            high: Money(micros: amounts.max() ?? 0, currency: currency))
    }
}

/// The lowest and the highest possible cost.
public struct MoneyRange: Sendable, Codable, Hashable {
    public var low: Money
    public var high: Money

    public init(low: Money, high: Money) {
        self.low = low
        self.high = high
    }

    public init(_ amount: Money) { self.init(low: amount, high: amount) }

    public var isExact: Bool { low.micros == high.micros }
}

extension MoneyRange: CustomStringConvertible {
    /// `0.20 CNY`, `0.25 to 0.50 CNY`
    public var description: String { isExact ? high.description : "\(low.decimal) to \(high)" }
}
