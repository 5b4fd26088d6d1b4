import RenderCore
import RenderEngine

/// The workspace that a watcher holds: one at a time, another one after a reload.
actor HeldWorkspace {
    typealias Settings = (value: Configuration, path: String)

    private let context: CommandContext
    /// Tasks that were submitted with a former key are followed with it, also after a reload.
    private let keys = UsedKeys()
    private var settings: Settings
    /// Nil: it is closed.
    private var composition: Composition?
    /// The parts of the first composition.
    nonisolated let parts: EngineParts

    init(_ settings: Settings, context: CommandContext, takeOver: Bool) async throws {
        self.context = context
        self.settings = settings
        let composition = try await Composition.open(settings, context: context, takeOver: takeOver, keys: keys)
        self.composition = composition
        parts = composition.parts
    }

    /// Lets go of the present workspace and opens another one; the same one again where that does not open.
    ///
    /// - Throws: `CommandFailure` where neither opens.
    func change(to wanted: Settings) async throws -> EngineParts {
        await close()
        do {
            return try await open(wanted)
        } catch {
            // What is at the provider is followed on, whatever became of the new settings since they were checked.
            Reload.refuse(error, context.terminal)
            return try await open(settings)
        }
    }

    private func open(_ settings: Settings) async throws -> EngineParts {
        let opened = try await Composition.open(settings, context: context, takeOver: false, keys: keys)
        composition = opened
        self.settings = settings
        return opened.parts
    }

    func close() async {
        await composition?.close()
        composition = nil
    }
}
