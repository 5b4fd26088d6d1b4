import DashScopeSimulator
import Foundation
import Synchronization

/// Hears of every request before the simulator sends its answer, and kills at the one that was chosen: what the provider has done by
/// then nobody else knows.
final class Listener: Sendable {
    private struct State {
        var kind: RequestKind?
        var left = 0
        /// Not at the answer itself, but so much later.
        var delay = Duration.zero
        var child: Child?
        var due: ContinuousClock.Instant?
        var heard = 0
    }
    private let state = Mutex(State())

    /// Kills `child` at the `nth` request of that kind from now on.
    func arm(_ kind: RequestKind, nth: Int, delay: Duration, _ child: Child) {
        state.withLock { $0 = State(kind: kind, left: nth, delay: delay, child: child, heard: $0.heard) }
    }

    func disarm() { state.withLock { $0 = State(heard: $0.heard) } }

    /// When the chosen request came, if it has come, and its delay behind it.
    var due: ContinuousClock.Instant? { state.withLock { $0.due } }

    /// Requests so far.
    var heard: Int { state.withLock { $0.heard } }

    /// - Parameter line: `METHOD path status`, as the simulator logs it.
    func hear(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count > 1 else { return }
        let kind = Self.kind(of: words[1])
        state.withLock { state in
            state.heard += 1
            guard let wanted = state.kind, wanted == kind else { return }
            state.left -= 1
            guard state.left == 0 else { return }
            state.due = .now + state.delay
            if state.delay == .zero { state.child?.send(SIGKILL) }
        }
    }

    private static func kind(of path: Substring) -> RequestKind {
        if path.hasPrefix("/_results/") { return .result }
        if path.hasPrefix("/api/v1/services/") { return .submit }
        if path.hasPrefix("/api/v1/tasks/") { return .query }
        return path.hasPrefix("/api/v1/tasks") ? .list : .other
    }
}
