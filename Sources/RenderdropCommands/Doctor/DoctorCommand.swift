import ArgumentParser
import Foundation
import RenderCore

struct DoctorCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that a watcher needs, and say how to fix each problem.",
        discussion: """
            Checks the configuration, the key, the provider, the folders, the disks, the clock and the ledger. Works \
            while watch runs. Sends nothing that costs money.

            With --rebuild it rebuilds the ledger from the journals in working, archive and failed and from the \
            sidecars. Stop the watcher first. The old ledger is kept beside the new one. A render that was sent and \
            has no recorded result then needs a decision, and is never resent automatically.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Flag(help: "Rebuild the ledger from journals and sidecars.")
    var rebuild = false
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        guard rebuild else {
            let report = await DoctorExamination(context: context).report(workspace.choice)
            context.terminal.out(json ? JSONOutput.pretty(report) + "\n" : report.text(context.terminal))
            return report.code
        }
        let report = try await Composition.rebuild(workspace.choice, context: context)
        context.terminal.out(json ? JSONOutput.pretty(report) + "\n" : report.text(context.terminal))
        return report.needsDecision.isEmpty ? .done : .needsDecision
    }
}
