public import Foundation

/// How the results of a rendered but undelivered render stand.
public struct ResultStanding: Sendable, Equatable {
    /// Of results that are not on this machine; nil: all are.
    public var life: ResultLife?
    /// How many are kept here until the outbox is back.
    public var kept: Int

    public init(life: ResultLife?, kept: Int) {
        self.life = life
        self.kept = kept
    }

    /// Nil: there is nothing to tell.
    public func words(at now: Date) -> String? {
        let words = [life?.words(at: now), kept > 0 ? "\(kept) kept here until the outbox is back" : nil]
        let told = words.compactMap { $0 }
        return told.isEmpty ? nil : told.joined(separator: "; ")
    }
}
