/// How long to wait before a free call is tried again: doubling, with a limit, with full jitter in the upper half.
public struct Backoff: Sendable, Equatable {
    public var first: Duration
    public var longest: Duration

    /// For free calls: work continues within 10 s after the other side is back, however long the outage was.
    public static let free = Backoff(first: .seconds(1), longest: .seconds(10))

    public init(first: Duration = .seconds(1), longest: Duration = .seconds(60)) {
        self.first = first
        self.longest = longest
    }

    /// - Parameters:
    ///   - failures: how often it failed in a row, from one.
    ///   - jitter: 0..<1; the wait is 50 % to 100 % of the step.
    ///   - floor: what the other side asked for (`Retry-After`).
    public func delay(after failures: Int, jitter: Double, floor: Duration? = nil) -> Duration {
        let steps = min(max(failures - 1, 0), 20)
        let step = min(first * (1 << steps), longest)
        let wait = step * (0.5 + 0.5 * min(max(jitter, 0), 1))
        return max(wait, floor ?? .zero)
    }
}
