import DashScopeSimulator
import Foundation

/// When one process is killed: after a while, at a request, at what it says, or as soon as it has claimed something.
enum KillPlan: Sendable {
    case after(Duration)
    case at(RequestKind, nth: Int, delay: Duration)
    case saying(String, nth: Int)
    case claiming

    /// Words of the log, each said when a step has just been taken.
    private static let words = ["taken", "submitting", "accepted", "rendered", "saved", "saved", "delivered", "done"]

    /// Requests that are likely to come where so much is under way.
    private static func requests(after moments: Set<Aftermath.Moment>) -> [RequestKind] {
        var kinds: [RequestKind] = []
        if moments.contains(.queued) || moments.contains(.claiming) { kinds += [.submit, .submit] }
        if moments.contains(.following) { kinds += [.query, .query, .list, .result] }
        if moments.contains(.downloading) { kinds += [.result, .result] }
        return kinds.isEmpty ? [.submit] : kinds
    }

    /// - Parameters:
    ///   - life: about how long a process may live, in seconds, its start included.
    ///   - moments: what the one before it was killed at.
    static func draw(_ chance: inout Chance, life: Double, after moments: Set<Aftermath.Moment>) -> KillPlan {
        let nth = chance.happens(0.7) ? 1 : Int.random(in: 2...4, using: &chance)
        switch chance.unit() {
        case ..<0.4: return .after(.seconds(2 * life * chance.unit()))
        case ..<0.8:
            let delay: Duration = chance.happens(0.5) ? .zero : .milliseconds(Int.random(in: 1...120, using: &chance))
            let kind = requests(after: moments).randomElement(using: &chance) ?? .submit
            return .at(kind, nth: nth, delay: delay)
        case ..<0.92: return .saying(words.randomElement(using: &chance) ?? "taken", nth: nth)
        default: return .claiming
        }
    }

    var name: String {
        switch self {
        case .after: "no matter what"
        case .at(let kind, _, _): "a \(kind.rawValue)"
        case .saying: "a word"
        case .claiming: "a claim"
        }
    }
}
