/// Whether a job fits the budget at all: what costs more than a whole day's or month's cap, or costs money of another
/// currency, would wait for ever.
public enum BudgetFit {
    private typealias Limit = (scope: String, cap: Money)

    /// - Parameter prices: of the whole job, by currency.
    /// - Returns: nil where it fits an empty day and an empty month, or where there is no cap.
    public static func refusal(of prices: [Money], under caps: SpendCaps) -> Failure? {
        let limits = [("day", caps.day), ("month", caps.month)].compactMap { scope, cap in
            cap.map { Limit(scope: scope, cap: $0) }
        }
        for price in prices {
            // The ledger reserves nothing in another currency than the cap's.
            let foreign = limits.filter { $0.cap.currency != price.currency }
            if let first = foreign.first {
                return refusal(.pricedInOtherCurrency(price: price, cap: first.cap, settings: settings(foreign)))
            }
        }
        for price in prices {
            let tooSmall = limits.filter { price.micros > $0.cap.micros }
            if let first = tooSmall.first {
                return refusal(
                    .neverFits(price: price, scope: first.scope, cap: first.cap, settings: settings(tooSmall)))
            }
        }
        return nil
    }

    private static func settings(_ limits: [Limit]) -> String {
        limits.map { "budget.\($0.scope)" }.joined(separator: " and ")
    }

    private static func refusal(_ message: Message) -> Failure {
        Failure(.overBudget, message, fault: .account, retryable: false)
    }
}

extension SpendCaps {
    public init(_ budget: Configuration.Budget) {
        self.init(
            day: budget.day.flatMap { Money(decimal: $0, currency: budget.currency) },
            month: budget.month.flatMap { Money(decimal: $0, currency: budget.currency) })
    }
}
