public import struct Foundation.Date

/// What people command, from any process, and what became of it. None of these functions needs to hold a job: a person's
/// command may come from a process beside the one that works on the job.
///
/// - Throws: `LedgerError`.
public protocol OperatorCommands: Sendable {
    /// Records a person's command, for the process that holds the job.
    ///
    /// - Returns: the command's number.
    func add(_ command: OperatorCommand) async throws -> Int
    /// Unanswered commands, oldest first.
    func openCommands() async throws -> [NumberedCommand]
    /// The answer to a command; nil: none yet, or there is no such command.
    func answer(toCommand number: Int) async throws -> OperatorCommandAnswer?
    /// Answers a command. A second answer changes nothing.
    func answer(command number: Int, _ answer: OperatorCommandAnswer) async throws

    /// Closes the queue of an active job: its queued renders become canceled (`RenderMachine.Event.cancelAsked`), and
    /// nothing can be queued from then on. A render that is being sent by then stays as it is. Does nothing if the job
    /// has ended; throws `.noSuchJob`.
    ///
    /// - Parameter command: written in the same transaction, for the process that holds the job; nil: none.
    /// - Returns: the command's number.
    @discardableResult
    func closeQueue(of job: JobID, at now: Date, leaving command: OperatorCommand?) async throws -> Int?
}
