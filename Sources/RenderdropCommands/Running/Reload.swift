import RenderCore
import RenderEngine

/// SIGHUP: `watch.yaml` is read again, all or nothing. A good one ends this run of the engine, as soon as what it is sending has been
/// answered, and the next one begins with it; jobs that are claimed keep what they were claimed with.
struct Reload: Sendable {
    let workspace: WorkspaceChoice
    let context: CommandContext
    let engine: Engine
    let held: HeldWorkspace

    func ask() {
        do {
            let settings = try Composition.configuration(workspace, context: context)
            _ = try Composition.catalogues(settings.value)
            try Composition.checkFolders(settings.value)
            try ConfiguredAccount.check(ConfiguredAccount.all(settings.value, context.environment))
            context.terminal.error("reading \(settings.path) again\n")
            engine.reload { [held] in try await held.change(to: settings) }
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
