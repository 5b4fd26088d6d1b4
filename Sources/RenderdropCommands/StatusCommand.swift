import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct StatusCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What is queued, running, done or waiting, and why.",
        discussion: """
            Works while watch runs, and touches nothing. Give a job's name, the beginning of its id, or a file in the inbox to \
            see only that.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "A job's name or id, or a file in the inbox.")
    var job: String?
    @Option(help: "How many of the jobs that have ended are shown.")
    var ended = 10
    @Flag(help: "Results as JSON on standard output.")
    var json = false
    @Flag(help: "Show it again every two seconds, until interrupted.")
    var watch = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let configuration = try Composition.configuration(workspace.choice, context: context).value
        while true {
            let report = try await report(configuration)
            if let job, report.jobs.isEmpty, report.waiting.isEmpty {
                throw CommandFailure(
                    .usage, "no job and no waiting file is called \(job)",
                    advice: "give a job's name, the beginning of its id, or a file in \(configuration.folders.inbox)")
            }
            if watch, context.terminal.isLive, !json { context.terminal.out("\u{1B}[2J\u{1B}[H") }
            context.terminal.out(json ? JSONOutput.pretty(report) + "\n" : report.text(context.terminal))
            if !watch { break }
            try await Task.sleep(for: .seconds(2))
        }
        return .done
    }

    private func report(_ configuration: Configuration) async throws -> StatusReport {
        guard let ledger = try Composition.readingLedger(configuration) else {
            return StatusReport(
                at: Date(), counts: [:], jobs: [],
                waiting: WaitingFiles.read(configuration.folders).map(\.shown), spentToday: [], spentThisMonth: [])
        }
        return try await StatusReport.make(
            ledger: ledger, depot: Composition.depot(configuration), configuration: configuration, matching: job,
            path: job.flatMap { WaitingFiles.path($0, configuration.folders) }, ended: max(0, ended), now: Date())
    }
}
