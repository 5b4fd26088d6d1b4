import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct CheckCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check job files and price them, without sending anything.",
        discussion: """
            Says every mistake with its line and what to do, or what would be rendered and what it is expected to cost. References \
            are looked for beside the file, then in assets/. Touches no network and moves nothing. Works without a workspace, \
            too. Exit code 4 if any file is invalid.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "Job files.")
    var files: [String]
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Composition.configuration(workspace.choice, context: context, optional: true).value
        let checker = JobChecker(
            configuration: configuration,
            reader: JobReader(
                parser: Composition.parser, configuration: configuration,
                catalogue: try Composition.catalogue(configuration)),
            references: { Composition.references(beside: $0, configuration) })
        var reports: [JobChecker.Report] = []
        for file in files { reports.append(await checker.check(file)) }
        if json {
            context.terminal.out(JSONOutput.pretty(reports) + "\n")
        } else {
            for report in reports { context.terminal.out(report.text(context.terminal)) }
        }
        return reports.allSatisfy(\.valid) ? .done : .jobInvalid
    }
}
