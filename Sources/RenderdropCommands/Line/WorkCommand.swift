import ArgumentParser
import Foundation

/// What a command is given from outside.
struct CommandContext: Sendable {
    var environment: [String: String]
    var terminal: Terminal
}

/// A command that ends with one of our exit codes.
protocol WorkCommand: AsyncParsableCommand {
    mutating func run(_ context: CommandContext) async throws -> ExitCode
}

extension WorkCommand {
    /// Only for callers that go round `Renderdrop.main`: the parser's own entry point.
    mutating func run() async throws {
        let context = CommandContext(
            environment: ProcessInfo.processInfo.environment,
            terminal: Terminal(environment: ProcessInfo.processInfo.environment))
        let code = try await run(context)
        if code != .done { throw ArgumentParser.ExitCode(code.rawValue) }
    }
}
