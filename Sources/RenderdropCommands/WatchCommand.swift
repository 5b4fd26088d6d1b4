import ArgumentParser
import RenderCore
import RenderEngine
import Synchronization

struct WatchCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch the inbox until stopped.",
        discussion: """
            Takes what is dropped, renders it, and delivers it. The first SIGINT or SIGTERM stops: nothing new is submitted, what \
            is being written is finished, and what the provider is working on is picked up at the next start. The second \
            one stops at once. SIGHUP reads watch.yaml again, all or nothing. On a terminal there is a line a job; elsewhere a line an event on standard error.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Take the inbox over from a watcher on another machine whose heartbeat is stale.")
    var takeOver = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        var takeOver = takeOver
        let keys = KeyMemory()
        var settings = try Composition.configuration(workspace.choice, context: context)
        var former: (value: Configuration, path: String)?
        while true {
            let composition: Composition
            do {
                composition = try await Composition.open(settings, context: context, takeOver: takeOver, keys: keys)
            } catch {
                // What is at the provider is followed on, whatever became of the new settings since they were checked.
                guard let before = former else { throw error }
                Reload.refuse(error, context.terminal)
                former = nil
                settings = before
                continue
            }
            let reload = Reload(workspace: workspace.choice, context: context, stopper: composition.engine.stopper)
            let session = try await composition.closing { engine in
                try await EngineSession.run(
                    engine, mode: .watch, speech: speech, terminal: context.terminal, reload: { reload.ask() })
            }
            if let code = OutcomeReport.trouble(session.outcome, terminal: context.terminal) { return code }
            // A watcher that was told to stop has done what it was told.
            guard let wanted = reload.wanted, session.signal == nil else { return .done }
            (former, settings) = (settings, wanted)
            takeOver = false
        }
    }
}

/// SIGHUP: `watch.yaml` is read again, all or nothing. A good one ends this engine, as soon as what it is sending has been
/// answered, and the next one begins with it; jobs that are claimed keep what they were claimed with.
private final class Reload: Sendable {
    private let workspace: WorkspaceChoice
    private let context: CommandContext
    private let stopper: Stopper
    private let accepted = Mutex<(value: Configuration, path: String)?>(nil)

    init(workspace: WorkspaceChoice, context: CommandContext, stopper: Stopper) {
        self.workspace = workspace
        self.context = context
        self.stopper = stopper
    }

    /// Settings that were asked for and can be worked with; nil: none were.
    var wanted: (value: Configuration, path: String)? { accepted.withLock { $0 } }

    func ask() {
        do {
            let configuration = try Composition.configuration(workspace, context: context)
            _ = try Composition.catalogue(configuration.value)
            try Composition.checkFolders(configuration.value)
            _ = try Composition.endpoint(configuration.value)
            _ = try Composition.keySource(configuration.value, context: context)
            accepted.withLock { $0 = configuration }
            context.terminal.error("reading \(configuration.path) again\n")
            stopper.advance(to: .stopping, patiently: true)
        } catch {
            Self.refuse(error, context.terminal)
        }
    }

    static func refuse(_ error: any Error, _ terminal: Terminal) {
        let failure = error as? CommandFailure
        let advice = failure?.advice ?? ""
        terminal.error(
            "not reloaded, the configuration stays as it was:\n\(failure?.message ?? "\(error)")\n"
                + (advice.isEmpty ? "" : "  → \(advice)\n"))
    }
}
