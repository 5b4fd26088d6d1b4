import ArgumentParser
import RenderEngine

struct RunCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Render what lies in the inbox, then end: for cron and scheduled batches.",
        discussion: """
            Ends when nothing is growing, running or due. What waits for a time, a reference or a budget stays where it is and \
            is listed. Gives up on a provider that is out of reach after 10 minutes (limits.unreachable). Run again at \
            any time: every job goes on where it stood. Exit code 3 if some jobs failed, 13 if a lost answer needs a decision; \
            `renderdrop --help` lists all.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Stay for what waits for a time, a reference or a budget.")
    var wait = false
    @Flag(help: "Take the inbox over from a watcher on another machine whose heartbeat is stale.")
    var takeOver = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let composition = try await Composition.open(workspace.choice, context: context, takeOver: takeOver)
        let wait = wait
        let session = try await composition.closing { engine in
            try await EngineSession.run(engine, mode: .drain(wait: wait), speech: speech, terminal: context.terminal)
        }
        OutcomeReport.print(session.outcome, json: speech.json, quiet: speech.quiet, terminal: context.terminal)
        return session.signal == nil ? ExitCode.of(session.outcome) : .interrupted
    }
}
