import RenderCore
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

/// As `LimitedCall`, for a question that many ask at the same time. While a call is late, nobody makes another one.
final class LimitedCalls: Sendable {
    private struct Call {
        var isLate = false
    }
    private struct State {
        var calls: [Int: Call] = [:]
        var next = 0
        var late = 0
    }
    private let state = Mutex(State())

    /// - Returns: nil if the call has not returned within `limit`, or an earlier one is late.
    /// - Throws: what the call throws; `CancellationError` if the waiting task was cancelled.
    func value<Value: Sendable>(
        within limit: Duration, clock: any Clock<Duration>, _ call: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let id = state.withLock { state -> Int? in
            guard state.late == 0 else { return nil }
            state.next += 1
            state.calls[state.next] = Call()
            return state.next
        }
        guard let id else { return nil }
        let answer = FirstAnswer<Result<Value, any Error>?>()
        // Nobody awaits these two: the first may never end, the second ends when it is cancelled.
        Task {
            let result: Result<Value, any Error>
            do {
                result = .success(try await call())
            } catch {
                result = .failure(error)
            }
            state.withLock { state in
                if state.calls.removeValue(forKey: id)?.isLate == true { state.late -= 1 }
            }
            answer.give(result)
        }
        let timer = Task {
            // A cancelled sleep is the point of cancelling it.
            try? await clock.sleep(for: limit)
            guard answer.give(nil) else { return }
            state.withLock { state in
                guard state.calls[id] != nil else { return }
                state.calls[id]?.isLate = true
                state.late += 1
            }
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

/// Waits for a call that only asks, but not beyond a stop, and not while a share hangs. The call itself goes on, and its answer is
/// dropped.
struct ReleasedCall: Sendable {
    let shutdown: Shutdown
    /// Folders in which a call has not returned for so long.
    let hanging: (@Sendable (Duration) -> [HangingFolder])?

    /// After a stop a call that does not hang has this long.
    private static let grace = Duration.seconds(2)
    private static let limit = Duration.seconds(60)

    /// - Throws: what the call throws; `CancellationError` at a stop; `Failure` with code `folder_hangs`.
    func value<Value: Sendable>(_ call: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let answer = FirstAnswer<Result<Value, any Error>>()
        // Nobody awaits it: it may never end.
        Task {
            do {
                answer.give(.success(try await call()))
            } catch {
                answer.give(.failure(error))
            }
        }
        // By the real clock: a share hangs in real time.
        let watch = Task {
            while !Task.isCancelled {
                // The end of the pause by a stop is what is waited for.
                try? await shutdown.pause(for: .seconds(1), clock: ContinuousClock(), giveUpAt: .stopping)
                if shutdown.isStopping {
                    // Cancelled when the answer is there.
                    try? await Task.sleep(for: Self.grace)
                    answer.give(.failure(CancellationError()))
                    return
                }
                if let folder = hanging?(Self.limit).first(where: { $0.work.contains(.taking) }) {
                    answer.give(.failure(Failure.hanging(folder)))
                    return
                }
            }
        }
        defer { watch.cancel() }
        return try await answer.value.get()
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

    /// - Returns: whether it is the first.
    @discardableResult
    func give(_ value: Value) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value, Never>?) in
            switch state {
            case .open:
                state = .given(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .given(value)
                return (true, continuation)
            case .given: return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
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
