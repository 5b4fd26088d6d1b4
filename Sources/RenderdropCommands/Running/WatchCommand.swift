import ArgumentParser
import RenderCore
import RenderEngine

struct WatchCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch the inbox and render what is dropped, until stopped.",
        discussion: """
            Picks up dropped files, renders them and delivers the results. The first SIGINT or SIGTERM starts a \
            shutdown: nothing new is submitted, files being written are finished, and the next start picks up what \
            the provider is working on. The second one stops at once (exit code 130). SIGHUP reloads watch.yaml; if the new file has \
            an error, none of it applies. On a terminal there is a line for each job, elsewhere a line for each \
            event, on standard error.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Take over the inbox from a watcher on another machine whose heartbeat has stopped.")
    var takeOver = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let settings = try Composition.configuration(workspace.choice, context: context)
        let held = try await HeldWorkspace(settings, context: context, takeOver: takeOver)
        let engine = Engine(held.parts)
        let reload = Reload(workspace: workspace.choice, context: context, engine: engine, held: held)
        let result: Result<EngineSession.Result, any Error>
        do {
            result = .success(
                try await EngineSession.run(
                    engine, mode: .watch, speech: speech, terminal: context.terminal, reload: { reload.ask() }))
        } catch {
            result = .failure(Composition.failure(error, engine.parts.configuration.folders))
        }
        await held.close()
        let session = try result.get()
        if let code = OutcomeReport.trouble(session.outcome, terminal: context.terminal) { return code }
        // A watcher that was told to stop has done what it was told.
        return session.isAborted ? .interrupted : .done
    }
}
