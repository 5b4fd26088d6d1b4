import Foundation
import HotFolder
import LedgerSQLite
import RenderCore
import RenderEngine
import RenderHTTP
import RenderYAML
import Synchronization

/// Wires the adapters for one run of the engine.
struct Composition: Sendable {
    let parts: EngineParts
    private let ledger: SQLiteLedger
    private let ownership: FolderOwnership
    private let transport: CurlTransport

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
