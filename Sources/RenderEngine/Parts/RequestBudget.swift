import RenderCore

/// The request budget of one account: every query, list and cancel takes its turn here.
actor RequestBudget {
    private let perSecond: Double
    private let clock: any Clock<Duration>
    /// Monotonic: a wall clock that is set back would stop every query for as long.
    private let uptime: @Sendable () -> Duration
    private var nextTurn: Double

    init(perSecond: Double, clock: any Clock<Duration>, uptime: @escaping @Sendable () -> Duration) {
        self.perSecond = max(0.1, perSecond)
        self.clock = clock
        self.uptime = uptime
        nextTurn = uptime().seconds
    }

    /// The provider asked for a pause: nobody's request is sent for so long.
    func pause(for duration: Duration) {
        nextTurn = max(nextTurn, uptime().seconds + duration.seconds)
    }

    /// Returns when a request may be sent. Requests are served in order.
    func turn() async throws {
        let asked = uptime().seconds
        // After a pause a few may go out together: a fifth of a second's worth.
        nextTurn = max(nextTurn, asked - 0.2) + 1 / perSecond
        let wait = nextTurn - asked
        if wait > 0 { try await clock.sleep(for: .seconds(wait)) }
    }
}
