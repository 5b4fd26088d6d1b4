/// What people command, from any process, and what became of it. None of these functions needs to hold a job: a person's
/// command may come from a process beside the one that works on the job.
///
/// - Throws: `LedgerError`.
public protocol OperatorCommands: Sendable {
    /// Records a person's command, for the process that holds the job. From then on until it is answered, a cancel keeps the renders that
    /// it is about from being sent: `RenderQueue.record` throws `.cancelAsked`.
    ///
    /// - Returns: the command's number.
    func add(_ command: OperatorCommand) async throws -> Int
    /// Unanswered commands, oldest first.
    func openCommands() async throws -> [NumberedCommand]
    /// The answer to a command; nil: none yet, or there is no such command.
    func answer(toCommand number: Int) async throws -> OperatorCommandAnswer?
    /// Answers a command. A second answer changes nothing.
    func answer(command number: Int, _ answer: OperatorCommandAnswer) async throws
}
