import Synchronization

/// Counts, from any task.
final class Counter: Sendable {
    private let state = Mutex((value: 0, inside: 0, most: 0))

    var value: Int { state.withLock { $0.value } }
    /// How many were inside together, at most.
    var most: Int { state.withLock { $0.most } }

    @discardableResult
    func add() -> Int {
        state.withLock {
            $0.value += 1
            return $0.value
        }
    }

    func enter() {
        state.withLock {
            $0.inside += 1
            $0.most = max($0.most, $0.inside)
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }
}
