import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct StatusCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what is queued, running, done or waiting, and why.",
        discussion: """
            Works while watch runs, and changes nothing. Shows whether a watcher runs, what is spent or reserved of the \
            budget, how many jobs and files there are, and as many of them as fit on a screen.

            To see a single item, name a job by its name, its id (beginning or last 8 characters) or its file; a folder \
            of the inbox; or a file in the outbox. For a picture you see which job and which prompt made it.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(
        help: "A job's name, id or file, a folder of the inbox, or a file in the outbox.", completion: Completion.anyJob
    )
    var job: String?
    @Option(help: "Number of ended jobs to show (default: 10, with --all: all).")
    var ended: Int?
    @Flag(help: "Show all jobs and all waiting files, however many there are.")
    var all = false
    @Flag(help: "Print results as JSON on standard output (docs/status.schema.json).")
    var json = false
    @Flag(help: "Refresh every two seconds until interrupted.")
    var watch = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let (configuration, path) = try Composition.configuration(workspace.choice, context: context)
        let times = configuration.times
        let folders = configuration.folders
        var answers = FolderAnswers()
        while true {
            let silent = answers.missing(among: [
                folders.inbox, folders.working, folders.archive, folders.failed, folders.outbox,
            ])
            for folder in silent { context.terminal.error("renderdrop: \(Message.folderDoesNotAnswer(folder).line)\n") }
            if silent.isEmpty, let lost = try Composition.ledgerLost(configuration) {
                context.terminal.error("renderdrop: \(lost.line)\n")
            }
            let search = search(configuration, path, silent)
            let report = try await report(configuration, search, silent)
            if let job, search != nil, report.jobs.isEmpty, report.waiting.isEmpty {
                throw CommandFailure(
                    .usage,
                    .noJobOrFile(
                        named: ShownText.line(job), inbox: configuration.folders.inbox,
                        outbox: configuration.folders.outbox))
            }
            if watch, context.terminal.isLive, Self.size != nil, !json { context.terminal.out("\u{1B}[2J\u{1B}[H") }
            let screen = StatusScreen(
                report: report, times: times, terminal: context.terminal, search: search == nil ? nil : job, isAll: all,
                size: Self.size)
            context.terminal.out(json ? JSONOutput.pretty(report) + "\n" : screen.text)
            if !watch { break }
            try await Task.sleep(for: .seconds(2))
        }
        return .done
    }

    /// Nil: everything is asked for, also by the name of the workspace or of its inbox.
    ///
    /// - Parameter silent: folders that do not answer.
    private func search(_ configuration: Configuration, _ path: String, _ silent: [String]) -> StatusSearch? {
        let root = (path as NSString).deletingLastPathComponent
        let search = job.map { StatusSearch($0, configuration: configuration, root: root, asksFolders: silent.isEmpty) }
        return search?.isEverything == true ? nil : search
    }

    private func report(
        _ configuration: Configuration, _ search: StatusSearch?, _ silent: [String]
    ) async throws -> StatusReport {
        let ended = max(0, ended ?? (all ? Int.max : 10))
        let question = StatusReport.Question(
            search: search, asksInbox: !silent.contains(configuration.folders.inbox),
            // Each takes a line at least. Programs get all that are at work.
            active: all || json ? nil : Self.size?.rows ?? StatusScreen.Capacity.file.jobs,
            ended: ended == Int.max ? nil : ended, matches: all ? nil : StatusScreen.Capacity.file.jobs)
        return try await StatusReport.make(
            ledger: Composition.readingLedger(configuration), spool: Composition.spool(configuration),
            configuration: configuration, question, now: Date())
    }

    /// Of the terminal that results go to; nil: they go elsewhere.
    private static var size: ScreenSize? {
        var size = winsize()
        guard isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
        guard size.ws_row > 0, size.ws_col > 0 else { return nil }
        return ScreenSize(columns: max(20, Int(size.ws_col)), rows: Int(size.ws_row))
    }
}
