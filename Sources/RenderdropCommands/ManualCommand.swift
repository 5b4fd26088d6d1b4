import ArgumentParser
import RenderCore

/// How `make dist` writes the manual page.
struct ManualCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the manual page, renderdrop(1), to standard output.",
        shouldDisplay: false)

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let tree: CommandTree
        do {
            tree = try CommandTree.all()
        } catch {
            throw CommandFailure(.usage, .manualNotBuilt(because: "\(error)"))
        }
        context.terminal.out(ManualPage(tree, version: Version.number).roff)
        return .done
    }
}
