import ArgumentParser
import RenderEngine

struct WatchCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch the inbox until stopped.",
        discussion: """
            Takes what is dropped, renders it, and delivers it. The first SIGINT or SIGTERM stops: nothing new is submitted, what \
            is being written is finished, and what the provider is working on is picked up at the next start. The second \
            one stops at once. On a terminal there is a line a job; elsewhere a line an event on standard error.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Take the inbox over from a watcher on another machine whose heartbeat is stale.")
    var takeOver = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let composition = try await Composition.open(workspace.choice, context: context, takeOver: takeOver)
        let session = try await composition.closing { engine in
            try await EngineSession.run(engine, mode: .watch, speech: speech, terminal: context.terminal)
        }
        if let code = OutcomeReport.trouble(session.outcome, terminal: context.terminal) { return code }
        // A watcher that was told to stop has done what it was told.
        return .done
    }
}
