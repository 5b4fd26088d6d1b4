/// Where a job's renders stand by its journal alone: for a job whose rows were lost. What was sent is never sent again.
public enum JournalStanding {
    public struct Standing: Sendable, Equatable {
        /// Attempts begun.
        public var attempts: Int
        public var state: RenderMachine.State

        public init(attempts: Int, state: RenderMachine.State) {
            self.attempts = attempts
            self.state = state
        }
    }

    /// By number of the render; those that were never sent are left out.
    ///
    /// | last line of the render | it stands |
    /// | --- | --- |
    /// | an intent without an answer | undecided |
    /// | accepted, with a task | following the task |
    /// | completed, or unknown | undecided: its result, or whether there is one, stood in the lost ledger only |
    /// | refused, or not sent | in the queue |
    public static func read(_ journal: [JSONValue]) -> [Int: Standing] {
        var found: [Int: Standing] = [:]
        for line in journal {
            guard let event = line["event"]?.string, event == "intent" || event == "answer",
                let render = line["render"]?.int, let attempt = line["attempt"]?.int
            else { continue }
            found[render] = Standing(
                attempts: max(attempt, found[render]?.attempts ?? 0),
                state: event == "intent" ? unknown : state(after: line))
        }
        return found
    }

    private static func state(after answer: JSONValue) -> RenderMachine.State {
        switch answer["outcome"]?.string.flatMap(AttemptRecord.Outcome.init) {
        case .accepted: answer["task"]?.string.map { .following(TaskID($0)) } ?? unknown
        case .refused, .notSent: .queued
        case .completed, .unknown, nil: unknown
        }
    }

    private static let unknown = RenderMachine.State.undecided(
        Failure(
            code: "ledger_lost",
            message: "this render was sent before the ledger was lost, and nobody knows what became of it",
            advice:
                "look for it in the provider's console and in the outbox, then say `renderdrop retry` with --adopt TASK, "
                + "--resend or --give-up",
            fault: .provider, retryable: false))
}
