import Synchronization

/// Synchronous calls that take their time; moving the clock wakes them.
final class SyncWaits: Sendable {
    private struct State {
        var next = 0
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Everybody who waits looks at the time again.
    func ring() {
        for wake in state.withLock({ Array($0.bells.values) }) { wake.yield() }
    }

    /// Returns when `remaining()` seconds have passed on the clock, or when it has sunk to 0 at a ring.
    /// - Throws: `CancellationError`.
    func wait(_ clock: any Clock<Duration>, remaining: @Sendable () -> Double) async throws {
        let (wake, ringer) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.bells[state.next] = ringer
            return state.next
        }
        defer {
            _ = state.withLock { $0.bells.removeValue(forKey: id) }
            ringer.finish()
        }
        while true {
            let left = remaining()
            guard left > 0 else { return }
            let isOver = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await clock.sleep(for: .seconds(min(left, 1e9)), tolerance: nil)
                    return true
                }
                group.addTask {
                    for await _ in wake { return false }
                    return false
                }
                let first = try await group.next() ?? true
                group.cancelAll()
                return first
            }
            try Task.checkCancellation()
            if isOver { return }
        }
    }
}
