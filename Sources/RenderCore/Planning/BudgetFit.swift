/// Whether a job fits the budget at all: what costs more than a whole day's or month's cap would wait for ever.
public enum BudgetFit {
    /// - Returns: nil where it fits an empty day and an empty month, or where nothing can be compared.
    public static func refusal(of price: Money, under caps: SpendCaps) -> Failure? {
        let tooSmall = [("day", caps.day), ("month", caps.month)].compactMap {
            scope, cap -> (scope: String, cap: Money)? in
            guard let cap, cap.currency == price.currency, price.micros > cap.micros else { return nil }
            return (scope, cap)
        }
        guard let first = tooSmall.first else { return nil }
        let settings = tooSmall.map { "budget.\($0.scope)" }.joined(separator: " and ")
        return Failure(
            .overBudget, .neverFits(price: price, scope: first.scope, cap: first.cap, settings: settings),
            fault: .account, retryable: false)
    }
}

extension SpendCaps {
    public init(_ budget: Configuration.Budget) {
        self.init(
            day: budget.day.flatMap { Money(decimal: $0, currency: budget.currency) },
            month: budget.month.flatMap { Money(decimal: $0, currency: budget.currency) })
    }
}
