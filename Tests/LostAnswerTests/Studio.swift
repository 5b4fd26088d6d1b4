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
import Synchronization
import Testing

/// A workspace with everything real in it: folders, the SQLite ledger, HTTP to a simulator; only waits are short.
final class Studio: Sendable {
    static let model = "wan2.2-t2i-flash"

    /// The prompt of the picture that teaches us our key.
    static let first = "a first picture"

    /// Our key, and the one of another program of the account.
    static let ours = "sk-lost-ours"
    static let theirs = "sk-lost-theirs"

    let simulator: RunningSimulator
    /// Seconds.
    let quiet: Double
    private let place: TemporaryDirectory
    private let folders: Configuration.Folders
    private let catalogue: ModelCatalogue
    private let isExclusive: Bool
    let ledger: SQLiteLedger
    private let transport = CurlTransport(environment: [:], userAgent: "renderdrop", maxConnectionsPerHost: 128)

    /// What was told in all runs.
    let told = Mutex<[EngineEvent]>([])

    private init(
        _ simulator: RunningSimulator, quiet: Double, isExclusive: Bool
    ) throws {
        self.simulator = simulator
        self.quiet = quiet
        self.isExclusive = isExclusive
        place = try TemporaryDirectory("renderdrop-lost")
        folders = Configuration.Folders(root: place.path)
        try WorkspaceLayout.create(folders)
        catalogue = try Self.catalogue()
        ledger = try SQLiteLedger(at: place("ledger.sqlite"))
    }

    /// A studio whose key is known from a task of ours for each of these models.
    static func with(
        knows models: [String] = [Studio.model], quiet: Double = 1.5,
        isExclusive: Bool = false, _ switches: SimulatorSwitches = SimulatorSwitches(),
        _ body: @Sendable (Studio) async throws -> Void
    ) async throws {
        var options = SimulatorOptions()
        options.speed = 100
        options.limits = false
        options.switches = switches
        try await Simulator(options: options).withRunning { simulator in
            let studio = try Studio(simulator, quiet: quiet, isExclusive: isExclusive)
            defer { studio.transport.close() }
            for (number, model) in models.enumerated() {
                try studio.drop("first-\(number)", first, model: model)
            }
            #expect(try await studio.run().jobsDone == models.count)
            try await body(studio)
            try studio.ledger.close()
        }
    }

    /// The built-in one, but that a wave may go out at once.
    private static func catalogue() throws -> ModelCatalogue {
        var length = 0
        let start = renderdrop_models_yaml(&length)
        let text = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
        let models = [
            "wan2.2-t2i-flash", "wan2.6-t2i", "wan2.2-t2v-plus", "wan2.7-i2v", "wanx2.1-imageedit",
            "wanx-background-generation-v2",
        ]
        let rows = models.map {
            "  - {id: \($0), like: \($0), limit: {submits: 500, per: 1s, running: 500}}\n"
        }
        let builtIn = ModelCatalogue(spelling: ModelStudioSpelling()).extended(
            by: try YAMLDocumentParser().parse(text), isOwn: false)
        let wider = (builtIn.value ?? ModelCatalogue(spelling: ModelStudioSpelling())).extended(
            by: try YAMLDocumentParser().parse("models:\n" + rows.joined()))
        return try #require(wider.value, "\(wider.diagnostics)")
    }

    // MARK: - Rendering

    private func service(_ key: String) throws -> DashScopeService {
        var options = DashScopeOptions()
        options.asyncTotal = .seconds(4)
        return DashScopeService(
            endpoint: try Endpoint(region: "beijing", baseURL: simulator.baseURL), transport: transport,
            uploads: NoUploads(), options: options,
            // The key itself must lie in no ledger.
            keyMark: { try? String(Digest.sha256(of: Array($0.utf8)).prefix(16)) }, key: { try APIKey(key) })
    }

    private func engine(_ service: any RenderService) -> Engine {
        var configuration = Configuration(root: place.path)
        configuration.intake.settleSeconds = 0
        configuration.intake.scanSeconds = 0.2
        configuration.provider.quietPeriodSeconds = quiet
        configuration.limits.requestsPerSecond = 200
        configuration.limits.downloads = 20
        configuration.provider.accountExclusive = isExclusive
        let clock = ContinuousClock()
        let start = clock.now
        return Engine(
            EngineParts(
                configuration: configuration, catalogue: catalogue, parser: YAMLDocumentParser(), ledger: ledger,
                held: HeldJobs(Term(1)), service: service, inbox: FolderInbox(folders, watchesMax: 0),
                assets: FolderAssets(folders),
                workspace: FolderWorkspace(folders), outbox: FolderOutbox(folders), spool: FolderSpool(folders),
                clock: clock, now: { Date() },
                uptime: { clock.now - start },
                random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }, version: "test",
                configurationDigest: "cafe", watcher: "box/1", heartbeat: {}))
    }

    /// One batch.
    ///
    /// - Parameters:
    ///   - wave: so many submits go out together.
    ///   - isInLine: or rather one after the other.
    ///   - atCrest: done just before they do.
    @discardableResult
    func run(
        wave: Int = 0, isInLine: Bool = false, atCrest: @escaping @Sendable () async -> Void = {}
    ) async throws -> Engine.Outcome {
        let engine = engine(Wave(try service(Self.ours), gathers: wave, isInLine: isInLine, atCrest: atCrest))
        let events = engine.events.stream()
        async let outcome = engine.run(.drain(wait: false))
        for await event in events { told.withLock { $0.append(event) } }
        return try await outcome
    }

    /// Watches while `body` works, then stops.
    func watching(_ body: () async throws -> Void) async throws {
        let engine = engine(try service(Self.ours))
        async let outcome = engine.run(.watch)
        do {
            try await body()
        } catch {
            engine.shutdown.advance(to: .stopping)
            throw error
        }
        engine.shutdown.advance(to: .stopping)
        _ = try await outcome
    }

    /// The other program renders as we do, and reads its answers.
    func theySubmit(_ prompts: [String], model: String = Studio.model) async throws {
        let service = try service(Self.theirs)
        var plan = Fixtures.plan()
        plan.model = model
        for prompt in prompts {
            plan.prompt = prompt
            let prepared = try await service.prepare(plan, references: place.path)
            guard case .accepted = try await service.submit(prepared, plan: plan) else {
                Issue.record("the other program's submit was not taken")
                return
            }
        }
    }

    // MARK: - Jobs and what became of them

    func drop(_ name: String, _ prompt: String, model: String = Studio.model, _ more: String = "") throws {
        let size = model == Studio.model ? "size: 512*512\n" : ""
        try place.write("inbox/\(name).yaml", "prompt: \(prompt)\nmodel: \(model)\n\(size)\(more)".utf8)
    }

    /// Drops so many jobs, each with a prompt of its own, which are returned.
    @discardableResult
    func drop(_ count: Int, model: String = Studio.model) throws -> [String] {
        try (1...count).map { number in
            let prompt = "a tin robot with the number \(number)"
            try drop("robot-\(number)", prompt, model: model)
            return prompt
        }
    }

    /// How often each prompt was accepted, and may be billed, with our key.
    var paid: [String: Int] {
        Dictionary(grouping: ourTasks, by: \.prompt).mapValues(\.count)
    }

    var ourTasks: [SimulatedTaskReport] {
        let tasks = simulator.tasks()
        let key = tasks.first?.apiKeyID
        return tasks.filter { $0.apiKeyID == key }
    }

    /// The prompts and tasks of everything that was delivered.
    ///
    /// A sidecar whose task is another's, or was asked for another prompt or seed, is an issue.
    func delivered() throws -> [String: Int] {
        let tasks = Dictionary(uniqueKeysWithValues: ourTasks.map { ($0.taskID, $0) })
        var found: [String: Int] = [:]
        var owned: Set<String> = []
        for path in place.contents where path.hasPrefix("outbox/") && path.hasSuffix(".json") {
            let json = try JSONDecoder().decode(
                JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: place(path))))
            // A job of several renders has a summary as well.
            guard json["schema"]?.string == Sidecar.schema else { continue }
            let prompt = try #require(json["request"]?["prompt"]?.string, "\(json)")
            let task = try #require(json["answer"]?["task_id"]?.string, "\(json)")
            #expect(tasks[task]?.prompt == prompt, "\(path) has a task of ours with its prompt")
            #expect(owned.insert(task).inserted, "\(task) was delivered twice")
            #expect(json["outputs"]?.array?.count == 1)
            found[prompt, default: 0] += 1
        }
        return found
    }

    /// Of submits that came one after the other.
    func tasksBySeed(of prompt: String) throws -> [Int: String] {
        let bodies = try simulator.requests().filter { $0.kind == .submit }.map { request in
            try JSONDecoder().decode(JSONValue.self, from: Data((request.body ?? "").utf8))
        }
        let seeds = bodies.filter { $0["input"]?["prompt"]?.string == prompt }.map { $0["parameters"]?["seed"]?.int }
        let tasks = ourTasks.filter { $0.prompt == prompt }.map(\.taskID)
        try #require(seeds.count == tasks.count)
        return Dictionary(uniqueKeysWithValues: zip(seeds.compactMap { $0 }, tasks))
    }

    /// Looks again and again until it holds.
    func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(40)
        while try await !holds() {
            try #require(ContinuousClock.now < deadline, "not in time: \(what)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func histories() async throws -> [RenderHistory] {
        var all: [RenderHistory] = []
        for job in try await ledger.jobs(JobFilter()) {
            for render in try await ledger.renders(of: job.id) {
                if let history = try await ledger.history(of: render.id) { all.append(history) }
            }
        }
        return all
    }

    func count(_ isMeant: (EngineEvent.Kind) -> Bool) -> Int {
        told.withLock { $0.count { isMeant($0.kind) } }
    }

    var found: Int { count { if case .found = $0 { true } else { false } } }
    var neverArrived: Int { count { if case .neverArrived = $0 { true } else { false } } }
    var asked: [String] {
        told.withLock { $0.compactMap { if case .undecided(let failure) = $0.kind { failure.code } else { nil } } }
    }
}

/// Nothing is uploaded here.
private struct NoUploads: UploadCache {
    func lookup(_ key: UploadKey) async throws -> UploadRecord? { nil }
    func forget(sha256: String, model: String, until moment: Date) async throws {}
    func store(_ upload: UploadRecord) async throws {}
}
