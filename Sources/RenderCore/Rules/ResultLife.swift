public import struct Foundation.Date

/// How long a finished render can still be fetched.
///
/// The provider's links are valid for some time after the task's end. Its own times may have no zone, and a link's `Expires`
/// uses a clock that may differ from ours. So the time counts from the moment when we first learned of the end. While
/// tasks are followed, that is at most a minute late. If the watcher was off meanwhile, the value is too optimistic,
/// and the link itself shows it.
public struct ResultLife: Sendable, Equatable {
    /// After these parts of its life a result that is not fetched yet is a warning: after 12 and 20 hours of a day.
    private static let warningParts = [1.0 / 2, 5.0 / 6]

    public var learnedAt: Date
    /// How long the result can be fetched.
    public var seconds: Double

    public init(learnedAt: Date, seconds: Double) {
        self.learnedAt = learnedAt
        self.seconds = seconds
    }

    public init(of result: RenderResult) {
        self.init(learnedAt: result.learnedAt, seconds: result.lifeSeconds)
    }

    public var expiresAt: Date { learnedAt.addingTimeInterval(seconds) }

    public func isOver(at now: Date) -> Bool { now > expiresAt }

    /// How many of the warnings are due.
    public func warningsDue(at now: Date) -> Int {
        let age = now.timeIntervalSince(learnedAt)
        return Self.warningParts.count { age >= seconds * $0 }
    }

    public func words(at now: Date) -> String { Self.words(expiresAt, at: now) }

    /// `expires in 11 h`, `expires in 40 min`, `expired 3 h ago`
    public static func words(_ expiresAt: Date, at now: Date) -> String {
        let left = expiresAt.timeIntervalSince(now)
        let minutes = Int((abs(left) / 60).rounded())
        let amount = minutes < 90 ? "\(minutes) min" : "\(Int((abs(left) / 3600).rounded())) h"
        return left > 0 ? "expires in \(amount)" : "expired \(amount) ago"
    }
}
