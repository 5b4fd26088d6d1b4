public import RenderCore

/// The estimated total price of a job's renders.
public enum JobPrice {
    /// Nil where one of them has no price, or they have several currencies.
    public static func of(_ renders: [RenderRecord]) -> Money? { of(renders.map(\.plan)) }

    /// The lowest and the highest price; they differ if the provider decides the price.
    public static func range(of plans: [RenderPlan]) -> MoneyRange? {
        guard let high = of(plans) else { return nil }
        let low = plans.reduce(0) { $0 + ($1.quote?.range.low ?? $1.estimate ?? high).micros }
        return MoneyRange(low: Money(micros: low, currency: high.currency), high: high)
    }

    public static func of(_ plans: [RenderPlan]) -> Money? {
        let estimates = plans.compactMap(\.estimate)
        guard let first = estimates.first, estimates.count == plans.count,
            estimates.allSatisfy({ $0.currency == first.currency })
        else { return nil }
        return Money(micros: estimates.reduce(0) { $0 + $1.micros }, currency: first.currency)
    }
}
