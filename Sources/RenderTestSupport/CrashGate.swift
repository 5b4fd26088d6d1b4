import Synchronization

/// Stands before every effect of one run of a program, and ends the run at one of them: from then on nothing has any effect,
/// as if the process had been killed.
public final class CrashGate: Sendable {
    public enum Moment: String, Sendable, CaseIterable {
        /// The effect does not happen.
        case before
        /// It happens, and nobody hears of it.
        case after
    }

    private struct State {
        var passed: [String] = []
        var crashed: String?
    }

    private let number: Int
    private let moment: Moment
    private let onCrash: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - number: of the effect at which the run ends, from one; zero: at none.
    ///   - onCrash: ends the run; called once.
    public init(at number: Int, _ moment: Moment, onCrash: @escaping @Sendable () -> Void) {
        self.number = number
        self.moment = moment
        self.onCrash = onCrash
    }

    /// The names of all effects so far.
    public var passed: [String] { state.withLock { $0.passed } }
    /// The effect at which the run ended.
    public var crashed: String? { state.withLock { $0.crashed } }

    /// Runs an effect, or ends the run.
    ///
    /// - Throws: `CancellationError` at the crash and for everything after it.
    public func effect<Value: Sendable>(
        _ name: String, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let isLast = try state.withLock { state in
            if state.crashed != nil { throw CancellationError() }
            state.passed.append(name)
            let isLast = state.passed.count == number
            if isLast { state.crashed = name }
            return isLast
        }
        guard isLast else { return try await body() }
        if moment == .after { _ = try await body() }
        onCrash()
        throw CancellationError()
    }

    /// Asks something, which has no effect but does not work after the crash either.
    public func question<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        if crashed != nil { throw CancellationError() }
        return try await body()
    }
}
