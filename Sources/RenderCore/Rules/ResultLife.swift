public import struct Foundation.Date

/// How long a finished render can still be fetched.
///
/// The provider's links live for 24 hours from the task's end. Its own times carry no zone, and a link's `Expires` is by a
/// clock that may not agree with ours; so the life is counted from the moment when we first heard of the end. Where tasks are
/// followed that is a minute late at most; where the watcher was off meanwhile it is too hopeful, and the link itself says so.
public struct ResultLife: Sendable, Equatable {
    public static let seconds: Double = 24 * 3600
    /// So long after the end a result that is not fetched yet is a warning.
    public static let warnings: [Double] = [12 * 3600, 20 * 3600]

    public var learnedAt: Date

    public init(learnedAt: Date) {
        self.learnedAt = learnedAt
    }

    public init(expiresAt: Date) {
        learnedAt = expiresAt.addingTimeInterval(-Self.seconds)
    }

    public var expiresAt: Date { learnedAt.addingTimeInterval(Self.seconds) }

    public func isOver(at now: Date) -> Bool { now > expiresAt }

    /// How many of the warnings are due.
    public func warningsDue(at now: Date) -> Int {
        let age = now.timeIntervalSince(learnedAt)
        return Self.warnings.count { age >= $0 }
    }

    /// `expires in 11 h`, `expires in 40 min`, `expired 3 h ago`
    public func words(at now: Date) -> String {
        let left = expiresAt.timeIntervalSince(now)
        let minutes = Int((abs(left) / 60).rounded())
        let amount = minutes < 90 ? "\(minutes) min" : "\(Int((abs(left) / 3600).rounded())) h"
        return left > 0 ? "expires in \(amount)" : "expired \(amount) ago"
    }
}
