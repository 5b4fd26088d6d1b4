import FoundationEssentials

/// At most `rate.count` requests within any stretch of `rate.seconds`.
struct RateWindow: Sendable {
    private var taken: [Date] = []

    /// Takes one place if there is one.
    mutating func admit(at now: Date, _ rate: ModelRow.Rate) -> Bool {
        taken.removeAll { now.timeIntervalSince($0) >= rate.seconds }
        guard taken.count < rate.count else { return false }
        taken.append(now)
        return true
    }
}
