public import ArgumentParser
import Foundation

/// The command line's root.
public struct Renderdrop: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "renderdrop",
        abstract: "A hot folder for generative rendering.",
        discussion: """
            Drop a job file into one folder and find the pictures in another. renderdrop checks the file, sends it \
            to Alibaba Cloud Model Studio (DashScope), follows the task, and puts the results and a JSON sidecar in \
            the outbox.

            Try it without a key and without cost:   renderdrop demo
            Get started:                             renderdrop init studio && cd studio
                                                     export DASHSCOPE_API_KEY=sk-...
                                                     renderdrop watch

            Exit codes: 0 done, 2 usage or configuration, 3 some jobs failed (run), 4 a job file is invalid (check), \
            5 the provider is out of reach, 7 key or account trouble, 8 a budget stopped it, 11 another renderdrop \
            holds this workspace, 13 something needs a decision, 14 disk full, 15 a folder is out of reach, 130 \
            interrupted.
            """,
        version: Version.number,
        subcommands: [
            DemoCommand.self, InitCommand.self, WatchCommand.self, RunCommand.self, CheckCommand.self,
            ModelsCommand.self, StatusCommand.self, RetryCommand.self, CancelCommand.self, DoctorCommand.self,
            SimulateCommand.self, ManualCommand.self,
        ])

    public init() {}

    /// Runs the command line and returns its exit code.
    public static func main(arguments: [String], environment: [String: String]) async -> Int32 {
        let terminal = Terminal(environment: environment)
        let code = await run(arguments, environment, terminal)
        let outranked: [ExitCode] = [
            .done, .jobsFailed, .jobInvalid, .unreachable, .account, .budget, .needsDecision, .folderGone,
        ]
        guard terminal.hasLostResults, outranked.map(\.rawValue).contains(code) else { return code }
        terminal.error(
            terminal.styled("renderdrop: ", .red, for: .talk) + "the results could not be written to standard output\n"
                + "  → free some space where the output goes\n")
        return ExitCode.diskFull.rawValue
    }

    private static func run(_ arguments: [String], _ environment: [String: String], _ terminal: Terminal) async -> Int32
    {
        do {
            if let mistake = CommandMistake.command(in: arguments) { throw mistake }
            var command = try await parsed(arguments)
            if var command = command as? any WorkCommand {
                return try await command.run(CommandContext(environment: environment, terminal: terminal)).rawValue
            }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitCode.done.rawValue
        } catch let failure as CommandFailure {
            return tell(failure, terminal)
        } catch {
            let code = exitCode(for: error)
            if !code.isSuccess, let mistake = CommandMistake.option(in: arguments) {
                return tell(mistake, terminal)
            }
            // The parser does not know how a command below another one is called.
            let text = fullMessage(for: error).replacing("See 'compare --", with: "See 'renderdrop models compare --")
            if code.isSuccess {
                terminal.out(text + "\n")
                return ExitCode.done.rawValue
            }
            terminal.error(text + "\n")
            return ExitCode.usage.rawValue
        }
    }

    /// - Throws: the parser's errors.
    private static func parsed(_ arguments: [String]) async throws -> any ParsableCommand {
        // The parser would take the word for the model that `models` shows.
        guard arguments.starts(with: ["models", "compare"]) else { return try await asyncParseAsRoot(arguments) }
        return try await CompareCommand.asyncParseAsRoot(Array(arguments.dropFirst(2)))
    }

    private static func tell(_ failure: CommandFailure, _ terminal: Terminal) -> Int32 {
        terminal.error(
            terminal.styled("renderdrop: ", .red, for: .talk) + failure.message
                + (failure.advice.isEmpty ? "" : "\n  → \(failure.advice)") + "\n")
        return failure.code.rawValue
    }
}
