internal import RenderCore
internal import Synchronization

/// How far a shutdown has gone. Checked before every step that costs money.
public final class Shutdown: Sendable {
    public enum Phase: Int, Sendable, Comparable {
        case running
        /// Nothing new is submitted; writes and synchronous calls in progress may finish.
        case stopping
        /// Everything ends at once.
        case aborting

        public static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var phase = Phase.running
        var isPatient = false
        var waiters: [Int: (phase: Phase, continuation: CheckedContinuation<Void, Never>)] = [:]
        var next = 0
        var children: [Int: Shutdown] = [:]
    }
    private let state = Mutex(State())

    public init() {}

    public var phase: Phase { state.withLock { $0.phase } }
    public var isStopping: Bool { phase > .running }

    /// True while a shutdown lets every call in flight finish, however long it takes: nobody waits for the process to
    /// exit.
    public var isPatient: Bool { state.withLock { $0.isPatient } }

    /// Moves on to `phase`, never back.
    ///
    /// - Parameter patiently: calls in flight get all the time they need; a later call without it ends this.
    public func advance(to phase: Phase, patiently: Bool = false) {
        let (reached, children) = state.withLock { state -> ([CheckedContinuation<Void, Never>], [Shutdown]) in
            state.isPatient = patiently && (state.phase == .running || state.isPatient)
            state.phase = max(state.phase, phase)
            let ids = state.waiters.filter { $0.value.phase <= state.phase }.map(\.key)
            return (
                ids.compactMap { state.waiters.removeValue(forKey: $0)?.continuation }, Array(state.children.values)
            )
        }
        for child in children { child.advance(to: phase, patiently: patiently) }
        for continuation in reached { continuation.resume() }
    }

    /// Runs `work` with a shutdown of its own, which goes as far as this one or further: it can end before the process does.
    func withChild<Value: Sendable>(_ work: (Shutdown) async throws -> Value) async rethrows -> Value {
        let child = Shutdown()
        let (id, phase, isPatient) = state.withLock { state in
            state.next += 1
            state.children[state.next] = child
            return (state.next, state.phase, state.isPatient)
        }
        defer { state.withLock { _ = $0.children.removeValue(forKey: id) } }
        if phase > .running { child.advance(to: phase, patiently: isPatient) }
        return try await work(child)
    }

    /// - Throws: `CancellationError` once a stop has begun.
    public func check() throws {
        if isStopping || Task.isCancelled { throw CancellationError() }
    }

    /// Returns once the stop has gone that far, or the task was cancelled.
    public func reached(_ phase: Phase) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if state.phase >= phase || Task.isCancelled { return true }
                    state.waiters[id] = (phase, continuation)
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id)?.continuation }?.resume()
        }
    }

    /// Waits, but no longer than until the stop has gone as far as `phase`.
    ///
    /// - Throws: `CancellationError` when it has.
    func pause(for duration: Duration, clock: any Clock<Duration>, giveUpAt phase: Phase) async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.reached(phase) }
            // A cancelled sleep is the point of cancelling it.
            group.addTask { try? await clock.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
        if self.phase >= phase || Task.isCancelled { throw CancellationError() }
    }
}
