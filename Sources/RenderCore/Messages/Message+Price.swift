/// What a job costs, where it may not, or where nobody would think so.
extension Message {
    // MARK: `max_cost`

    static func costsTooMuch(_ estimate: Money, renders: Int, most: Money) -> Message {
        Message(
            "this job would cost about \(estimate) (\(Counted.text(renders, "render"))), more than the \(most) of `max_cost`",
            next: "make fewer or smaller results, use a cheaper model, or raise `max_cost`")
    }

    /// - Parameter list: currencies of the price list.
    static func capInOtherCurrency(_ currency: String, list: [String]) -> Message {
        let all = list.joined(separator: ", ")
        return Message(
            "`max_cost` is in \(currency), but the price list is in \(all)", next: "write the amount in \(all)")
    }

    static let capWithoutPrice = Message(
        "`max_cost` cannot be checked: the catalogue has no price for this model in this region",
        next: "leave `max_cost` out, or add the price to a \(ownCatalogue)")

    private static let ownCatalogue = "catalogue of your own (`models: {catalogue: …}`)"

    // MARK: Prices that the provider tells

    /// - Parameter most: the render's part of `max_cost`.
    public static func askedTooMuch(_ price: Money, for model: String, most: Money) -> Message {
        Message(
            "the provider now asks \(price) for a render with \(model), more than the \(most) that `max_cost` leaves for it; nothing was sent",
            next: "raise `max_cost`, or use a cheaper model")
    }

    /// - Parameter estimate: what is reserved instead; nil: the catalogue has no price either.
    public static func priceNotTold(of model: String, because reason: String, instead estimate: Money?) -> Message {
        Message(
            "the provider does not say what \(model) costs now: \(reason)",
            next: estimate.map { "\($0) is reserved for a render, as estimated before" }
                ?? "its renders are sent with no price reserved, as estimated before")
    }

    // MARK: The budget

    /// - Parameter isKnown: the catalogue has a row for the model.
    static func budgetWithoutPrice(_ id: String, in region: String, isKnown: Bool) -> Message {
        Message(
            "the price of \(id.prefix(60)) in \(region) is not known, so the budget cannot count it",
            next: isKnown
                ? "add its price to a \(ownCatalogue), or use another model"
                : "add a row with its price to a \(ownCatalogue)")
    }

    static func budgetInOtherCurrency(_ id: String, _ currency: String, budget: String) -> Message {
        Message(
            "the price of \(id.prefix(60)) is in \(currency), so the budget, which is in \(budget), cannot count it",
            next: "add its \(budget) price to a \(ownCatalogue), or use another model")
    }

    // MARK: What costs more than one would think

    static func promptExtendCosts(_ id: String, _ unit: Price.Unit, _ price: MoneyRange, insteadOf plain: MoneyRange)
        -> Message
    {
        Message(
            "with `prompt_extend`, a \(unit.rawValue) of \(id) costs \(price) instead of \(plain)",
            next: "leave `prompt_extend` out if that is too much")
    }

    static func openSize(_ id: String, _ range: MoneyRange, hasResolution: Bool) -> Message {
        Message(
            "\(id) chooses the size, and larger ones cost more: \(range)",
            next: hasResolution ? "write `resolution:` to be sure" : "write `size:` to be sure")
    }

    static func openCount(_ id: String, most: Int, _ range: MoneyRange) -> Message {
        Message(
            "\(id) chooses how many pictures to make, at most \(most): \(range)",
            next: "renderdrop reserves the price of all of them")
    }

    static func openInputLength(_ range: MoneyRange) -> Message {
        Message(
            "the length of the given films is not known in advance: \(range)",
            next: "renderdrop reserves the higher price")
    }

    static func openLength(_ range: MoneyRange, isSettable: Bool) -> Message {
        Message(
            "the length of the film is not known in advance: \(range)",
            next: isSettable ? "write `duration:` to be sure" : "renderdrop reserves the higher price")
    }
}
