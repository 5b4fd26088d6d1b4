import RenderCore

/// The request budget of one account: every query, list and cancel takes its turn here.
actor RequestBudget {
    private let clock: any Clock<Duration>
    /// Monotonic: a wall clock that is set back would stop every query for as long.
    private let uptime: @Sendable () -> Duration
    private var window: RequestWindow

    init(perSecond: Double, clock: any Clock<Duration>, uptime: @escaping @Sendable () -> Duration) {
        self.clock = clock
        self.uptime = uptime
        window = RequestWindow(perSecond: perSecond, at: uptime().seconds)
    }

    /// The provider asked for a pause: nobody's request is sent for so long.
    func pause(for duration: Duration) {
        window.hold(until: uptime().seconds + duration.seconds)
    }

    /// Returns when a request may be sent. Requests are served in order.
    func turn() async throws {
        var turn = window.reserve(at: uptime().seconds)
        while true {
            let now = uptime().seconds
            if !RequestWindow.isNow(turn, at: now) {
                try await clock.sleep(for: .seconds(turn - now))
            } else if let later = window.take(at: now) {
                turn = later
            } else {
                return
            }
        }
    }
}
