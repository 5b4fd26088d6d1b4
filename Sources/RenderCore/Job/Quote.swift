/// The estimated cost of a submission, by the price list at the time of planning, and its actual cost.
public struct Quote: Sendable, Codable, Equatable {
    /// The parts of a request that decide its price.
    public struct Order: Sendable, Codable, Equatable {
        /// Output pictures.
        public var count: Int
        /// The lowest possible number; nil: `count`.
        public var countLow: Int?
        /// Input pictures.
        public var pictures: Int
        /// Pixels of one output; nil where the model chooses.
        public var area: Int?
        /// How long the film will be; its bounds where the provider decides.
        public var seconds: ClosedRange<Double>
        /// How long the input films are together; bounds where that is not known.
        public var inputSeconds: ClosedRange<Double>

        public init(
            count: Int = 1, countLow: Int? = nil, pictures: Int = 0, area: Int? = nil,
            seconds: ClosedRange<Double> = 0...0,
            inputSeconds: ClosedRange<Double> = 0...0
        ) {
            self.count = count
            self.countLow = countLow
            self.pictures = pictures
            self.area = area
            self.seconds = seconds
            self.inputSeconds = inputSeconds
        }
    }

    public var price: Price
    public var order: Order

    public init(_ price: Price, _ order: Order) {
        self.price = price
        self.order = order
    }

    /// From the least to the most: apart where the provider decides on a size or a length.
    public var range: MoneyRange {
        let each = order.area.map { MoneyRange(price.amount(area: $0)) } ?? price.bounds
        let input = price.inputMicros(order.pictures)
        func total(_ amount: Money, _ units: Double) -> Money {
            Money(micros: Self.product(amount, units, .up) + input, currency: amount.currency)
        }
        switch price.unit {
        case .picture:
            return MoneyRange(
                low: total(each.low, Double(order.countLow ?? order.count)), high: total(each.high, Double(order.count))
            )
        case .second:
            let most = price.inputSecondsMax ?? 0
            return MoneyRange(
                low: total(each.low, order.seconds.lowerBound + min(order.inputSeconds.lowerBound, most)),
                high: total(each.high, order.seconds.upperBound + min(order.inputSeconds.upperBound, most)))
        }
    }

    /// In millionths; an absurdly high price does not trap.
    private static func product(_ amount: Money, _ units: Double, _ rule: FloatingPointRoundingRule) -> Int {
        let exact = (Double(amount.micros) * units).rounded(rule)
        return exact < 4e18 ? Int(exact) : 4_000_000_000_000_000_000
    }

    /// The provider's `usage` at the end of a task.
    public struct Usage: Sendable, Equatable {
        public var pictures: Int?
        public var inputPictures: Int?
        /// Pixels of one output.
        public var area: Int?
        /// Billed seconds: output, and input if it is billed.
        public var seconds: Double?

        public init(pictures: Int? = nil, inputPictures: Int? = nil, area: Int? = nil, seconds: Double? = nil) {
            self.pictures = pictures
            self.inputPictures = inputPictures
            self.area = area
            self.seconds = seconds
        }
    }

    /// What an end cost. What usage does not tell is taken from the order.
    ///
    /// - Parameter made: outputs that came.
    public func actual(_ usage: Usage, made: Int) -> Money {
        let pictures = usage.inputPictures ?? order.pictures
        let amount = (usage.area ?? order.area).map { price.amount(area: $0) } ?? price.bounds.high
        let units: Double
        switch price.unit {
        case .picture: units = Double(usage.pictures ?? made)
        case .second:
            let own = order.seconds.upperBound + min(order.inputSeconds.upperBound, price.inputSecondsMax ?? 0)
            units = made == 0 ? 0 : usage.seconds ?? own
        }
        let input = units > 0 ? price.inputMicros(pictures) : 0
        return Money(micros: Self.product(amount, units, .toNearestOrEven) + input, currency: amount.currency)
    }
}
