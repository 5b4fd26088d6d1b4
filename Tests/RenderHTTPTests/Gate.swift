import Dispatch
import Synchronization

/// Something that happens once, on any thread; tasks and threads wait for it.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let group = DispatchGroup()

    init() { group.enter() }

    deinit { open() }

    func open() {
        let waiters: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard !state.isOpen else { return nil }
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        guard let waiters else { return }
        group.leave()
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiters.append(waiter) }
                    return state.isOpen
                }
                if isOpen { waiter.resume() }
            }
        } onCancel: {
            // A test that ran out of time: everybody goes on, and the test fails by what is missing.
            open()
        }
    }

    /// For a server's own thread.
    func waitBlocking() {
        group.wait()
    }
}
