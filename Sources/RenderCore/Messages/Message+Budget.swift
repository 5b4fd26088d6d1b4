/// What a budget holds up. The figures are those of `status`.
extension Message {
    /// - Parameters:
    ///   - scope: `day` or `month`.
    ///   - committed: spent or reserved, as the ledger counts it.
    ///   - queued: what renders in the queue will reserve when their turn comes.
    ///   - wanted: the price of the job, or of its next render.
    ///   - until: when the next period begins, for people; nil: not said.
    public static func overBudget(
        scope: String, cap: Money, committed: Money, queued: Money, wanted: Money, isJob: Bool, until: String?
    ) -> Message {
        let queue = queued.micros > 0 ? ", and \(queued) is in the queue" : ""
        return Message(
            "\(committed) of the \(scope)'s budget of \(cap) is spent or reserved\(queue); "
                + (isJob ? "this job's \(wanted) does not fit" : "\(wanted) more does not fit"),
            next: "raise budget.\(scope) in watch.yaml, or wait" + (until.map { " until \($0)" } ?? ""))
    }

    /// A job that is complete and valid and whose time has not come; a line of `_WAITING.txt`.
    ///
    /// - Parameters:
    ///   - time: for people.
    ///   - setting: that says so: `not_before`, `hours`.
    public static func startsLater(_ time: String, setting: String) -> String { "starts \(time) (\(setting))" }

    /// A job whose price is in another currency than the budget, so that the two cannot be compared.
    ///
    /// - Parameter settings: the caps: `budget.day and budget.month`.
    public static func pricedInOtherCurrency(price: Money, cap: Money, settings: String) -> Message {
        Message(
            "costs about \(price), but the budget is in \(cap.currency)",
            next: "set the budget in \(price.currency) (budget.currency and its amounts in watch.yaml), or remove "
                + settings)
    }

    /// A job that no day or month can hold.
    ///
    /// - Parameter settings: those that are too small: `budget.day and budget.month`.
    public static func neverFits(price: Money, scope: String, cap: Money, settings: String) -> Message {
        Message(
            "costs about \(price), more than the whole \(scope)'s cap of \(cap)",
            next: "raise \(settings) in watch.yaml, or make it smaller")
    }
}
