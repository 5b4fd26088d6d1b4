internal import RenderCore
internal import Synchronization

/// Wakes one sleeper; rings while nobody sleeps are kept as one.
final class Bell: Sendable {
    private struct State {
        var rung = false
        var sleeper: (id: Int, continuation: CheckedContinuation<Void, Never>)?
        var next = 0
    }
    private let state = Mutex(State())

    func ring() {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let sleeper = state.sleeper else {
                state.rung = true
                return nil
            }
            state.sleeper = nil
            return sleeper.continuation
        }?.resume()
    }

    /// Returns at the next ring, after `longest`, or when the task is cancelled, whichever is first.
    func wait(atMost longest: Duration, clock: any Clock<Duration>) async {
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
                    state.sleeper = (id, continuation)
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let sleeper = state.sleeper, sleeper.id == id else { return nil }
                state.sleeper = nil
                return sleeper.continuation
            }?.resume()
        }
    }
}
