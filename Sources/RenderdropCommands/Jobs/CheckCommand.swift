import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct CheckCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check job files and estimate their cost, without sending anything.",
        discussion: """
            Reports every mistake with its line and how to fix it. If there is none, shows what would be rendered \
            and the estimated cost. Looks for references beside the file, then in assets/; outside the inbox also in \
            the folders beside the file. If a picture is missing, the job would wait for it: that is a warning. Uses \
            no network and moves no files. Also works without a workspace. Exit code 4 if a file is invalid, 7 if a \
            job waits for an account of its provider, 8 if a job costs more than a whole day's or month's budget.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "The job files to check.", completion: Completion.jobFile)
    var files: [String]
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Composition.configuration(workspace.choice, context: context, optional: true).value
        let catalogues = try Composition.catalogues(configuration)
        let accounts = ConfiguredAccount.all(configuration, context.environment)
        let checker = JobChecker(
            configuration: configuration,
            reader: DropReaders(
                parser: Composition.parser, configuration: configuration,
                catalogue: try Composition.catalogue(configuration),
                accounts: Composition.planning(configuration, accounts, catalogues)),
            references: { Composition.references(beside: $0, configuration) })
        // With one account there is nothing to choose, and `doctor` speaks of its key.
        if accounts.count > 1 || !configuration.accounts.isEmpty {
            for account in accounts { context.terminal.error(ShownText.line(account.line()) + "\n") }
        }
        var reports: [JobChecker.Report] = []
        for file in files { reports.append(await checker.check(file)) }
        if json {
            context.terminal.out(JSONOutput.pretty(reports) + "\n")
        } else {
            for report in reports { context.terminal.out(report.text(context.terminal)) }
        }
        guard reports.allSatisfy(\.valid) else { return .jobInvalid }
        guard reports.allSatisfy({ $0.accountMissing == nil }) else { return .account }
        return reports.allSatisfy { $0.overBudget == nil } ? .done : .budget
    }
}
