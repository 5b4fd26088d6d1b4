import ArgumentParser
import Foundation
import RenderCore

struct DoctorCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that a watcher needs, and say how to mend what is wrong.",
        discussion: """
            Looks at the configuration, the key, the provider, the folders, the disks, the clock and the ledger. Works while watch \
            runs. It sends nothing that costs.

            With --rebuild it makes the ledger anew from the journals in working, archive and failed and from the sidecars. Stop the \
            watcher first. The former ledger stays beside the new one. What was sent and has no outcome on paper needs a \
            decision then, and is never sent again by itself.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Flag(help: "Make the ledger anew from journals and sidecars.")
    var rebuild = false
    @Flag(help: "Results as JSON on standard output.")
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
