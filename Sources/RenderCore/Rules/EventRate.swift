import Foundation

/// How many events a second, on average over the last half minute: old ones fade.
public struct EventRate: Sendable, Equatable {
    private let fading: Double
    private var sum = 0.0
    private var at = 0.0
    private var began: Double?

    public init(fading: Double = 30) { self.fading = fading }

    public mutating func add(_ count: Double = 1, at now: Double) {
        sum = faded(at: now) + count
        at = now
        began = began ?? now
    }

    public func perSecond(at now: Double) -> Double {
        guard let began else { return 0 }
        // What has been seen for ten seconds tells of ten seconds, not of thirty.
        let seen = fading * (1 - exp(-max(1, now - began) / fading))
        return faded(at: now) / seen
    }

    private func faded(at now: Double) -> Double { sum * exp(-max(0, now - at) / fading) }
}
