public import RenderCore

/// The hot folder at work: looks at the inbox, gives renders their turn, follows and delivers them, until it is stopped or, for
/// a batch, until nothing is left to do.
public struct Engine: Sendable {
    public enum Mode: Sendable, Equatable {
        case watch
        /// Ends when nothing is growing, running or due; `wait` stays for what waits for a time, a reference or a budget.
        case drain(wait: Bool)
    }

    /// How a run ended.
    public struct Outcome: Sendable, Equatable {
        public var jobsDone = 0
        public var jobsFailed = 0
        /// Renders that wait for a person.
        public var undecided = 0
        /// Renders still in the queue.
        public var queued = 0
        public var waiting: [WaitingLine] = []
        /// What ended or hindered the run, each once.
        public var troubles: [Failure] = []
        public var overBudget: Failure?
        public var unreachable: Failure?
        public var interrupted = false

        public init() {}
    }

    public let parts: EngineParts
    public let events = EngineEvents()
    public let stopper = Stopper()

    public init(_ parts: EngineParts) {
        self.parts = parts
    }

    /// - Throws: `LedgerError` where the state itself is unusable.
    public func run(_ mode: Mode) async throws -> Outcome {
        let shift = Shift(parts: parts, events: events, stopper: stopper, mode: mode)
        // Whoever listens must not wait for more, however it ends.
        defer { events.finish() }
        return try await shift.work()
    }
}
