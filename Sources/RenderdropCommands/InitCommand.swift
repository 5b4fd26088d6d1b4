import ArgumentParser
import Foundation
import RenderCore

struct InitCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a workspace: the folders and a commented watch.yaml.",
        discussion: "Nothing that exists is changed; run it again to make what is missing.")

    @Argument(help: "Where; made if it does not exist.")
    var folder = "."
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    private struct Report: Encodable {
        var folder: String
        var config: String
        var made: [String]
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let root = Composition.absolute(folder)
        let made = try WorkspaceMaker.make(root)
        if json {
            context.terminal.out(
                JSONOutput.pretty(Report(folder: root, config: root + "/watch.yaml", made: made)) + "\n")
        } else {
            context.terminal.out(
                (made.isEmpty ? "everything is there: " : "made ") + root + "\n"
                    + made.map { "  \($0)\n" }.joined())
            context.terminal.error(
                """
                Next: export DASHSCOPE_API_KEY=sk-..., then
                  renderdrop watch --config \(root)/watch.yaml
                and drop a job file into \(root)/inbox

                """)
        }
        return .done
    }
}
