public import RenderCore
import Synchronization

/// Runs the hot folder: scans the inbox, starts renders, follows and delivers them, until it is stopped or, for a
/// batch, until nothing is left to do. Lives as long as the process; a reload changes its parts.
public final class Engine: Sendable {
    public enum Mode: Sendable, Equatable {
        case watch
        /// Ends when no file is still being copied and nothing is running or due. With `wait` it also stays for files
        /// that wait for a time, a reference or a budget.
        case drain(wait: Bool)
    }

    /// How a run ended.
    public struct Outcome: Sendable, Equatable {
        public var jobsDone = 0
        public var jobsFailed = 0
        /// Jobs that came to their end, in that order; a watcher does not keep them.
        public var ended: [JobID] = []
        /// Renders that need a decision.
        public var undecided = 0
        /// Renders still in the queue.
        public var queued = 0
        public var waiting: [WaitingDrop] = []
        /// Problems that ended or hindered the run, each once.
        public var troubles: [Failure] = []
        public var overBudget: Failure?
        public var unreachable: Failure?
        public var interrupted = false

        public init() {}
    }

    /// Where the parts of the next run come from.
    private typealias Opening = @Sendable () async throws -> EngineParts

    private struct State {
        var parts: EngineParts
        /// Stops the present run; nil: no run is at work.
        var run: Shutdown?
        var next: Opening?
    }
    private let state: Mutex<State>

    /// Stays open from the first run to the last: a listener survives a reload.
    public let events = EngineEvents()
    /// Ends the engine. A reload ends one run only, and does not move it.
    public let shutdown = Shutdown()

    public init(_ parts: EngineParts) {
        state = Mutex(State(parts: parts))
    }

    /// Those of the present run; between two runs those of the former.
    public var parts: EngineParts { state.withLock { $0.parts } }

    /// Runs until it is stopped or, for a batch, until nothing is left to do; with other parts after each reload.
    ///
    /// - Returns: how the last run ended.
    /// - Throws: `LedgerError` if the state itself is unusable; what the opening of a reload throws.
    public func run(_ mode: Mode) async throws -> Outcome {
        // Whoever listens must not wait for more, however it ends.
        defer { events.finish() }
        while true {
            let outcome = try await runOnce(mode)
            guard !shutdown.isStopping, !outcome.isTakenOver, try await openNext() else { return outcome }
        }
    }

    /// Ends the present run as soon as what it is sending has been answered, and goes on with other parts; running tasks are followed
    /// there. Asked for again before that, only the last one counts. Without effect once the engine is being stopped.
    ///
    /// - Parameter open: lets go of what the present run works with and opens the next parts; called when that run has ended. What it
    ///   throws ends `run`, so it falls back to the former parts by its own means.
    public func reload(_ open: @escaping @Sendable () async throws -> EngineParts) {
        let run = state.withLock { state in
            state.next = open
            return state.run
        }
        run?.advance(to: .stopping, patiently: true)
    }

    private func runOnce(_ mode: Mode) async throws -> Outcome {
        events.beginRun()
        return try await shutdown.withChild { shutdown in
            let (parts, isOver) = state.withLock { state in
                state.run = shutdown
                return (state.parts, state.next != nil)
            }
            defer { state.withLock { $0.run = nil } }
            if isOver { shutdown.advance(to: .stopping, patiently: true) }
            // Before anything is read: what another term holds is not ours to change.
            try await parts.held.take(from: parts.ledger)
            return try await EngineRun(parts: parts, events: events, shutdown: shutdown, mode: mode).work()
        }
    }

    /// - Returns: false: nobody asked for a reload.
    private func openNext() async throws -> Bool {
        var isOpened = false
        while let open = state.withLock({ state in
            defer { state.next = nil }
            return state.next
        }) {
            let parts = try await open()
            state.withLock { $0.parts = parts }
            isOpened = true
        }
        return isOpened
    }
}

extension Engine.Outcome {
    /// Another watcher has the inbox.
    public var isTakenOver: Bool { troubles.contains { $0.has(.inboxTakenOver) } }
}
