import Foundation
import RenderCore

/// One account, one budget of requests: every query, list and cancel takes its turn here.
actor RequestBudget {
    private let perSecond: Double
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private var nextTurn: Date

    init(perSecond: Double, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date) {
        self.perSecond = max(0.1, perSecond)
        self.clock = clock
        self.now = now
        nextTurn = now()
    }

    /// Returns when a request may go out. Turns are given in the order of asking.
    func turn() async throws {
        let asked = now()
        // After a pause a few may go out together: a fifth of a second's worth.
        nextTurn = max(nextTurn, asked - 0.2) + 1 / perSecond
        let wait = nextTurn.timeIntervalSince(asked)
        if wait > 0 { try await clock.sleep(for: .seconds(wait)) }
    }
}
