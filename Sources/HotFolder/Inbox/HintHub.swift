import Synchronization

/// Receives hints. Never locked during a file call, so a query cannot hang.
final class HintHub: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
        var isTrusted = false
    }

    private let state = Mutex(State())

    /// Whether events are known to arrive for every folder.
    var isTrusted: Bool {
        get { state.withLock { $0.isTrusted } }
        set { state.withLock { $0.isTrusted = newValue } }
    }

    /// Hints collapse into one while nobody takes them.
    func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func hint() {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield() }
    }

    deinit {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }
}
