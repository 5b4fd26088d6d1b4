import CEmbedded
import DashScope
import DashScopeSimulator
import Foundation
import HotFolder
import LedgerSQLite
import ProviderSupport
import RenderCore
import RenderEngine
import RenderHTTP
import RenderTestSupport
import RenderYAML

/// A workspace with a ledger and folders on the disk and the simulator behind a socket; engines come and go in this process.
struct CrashBench: Sendable {
    let variant: CrashVariant
    let simulator: RunningSimulator
    let clock: QuickClock
    let place: TemporaryDirectory
    private let configuration: Configuration
    private let catalogue: ModelCatalogue

    /// Runs `body` on a fresh workspace into which the variant has been dropped.
    static func with<Value: Sendable>(
        _ variant: CrashVariant, _ body: @Sendable (CrashBench) async throws -> Value
    ) async throws -> Value {
        var options = SimulatorOptions()
        options.speed = 100
        options.limits = false
        options.faults = CrashVariant.faults
        let clock = QuickClock(factor: 20)
        return try await Simulator(options: options, now: { clock.wall }, clock: clock).withRunning { simulator in
            try await body(try CrashBench(variant, simulator, clock))
        }
    }

    private init(_ variant: CrashVariant, _ simulator: RunningSimulator, _ clock: QuickClock) throws {
        self.variant = variant
        self.simulator = simulator
        self.clock = clock
        place = try TemporaryDirectory("renderdrop-crash")
        let parser = YAMLDocumentParser()
        let documents = try parser.parse("intake: {settle: 0s, scan: 1s}\n" + Torture.settings)
        guard let configuration = ConfigurationDecoding(root: place.path).configuration(documents).value else {
            throw Late(description: "no configuration")
        }
        self.configuration = configuration
        var length = 0
        let rows = renderdrop_models_yaml(&length)
        let text = String(decoding: UnsafeBufferPointer(start: rows, count: length), as: UTF8.self)
        guard
            let catalogue = ModelCatalogue(spelling: ModelStudioSpelling()).extended(
                by: try parser.parse(text), isOwn: false
            ).value
        else {
            throw Late(description: "no catalogue")
        }
        self.catalogue = catalogue
        try WorkspaceLayout.create(configuration.folders)
        for path in variant.media {
            try place.write(
                path, try sample(path.hasSuffix(".mp4") ? "samples/media/clip.mp4" : "samples/photos/cat.jpg"))
        }
        try place.write(variant.path, variant.text.utf8)
    }

    /// One process's life: until the batch ends, or the gate ends it.
    ///
    /// - Returns: nil where the gate did.
    func live(_ gate: CrashGate? = nil, crashes: AsyncStream<Void>? = nil) async throws -> Engine.Outcome? {
        let ledger = try SQLiteLedger(at: configuration.folders.state + "/ledger.sqlite")
        let transport = CurlTransport(environment: [:], userAgent: "renderdrop/test")
        let engine = Engine(try await parts(ledger, transport, gate))
        let outcome = await withTaskGroup(of: Engine.Outcome?.self) { group in
            group.addTask {
                // A killed process has no outcome; what is wrong with another is seen in what it leaves.
                try? await engine.run(.drain(wait: false))
            }
            if let crashes {
                group.addTask {
                    for await _ in crashes {}
                    return nil
                }
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        transport.close()
        try ledger.close()
        return outcome
    }

    /// A life that ends at the `number`th effect, or undisturbed where it is zero; gives back its gate.
    func live(endingAt number: Int, _ moment: CrashGate.Moment) async throws -> CrashGate {
        let (crashes, crash) = AsyncStream<Void>.makeStream()
        let gate = CrashGate(at: number, moment) { crash.finish() }
        _ = try await live(gate, crashes: crashes)
        return gate
    }

    private func parts(
        _ ledger: SQLiteLedger, _ transport: CurlTransport, _ gate: CrashGate?
    ) async throws -> EngineParts {
        let (folders, clock) = (configuration.folders, clock)
        let gated: any Ledger = gate.map { CrashingLedger(ledger, $0) } ?? ledger
        var options = DashScopeOptions()
        if variant.uploadsAll { options.inlineFileBytesMax = 0 }
        let service = DashScopeService(
            endpoint: try Endpoint(region: "beijing", baseURL: simulator.baseURL), transport: transport,
            uploads: Uploads(ledger: gated), options: options, now: { clock.wall }, key: { try APIKey("sk-crash") })
        var parts = EngineParts(
            configuration: configuration, catalogue: catalogue, parser: YAMLDocumentParser(), ledger: gated,
            held: HeldJobs(try await ledger.join(as: "box/1")), service: service,
            inbox: FolderInbox(folders, watchesMax: 0), assets: FolderAssets(folders),
            workspace: FolderWorkspace(folders), outbox: FolderOutbox(folders), spool: FolderSpool(folders),
            clock: clock,
            now: { clock.wall },
            uptime: { clock.now.offset }, random: { count in (0..<count).map { _ in .random(in: 0...255) } },
            version: "test", configurationDigest: "cafe", watcher: "box/1", heartbeat: {})
        if let gate {
            parts.workspace = CrashingWorkspace(parts.workspace, gate)
            parts.outbox = CrashingOutbox(parts.outbox, gate)
            parts.spool = CrashingSpool(parts.spool, gate)
            parts.service = CrashingService(parts.service, gate)
        }
        return parts
    }

    /// How many renders a crash left between intent and answer.
    func sending() async throws -> Int {
        let ledger = try SQLiteLedger(readingFrom: configuration.folders.state + "/ledger.sqlite")
        let count = try await ledger.counts()[.sending] ?? 0
        try ledger.close()
        return count
    }

    /// Every file of the outbox and the other folders, without renderdrop's hidden ones.
    func files() -> [String] {
        place.contents.filter { path in
            let names = path.split(separator: "/")
            guard names.count > 1, ["inbox", "working", "outbox", "archive", "failed"].contains(names[0]) else {
                return false
            }
            var isFolder: ObjCBool = false
            return !names.contains { $0.hasPrefix(".") }
                && FileManager.default.fileExists(atPath: place(path), isDirectory: &isFolder) && !isFolder.boolValue
        }.filter { !$0.hasSuffix("RENDERDROP-STATUS.txt") }
    }
}

/// As the binary remembers its uploads.
private struct Uploads: UploadCache {
    let ledger: any Ledger

    func lookup(_ key: UploadKey) async throws -> UploadRecord? { try await ledger.upload(key) }

    func forget(sha256: String, model: String, until moment: Date) async throws {
        try await ledger.forgetUploads(sha256: sha256, model: model, until: moment)
    }

    func store(_ upload: UploadRecord) async throws { try await ledger.add(upload) }
}
