import CEmbedded
import Foundation
import HotFolder
import LedgerSQLite
import RenderCore
import RenderEngine
import RenderHTTP
import RenderYAML
import Synchronization

/// Wires the adapters for one run of the engine. The only file that names them.
struct Composition: Sendable {
    let parts: EngineParts
    private let ledger: SQLiteLedger
    private let ownership: FolderOwnership
    private let transport: CurlTransport

    // MARK: - Files and values

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

    /// Finds references for `check`: beside the file first, then in the assets.
    static func references(beside folder: String, _ configuration: Configuration) -> any Assets {
        var folders = configuration.folders
        // One that is not there holds nothing; whoever lacks a picture is told.
        folders.assets = [folder] + folders.assets.filter { FileManager.default.fileExists(atPath: $0) }
        return FolderAssets(folders)
    }

    /// One folder alone.
    static func assets(in folder: String) -> any Assets {
        var folders = Configuration.Folders(root: folder)
        folders.assets = [folder]
        return FolderAssets(folders)
    }

    /// For questions only: what waits there until the outbox is back.
    static func spool(_ configuration: Configuration) -> any ResultSpool { FolderSpool(configuration.folders) }

    static func ledgerPath(_ configuration: Configuration) -> String { configuration.folders.state + "/ledger.sqlite" }

    /// The ledger for questions only; nil where there is none yet.
    static func readingLedger(_ configuration: Configuration) throws -> (any Ledger)? {
        let path = ledgerPath(configuration)
        // Whoever may not look into the state folder must not be told that nothing is there.
        guard mayReadState(configuration) else {
            throw CommandFailure(.folderGone, .stateNotReadable(configuration.folders.state))
        }
        do {
            guard try SQLiteLedger.isMade(at: path) else { return nil }
            return try SQLiteLedger(readingFrom: path)
        } catch {
            throw CommandFailure(.usage, .ledgerUnusable(words(error)))
        }
    }

    /// False where the state folder is another user's.
    static func mayReadState(_ configuration: Configuration) -> Bool {
        let state = configuration.folders.state
        return access(state, F_OK) != 0 || access(state, R_OK | X_OK) == 0
    }

    /// Whether a watcher could work with the folders of a configuration that it is to change to.
    static func checkFolders(_ configuration: Configuration) throws {
        do {
            try WorkspaceLayout.check(configuration.folders, delivery: configuration.delivery)
        } catch {
            throw failure(error, configuration.folders)
        }
    }

    // MARK: - The engine

    /// Takes hold of the workspace and wires an engine.
    static func open(
        _ choice: WorkspaceChoice, context: CommandContext, takeOver: Bool, keys: UsedKeys = UsedKeys()
    ) async throws -> Composition {
        try await open(configuration(choice, context: context), context: context, takeOver: takeOver, keys: keys)
    }

    /// - Parameter configured: the settings, and the file that they were read from.
    static func open(
        _ configured: (value: Configuration, path: String), context: CommandContext, takeOver: Bool, keys: UsedKeys
    ) async throws -> Composition {
        let (configuration, path) = configured
        let accounts = ConfiguredAccount.all(configuration, context.environment)
        try ConfiguredAccount.check(accounts)
        let catalogues = try catalogues(configuration)
        let instance = SystemRandom.word()
        let ownership = ownership(configuration, context: context, instance: instance)
        do {
            try await acquire(ownership, takeOver: takeOver)
            let said = Notices(context.terminal)
            said.tell(ownership.notes)
            said.tell(ConfiguredAccount.unusable(configuration, context.environment).map(\.line))
            let transport = CurlTransport(
                environment: context.environment, userAgent: "renderdrop/\(Version.number)", maxConnectionsPerHost: 32)
            try checkMemory(configuration, path: path)
            if let note = try ledgerLost(configuration) { said.tell([note.line]) }
            if let note = copies(configuration.folders) { said.tell([note.line]) }
            let ledger = try SQLiteLedger(at: ledgerPath(configuration))
            let parts = try await parts(
                configuration, accounts: accounts, catalogues: catalogues, keys: keys, ledger: ledger,
                transport: transport, ownership: ownership, said: said,
                watcher: "\(WatcherName(host: host(context.environment), instance: instance))")
            return Composition(parts: parts, ledger: ledger, ownership: ownership, transport: transport)
        } catch {
            // The reason for going is what is told; letting go is for the next start's convenience.
            try? await ownership.release()
            await tellStopped(error, configuration)
            throw failure(error, configuration.folders)
        }
    }

    /// A watcher that was killed cannot say that it stopped: who finds it silent for long enough says it in its place.
    private static func tellStopped(_ error: any Error, _ configuration: Configuration) async {
        guard case .stale(let owner, let since) = error as? OwnershipError else { return }
        let workspace = FolderWorkspace(configuration.folders, delivery: configuration.delivery)
        // For people only: the message on the terminal says the same.
        try? await workspace.writeOverview(OverviewText.silent(owner, since: since, configuration.times, at: Date()))
    }

    /// Works on the ledger and the jobs' folders while no watcher does.
    static func holding<Value: Sendable>(
        _ choice: WorkspaceChoice, context: CommandContext,
        _ work: (any Ledger, any Workspace, HeldJobs) async throws -> Value
    ) async throws -> Value {
        let configuration = try configuration(choice, context: context).value
        return try await holding(configuration, context: context) {
            let ledger = try SQLiteLedger(at: ledgerPath(configuration))
            let workspace = FolderWorkspace(configuration.folders, delivery: configuration.delivery)
            let held = HeldJobs(try await ledger.join(as: host(context.environment)))
            try await held.take(from: ledger)
            let value = try await work(
                JournalledLedger(ledger, workspace: workspace, now: { Date() }), workspace, held)
            try ledger.close()
            return value
        }
    }

    /// The jobs' folders, for moves that are safe beside a watcher.
    static func workspace(_ configuration: Configuration) -> any Workspace {
        FolderWorkspace(configuration.folders, delivery: configuration.delivery)
    }

    /// Does something that nobody else may do at the same time.
    static func holding<Value: Sendable>(
        _ configuration: Configuration, context: CommandContext, _ work: () async throws -> Value
    ) async throws -> Value {
        let ownership = ownership(configuration, context: context, isWatcher: false)
        let result: Result<Value, any Error>
        do {
            try await acquire(ownership, takeOver: false)
            result = .success(try await work())
        } catch {
            result = .failure(failure(error, configuration.folders))
        }
        // As at the end of a watcher: for the next start's convenience.
        try? await ownership.release()
        return try result.get()
    }

    /// The ledger of a watcher that holds this workspace on this machine, to leave it a command; nil: none holds it here.
    static func heldLedger(_ configuration: Configuration) throws -> SQLiteLedger? {
        guard WorkspaceLayout.isHeld(configuration.folders) else { return nil }
        do {
            return try SQLiteLedger(joining: ledgerPath(configuration))
        } catch {
            throw failure(error, configuration.folders)
        }
    }

    /// This machine's name, the same at every start: containers get a new one each time, and are given theirs.
    static func host(_ environment: [String: String]) -> String {
        let named = environment["RENDERDROP_HOST"] ?? ""
        return named.isEmpty ? ProcessInfo.processInfo.hostName : named
    }

    private static func ownership(
        _ configuration: Configuration, context: CommandContext, instance: String = SystemRandom.word(),
        isWatcher: Bool = true
    ) -> FolderOwnership {
        FolderOwnership(
            configuration.folders, delivery: configuration.delivery, host: host(context.environment),
            instance: instance, pid: ProcessInfo.processInfo.processIdentifier, times: configuration.times,
            isWatcher: isWatcher)
    }

    /// Drops are copied and not renamed, because the inbox is on another file system than the folder for work.
    private static func copies(_ folders: Configuration.Folders) -> Message? {
        var (inbox, working) = (stat(), stat())
        // A folder that is not there has its own message.
        guard stat(folders.inbox, &inbox) == 0, stat(folders.working, &working) == 0 else { return nil }
        return inbox.st_dev == working.st_dev ? nil : .claimsAreCopies(inbox: folders.inbox, working: folders.working)
    }

    /// Jobs ran here, and there is no ledger.
    static func ledgerLost(_ configuration: Configuration) throws -> Message? {
        let path = ledgerPath(configuration)
        // Not opened: what a crash left half-written can be read only by whoever may write it, too.
        guard mayReadState(configuration), !FileManager.default.fileExists(atPath: path),
            try WorkspaceLayout.firstJob(onShelvesOf: configuration.folders) != nil
        else { return nil }
        return .ledgerLostNow(path)
    }

    /// Drops that stay in the inbox are known by the ledger alone: with a new one all of them would be paid for again.
    private static func checkMemory(_ configuration: Configuration, path: String) throws {
        guard configuration.intake.unmovable == .copy, try !SQLiteLedger.isMade(at: ledgerPath(configuration)),
            let found = try WorkspaceLayout.firstJob(onShelvesOf: configuration.folders)
        else { return }
        throw CommandFailure(
            .usage,
            .ledgerLostWithCopies(
                state: configuration.folders.state, job: "\(found)", config: ShellWord.quoted(path)))
    }

    /// A watcher that was just killed may hold its lock for a moment more.
    private static func acquire(_ ownership: FolderOwnership, takeOver: Bool) async throws {
        for _ in 0..<4 {
            do {
                return try await ownership.acquire(takeOver: takeOver, now: Date())
            } catch OwnershipError.held {
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        try await ownership.acquire(takeOver: takeOver, now: Date())
    }

    private static func parts(
        _ configuration: Configuration, accounts: [ConfiguredAccount], catalogues: [ProviderKind: ModelCatalogue],
        keys: UsedKeys, ledger: SQLiteLedger, transport: CurlTransport, ownership: FolderOwnership, said: Notices,
        watcher: String
    ) async throws -> EngineParts {
        let fence: @Sendable () async throws -> Void = { try await asking { try await ownership.confirm(now: Date()) } }
        let salt = try await ledger.salt()
        let line = AccountLine(
            transport: transport, uploads: ledger,
            // Salted and cut: enough to tell two keys apart, and nothing that leads back to one. Without a hash none is told.
            keyMark: { try? String(Digest.sha256(of: Array((salt + $0 + salt).utf8)).prefix(16)) }, keys: keys,
            zone: TimeZone(identifier: configuration.budget.timezone) ?? .gmt,
            guarded: { FencedService($0, inbox: configuration.folders.inbox, fence: fence) })
        var seats: [ProviderSeat] = []
        for account in accounts {
            guard let catalogue = catalogues[account.kind] else { continue }
            seats.append(try line.seat(of: account, catalogue))
        }
        guard let standard = seats.first, let first = accounts.first, let catalogue = catalogues[first.kind] else {
            throw CommandFailure(.account, .noKey())
        }
        var priced = configuration
        priced.provider = first.settings
        priced.provider.region = standard.service.region
        let clock = ContinuousClock()
        let start = clock.now
        let workspace = ParallelWorkspace(
            configuration.folders, delivery: configuration.delivery, unmovable: configuration.intake.unmovable,
            fence: fence)
        var parts = EngineParts(
            configuration: priced, catalogue: catalogue, parser: parser,
            ledger: ledger, held: HeldJobs(try await ledger.join(as: watcher)), service: standard.service,
            inbox: FolderInbox(
                configuration.folders, delivery: configuration.delivery,
                ignore: IgnoreList(globs: configuration.intake.ignore)),
            assets: FolderAssets(configuration.folders),
            workspace: workspace,
            outbox: FolderOutbox(configuration.folders, delivery: configuration.delivery),
            spool: FolderSpool(configuration.folders), clock: clock,
            now: { Date() }, uptime: { clock.now - start }, random: { SystemRandom.bytes($0) },
            version: Version.number, configurationDigest: try digest(configuration), watcher: watcher,
            heartbeat: {
                try await asking { try await ownership.beat(now: Date()) }
                said.tell(ownership.notes)
            }, hanging: { FileQueues.hanging(for: $0) })
        parts.providers = Providers(standard: standard, others: Array(seats.dropFirst()))
        parts.unconfigured = planning(configuration, accounts, catalogues).filter { $0.missing != nil }
        return parts
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

    /// What the engine is told where the inbox is another's.
    private static func asking(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as OwnershipError {
            throw Failure(
                code: LocalCode.inboxTakenOver.rawValue, message: error.description, advice: error.advice(""),
                fault: .folder, retryable: false)
        }
    }

    /// Runs `work` with an engine and lets go of everything, whatever came of it.
    func closing<Value: Sendable>(_ work: (Engine) async throws -> Value) async throws -> Value {
        let result: Result<Value, any Error>
        do {
            result = .success(try await work(Engine(parts)))
        } catch {
            result = .failure(Self.failure(error, parts.configuration.folders))
        }
        await close()
        return try result.get()
    }

    /// Lets go of the workspace.
    func close() async {
        transport.close()
        // What the work came to is what is told; a ledger that does not close tidily is mended at its next opening.
        try? ledger.close()
        try? await ownership.release()
    }

    /// Of the whole configuration: which one a job was claimed with.
    private static func digest(_ configuration: Configuration) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Digest.sha256(of: [UInt8](encoder.encode(configuration)))
    }

    // MARK: - Words for what went wrong

    static func failure(_ error: any Error, _ folders: Configuration.Folders) -> any Error {
        switch error {
        case let error as OwnershipError:
            let code: ExitCode =
                switch error {
                case .held, .stale, .lost: .held
                case .gone: .folderGone
                case .stateOnShare, .missing, .unmarked, .sameFolder, .wrongFolder: .usage
                }
            return CommandFailure(code, error.description, advice: error.advice(folders.initCommand))
        case let error as Failure:
            let code: ExitCode =
                switch error.fault {
                case .folder: error.has(.diskFull) ? .diskFull : .folderGone
                case .account: .account
                case .job, .throttled, .provider: .usage
                }
            return CommandFailure(code, error.message, advice: error.advice)
        case LedgerError.storage(let text): return CommandFailure(.diskFull, .ledgerUnusable(text))
        case is LedgerError: return CommandFailure(.usage, .ledgerUnusable(words(error)))
        default: return error
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error as? LedgerError {
        case .unusable(let text), .storage(let text): text
        case .some(let other): "\(other)"
        case nil: "\(error)"
        }
    }
}

/// Says each note once.
private final class Notices: Sendable {
    private let terminal: Terminal
    private let told = Mutex<Set<String>>([])

    init(_ terminal: Terminal) { self.terminal = terminal }

    func tell(_ notes: [String]) {
        let new = told.withLock { told in notes.filter { told.insert($0).inserted } }
        for note in new { terminal.error("renderdrop: \(ShownText.line(note))\n") }
    }
}
