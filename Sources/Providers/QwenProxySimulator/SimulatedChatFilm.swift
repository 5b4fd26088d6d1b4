import Foundation

/// A film that the simulated site makes as a task.
struct SimulatedChatFilm: Sendable {
    var id: String
    var created: Date
    var seconds: Double
    /// Which of the accounts made it.
    var account: Int
    var fails = false
    /// Nobody knows it any more.
    var isForgotten = false
    /// What stands in place of its link; nil: its link.
    var words: String?

    func isDone(at now: Date) -> Bool { !isForgotten && now >= created.addingTimeInterval(seconds) }
}

/// An account of the site that somebody signed in at the proxy.
struct SignedInAccount: Sendable {
    var isInvalid = false
    var used = 0
    /// When the day's allowance is there again; nil: it is.
    var resetAt: Date?

    func isWaiting(at now: Date) -> Bool { resetAt.map { now < $0 } ?? false }
}
