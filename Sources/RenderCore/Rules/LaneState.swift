public import Foundation

/// One lane's pace: a token bucket for submits, a limit on what runs, and a speed that adapts to throttling (additive increase,
/// multiplicative decrease).
public struct LaneState: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
        case go
        case wait(until: Date?, because: Reason)
    }

    public enum Reason: Sendable, Equatable {
        /// The provider's submit rate.
        case rate
        /// As many run as the provider works on at once.
        case running
        /// It said that we ask too fast, or that it is overloaded.
        case slowed(Failure)
    }

    public private(set) var running = 0
    /// 0.05...1 of the catalogue's submit rate.
    public private(set) var speed = 1.0
    private var limit: LaneLimit
    private var tokens: Double
    private var refilledAt: Date
    private var holdUntil: Date?
    private var holdFailure: Failure?
    private var failures = 0

    /// How many tasks may wait at the provider beyond those it works on: enough that it never idles, few enough that the
    /// rest can still be edited, re-ordered and cancelled for nothing.
    public static let queuedAhead = 2

    public init(_ limit: LaneLimit, at now: Date) {
        self.limit = limit
        tokens = 1
        refilledAt = now
    }

    /// Models limited per minute may be limited per second, too (limit / 60), so their bucket holds one token.
    private var capacity: Double { limit.perSeconds > 1 ? 1 : Double(max(1, limit.submits)) }
    private var perSecond: Double { Double(max(1, limit.submits)) / Double(max(1, limit.perSeconds)) * speed }

    /// Takes a place and a token, or says what is missing.
    public mutating func admit(at now: Date) -> Verdict {
        if let until = holdUntil, now < until {
            return .wait(until: until, because: holdFailure.map(Reason.slowed) ?? .rate)
        }
        if let most = limit.running, running >= most + Self.queuedAhead { return .wait(until: nil, because: .running) }
        refill(at: now)
        guard tokens >= 1 else {
            return .wait(until: now.addingTimeInterval((1 - tokens) / perSecond), because: .rate)
        }
        tokens -= 1
        running += 1
        return .go
    }

    /// A place is free again.
    public mutating func release() {
        running = max(0, running - 1)
    }

    /// A render that was already running when we started.
    public mutating func occupy() {
        running += 1
    }

    /// The provider refused for its own reasons: half the speed, and a pause.
    public mutating func slow(_ failure: Failure, at now: Date, jitter: Double) {
        failures += 1
        speed = max(0.05, speed / 2)
        let floor = failure.retryAfterSeconds.map { Duration.seconds(min($0, 3600)) }
        let pause = Backoff(first: .seconds(2), longest: .seconds(120)).delay(
            after: failures, jitter: jitter, floor: floor)
        holdUntil = now.addingTimeInterval(pause.seconds)
        holdFailure = failure
    }

    /// A submit went through: a little faster again.
    public mutating func succeeded() {
        failures = 0
        holdFailure = nil
        speed = min(1, speed + 0.1)
    }

    private mutating func refill(at now: Date) {
        let elapsed = max(0, now.timeIntervalSince(refilledAt))
        refilledAt = now
        tokens = min(capacity, tokens + elapsed * perSecond)
    }
}
