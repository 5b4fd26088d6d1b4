import CEmbedded
import Foundation
import RenderCore
import RenderYAML

/// Settings and catalogues, as files, environment and flags have them.
extension Composition {
    static var parser: any DocumentParser { YAMLDocumentParser() }

    static func absolute(_ path: String) -> String {
        let expanded = (path as NSString).expandingTildeInPath
        let full = expanded.hasPrefix("/") ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
        return (full as NSString).standardizingPath
    }

    /// `watch.yaml` with the environment and the flags laid over it.
    ///
    /// - Parameter optional: without a file, the defaults of the folder that it would lie in; its assets only if they are there,
    ///   because a folder that is no workspace lacks nothing.
    static func configuration(
        _ choice: WorkspaceChoice, context: CommandContext, optional: Bool = false
    ) throws -> (value: Configuration, path: String) {
        var path = absolute(choice.config)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            path += "/watch.yaml"
        }
        var documents: [DocumentNode] = []
        var text = ""
        let isWorkspace = FileManager.default.fileExists(atPath: path)
        if isWorkspace {
            do {
                text = try TextDecoding.text(of: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
                documents = try parser.parse(text)
            } catch let diagnostic as Diagnostic {
                throw CommandFailure(.usage, .settingsWrong(diagnostic.rendered(file: path, text: text)))
            } catch {
                throw CommandFailure(.usage, .notReadable(path, reason: error.localizedDescription))
            }
        } else if !optional {
            throw CommandFailure(.usage, .noWorkspace(at: path))
        }
        var flags = ConfigurationOverrides()
        flags.inbox = choice.inbox.map { .init(absolute($0), origin: "--inbox") }
        flags.outbox = choice.outbox.map { .init(absolute($0), origin: "--outbox") }
        flags.baseURL = choice.baseURL.map { .init($0, origin: "--base-url") }
        flags.region = choice.region.map { .init($0, origin: "--region") }
        let decoding = ConfigurationDecoding(
            root: (path as NSString).deletingLastPathComponent, providers: ProviderKind.allCases.map(\.known))
        let checked = decoding.configuration(
            documents, environment: ConfigurationOverrides(environment: context.environment), flags: flags)
        let errors = checked.diagnostics.filter { $0.severity == .error }
        guard var value = checked.value, errors.isEmpty else {
            throw CommandFailure(
                .usage,
                .settingsWrong(
                    checked.diagnostics.map { $0.rendered(file: path, text: text) }.joined(separator: "\n")))
        }
        for warning in checked.diagnostics {
            context.terminal.error(warning.rendered(file: path, text: text) + "\n")
        }
        value.folders.initCommand = initCommand(path, flags)
        value.folders.advised = AdvisedCommands(option: option(path, flags))
        // Who typed no path is there; whoever reads the folders' files is anywhere.
        if choice.config != WorkspaceChoice.here { context.terminal.complete(with: value.folders.advised) }
        if !isWorkspace {
            value.folders.assets.removeAll { !FileManager.default.fileExists(atPath: $0) }
        }
        return (value, path)
    }

    /// How a typed command finds the same folders.
    private static func option(_ path: String, _ flags: ConfigurationOverrides) -> String {
        var words = ["--config", path]
        if let inbox = flags.inbox { words += ["--inbox", inbox.value] }
        if let outbox = flags.outbox { words += ["--outbox", outbox.value] }
        return words.map(ShellWord.quoted).joined(separator: " ")
    }

    /// What makes what is missing of this workspace, as it is typed.
    private static func initCommand(_ path: String, _ flags: ConfigurationOverrides) -> String {
        var words = ["renderdrop", "init", "--config", path]
        if let inbox = flags.inbox { words += ["--inbox", inbox.value] }
        if let outbox = flags.outbox { words += ["--outbox", outbox.value] }
        return words.map(ShellWord.quoted).joined(separator: " ")
    }

    /// The built-in rows of a provider, and those of `models.catalogue`.
    static func catalogue(_ configuration: Configuration, of kind: ProviderKind = .first) throws -> ModelCatalogue {
        // What is free fits every budget.
        try written(configuration, of: kind).pricing(freeIn: configuration.budget.currency)
    }

    private static func written(_ configuration: Configuration, of kind: ProviderKind) throws -> ModelCatalogue {
        let builtIn = try builtInCatalogue(kind.rows, of: kind)
        guard let path = configuration.models.catalogue else { return builtIn }
        let catalogue: Checked<ModelCatalogue>
        var text = ""
        do {
            text = try TextDecoding.text(of: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            let others = ProviderKind.allCases.filter { $0 != kind }.map(\.rawValue)
            catalogue = builtIn.extended(by: try parser.parse(text), others: others, isFirst: kind == .first)
        } catch let diagnostic as Diagnostic {
            throw CommandFailure(.usage, .catalogueWrong(diagnostic.rendered(file: path, text: text)))
        } catch {
            throw CommandFailure(.usage, .notReadable(path, reason: error.localizedDescription))
        }
        guard let value = catalogue.value else {
            throw CommandFailure(
                .usage,
                .catalogueWrong(
                    catalogue.diagnostics.map { $0.rendered(file: path, text: text) }.joined(separator: "\n")))
        }
        return value
    }

    /// The rows that travel inside the binary.
    ///
    /// - Throws: `CommandFailure` with every mistake in words: the file was damaged, or built wrongly.
    static func builtInCatalogue(_ text: String, of kind: ProviderKind = .first) throws -> ModelCatalogue {
        let mistakes: [Diagnostic]
        do {
            let read = ModelCatalogue(spelling: kind.spelling).extended(by: try parser.parse(text), isOwn: false)
            if let value = read.value { return value }
            mistakes = read.errors
        } catch let diagnostic as Diagnostic {
            mistakes = [diagnostic]
        }
        throw CommandFailure(
            .usage, .builtInCatalogueDamaged(mistakes.map { $0.line(file: kind.rowsFile) }.joined(separator: "\n")))
    }

    /// The models of every provider that this program knows.
    static func catalogues(_ configuration: Configuration) throws -> [ProviderKind: ModelCatalogue] {
        var catalogues: [ProviderKind: ModelCatalogue] = [:]
        for kind in ProviderKind.allCases { catalogues[kind] = try catalogue(configuration, of: kind) }
        return catalogues
    }

    /// The accounts among which planning chooses, and behind them the providers that have none.
    static func planning(
        _ configuration: Configuration, _ accounts: [ConfiguredAccount], _ catalogues: [ProviderKind: ModelCatalogue]
    ) -> [PlanningAccount] {
        let own = accounts.compactMap { account in
            catalogues[account.kind].map {
                PlanningAccount(name: account.name, region: account.kind.region(of: account.settings), catalogue: $0)
            }
        }
        let missing = ProviderKind.allCases.filter { kind in !accounts.contains { $0.kind == kind } }
        return own
            + missing.compactMap { kind in
                catalogues[kind].map {
                    PlanningAccount(
                        name: kind.rawValue, region: kind.region(of: Configuration.Provider()), catalogue: $0,
                        missing: kind.optInVariable ?? "")
                }
            }
    }
}
