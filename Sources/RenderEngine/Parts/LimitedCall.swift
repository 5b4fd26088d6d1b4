import Synchronization

/// Asks a folder something, and waits for the answer only so long: a call on a share that hangs does not return. The
/// call goes on, and as long as it runs there is no second one.
final class LimitedCall<Value: Sendable>: Sendable {
    private let isRunning = Mutex(false)

    /// - Returns: nil if the call has not returned within `limit`, or an earlier one has still not returned.
    /// - Throws: what the call throws; `CancellationError` if the waiting task was cancelled.
    func value(
        within limit: Duration, clock: any Clock<Duration>, _ call: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let isFree = isRunning.withLock { isRunning in
            defer { isRunning = true }
            return !isRunning
        }
        guard isFree else { return nil }
        let answer = FirstAnswer<Result<Value, any Error>?>()
        // Nobody awaits these two: the first may never end, the second ends when it is cancelled.
        Task {
            let result: Result<Value, any Error>
            do {
                result = .success(try await call())
            } catch {
                result = .failure(error)
            }
            isRunning.withLock { $0 = false }
            answer.give(result)
        }
        let timer = Task {
            // A cancelled sleep is the point of cancelling it.
            try? await clock.sleep(for: limit)
            answer.give(nil)
        }
        let result = await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
        timer.cancel()
        return try result?.get()
    }
}

/// The first of several answers.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case given(Value)
    }
    private let state = Mutex(State.open)

    func give(_ value: Value) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .open:
                state = .given(value)
                return nil
            case .awaited(let continuation):
                state = .given(value)
                return continuation
            case .given: return nil
            }
        }
        continuation?.resume(returning: value)
    }

    /// Asked for once.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    if case .given(let value) = state { return value }
                    state = .awaited(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}
