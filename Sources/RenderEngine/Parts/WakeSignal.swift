internal import RenderCore
internal import Synchronization

/// Wakes whoever sleeps. Rings are combined into one while nobody sleeps; the next sleeper gets it.
final class WakeSignal: Sendable {
    private struct State {
        var rung = false
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    /// How many sleep.
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    func ring() {
        let woken = state.withLock { state in
            if state.sleepers.isEmpty { state.rung = true }
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        for sleeper in woken { sleeper.resume() }
    }

    /// Returns at the next ring, after `longest`, or when the task is cancelled, whichever is first.
    func wait(atMost longest: Duration, clock: any Clock<Duration>) async {
        // While much happens it was rung already: then no timer is set for it.
        let wasRung = state.withLock { state in
            defer { state.rung = false }
            return state.rung
        }
        if wasRung || Task.isCancelled { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.rung() }
            // A cancelled sleep is the point of cancelling it.
            group.addTask { try? await clock.sleep(for: longest) }
            await group.next()
            group.cancelAll()
        }
    }

    private func rung() async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if state.rung || Task.isCancelled {
                        if !Task.isCancelled { state.rung = false }
                        return true
                    }
                    state.sleepers[id] = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.resume()
        }
    }
}
