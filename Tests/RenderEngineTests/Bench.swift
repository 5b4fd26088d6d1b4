import CEmbedded
import DashScope
import Foundation
import HotFolder
import RenderTestSupport
import RenderYAML
import Synchronization
import Testing

@testable import RenderCore
@testable import RenderEngine

/// The built-in catalogue.
let catalogue: ModelCatalogue = {
    var length = 0
    let start = renderdrop_models_yaml(&length)
    let text = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    // Its own tests say what is wrong with it; these fail for want of models then.
    let checked = (try? YAMLDocumentParser().parse(text)).map {
        ModelCatalogue(spelling: ModelStudioSpelling()).extended(by: $0, isOwn: false)
    }
    return checked?.value ?? ModelCatalogue(spelling: ModelStudioSpelling())
}()

/// A workspace on the disk with a ledger, a provider and a clock that outlive every engine that runs in it.
final class Bench: Sendable {
    let place: TemporaryDirectory
    let folders: Configuration.Folders
    /// So many parts of an idle engine sleep, the main loop among them: nothing else would happen then.
    static let sleepers = EngineRun.Component.allCases.count(where: \.sleepsWhenIdle) + 1

    let clock = ManualClock(movesAt: Bench.sleepers)
    let ledger = MemoryLedger()
    /// Of every run, as if one process went on.
    let held = HeldJobs(Fixtures.term)
    let service: ScriptedService
    private let ids = Atomic<UInt32>(0)
    private let changes: @Sendable (inout Configuration) -> Void

    init(_ changes: @escaping @Sendable (inout Configuration) -> Void = { _ in }) throws {
        place = try TemporaryDirectory("engine")
        folders = Configuration.Folders(root: place.path)
        try WorkspaceLayout.create(folders)
        let clock = clock
        service = ScriptedService(now: { Fixtures.start + clock.now.offset.seconds })
        self.changes = changes
    }

    var now: Date { Fixtures.start + clock.now.offset.seconds }

    func parts(_ gate: CrashGate? = nil) -> EngineParts {
        var configuration = Configuration(root: place.path)
        configuration.intake.settleSeconds = 0
        configuration.intake.scanSeconds = 1
        // How full this machine's disk is is no part of a test.
        configuration.limits.diskReserveBytes = 0
        changes(&configuration)
        let clock = clock
        var parts = EngineParts(
            configuration: configuration, catalogue: catalogue, parser: YAMLDocumentParser(), ledger: ledger,
            held: held, service: service,
            // Hundreds of these run at once, and a user has 128 watchers in all.
            inbox: FolderInbox(folders, watchesMax: 0), assets: FolderAssets(folders),
            workspace: FolderWorkspace(folders), outbox: FolderOutbox(folders),
            spool: FolderSpool(folders), clock: clock,
            now: { Fixtures.start + clock.now.offset.seconds }, uptime: { clock.now.offset },
            random: { [ids = self] in ids.bytes($0) }, version: "test", configurationDigest: "cafe", watcher: "box/1",
            heartbeat: {})
        if let gate {
            parts.ledger = CrashingLedger(parts.ledger, gate)
            parts.workspace = CrashingWorkspace(parts.workspace, gate)
            parts.outbox = CrashingOutbox(parts.outbox, gate)
            parts.spool = CrashingSpool(parts.spool, gate)
            parts.service = CrashingService(parts.service, gate)
        }
        return parts
    }

    private func bytes(_ count: Int) -> [UInt8] {
        let next = ids.add(1, ordering: .relaxed).newValue
        // At the end, by which folders and people tell jobs apart.
        return (0..<count).reversed().map { UInt8(truncatingIfNeeded: $0 < 4 ? next >> UInt32(8 * $0) : 0) }
    }

    /// One batch, from a fresh start to its end.
    @discardableResult
    func run(wait: Bool = false, _ change: (inout EngineParts) -> Void = { _ in }) async throws -> Engine.Outcome {
        var parts = parts()
        change(&parts)
        return try await Engine(parts).run(.drain(wait: wait))
    }

    /// Watches until `isEnough` says so of an event, then stops; gives back all events.
    @discardableResult
    func watch(
        _ change: (inout EngineParts) -> Void = { _ in },
        until isEnough: @escaping @Sendable (EngineEvent) async -> Bool
    ) async throws -> [EngineEvent] {
        var parts = parts()
        change(&parts)
        let engine = Engine(parts)
        let events = engine.events.stream()
        async let outcome = engine.run(.watch)
        var seen: [EngineEvent] = []
        for await event in events {
            seen.append(event)
            if !engine.shutdown.isStopping, await isEnough(event) {
                engine.shutdown.advance(to: .stopping)
                clock.moves(at: 1)
            }
        }
        _ = try await outcome
        clock.moves(at: Self.sleepers)
        return seen
    }

    // MARK: - Drops and what became of them

    static let text = "prompt: a tin robot\nmodel: wan2.2-t2i-flash\nsize: 1024x1024\n"
    static let sync = "prompt: a lighthouse\nmodel: qwen-image-max\n"

    func drop(_ name: String, _ text: String = Bench.text) throws {
        try place.write("inbox/" + name, Array(text.utf8))
    }

    func dropPicture(_ name: String, _ tail: String = "") throws {
        try place.write("inbox/" + name, Fixtures.png(width: 800, height: 800, tail: tail))
    }

    /// Files below one of the workspace's folders, without those that begin with a dot.
    func files(_ folder: String) -> [String] {
        let base = place(folder)
        let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: base + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
    }

    /// What lies in the spool: for each result the names in its folder, and the folder's own.
    var kept: [String] {
        let base = place(".renderdrop/results")
        // No such folder: nothing was ever kept.
        let all = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return all.map { ($0 as NSString).lastPathComponent }
    }

    /// Names of the files in the outbox's staging.
    var staged: [String] {
        // No such folder: nothing was ever staged.
        (try? FileManager.default.contentsOfDirectory(atPath: place("outbox/.renderdrop-staging"))) ?? []
    }

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: place(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: place(from), toPath: place(to))
    }

    /// The folder of a job that was claimed as `NAME.yaml`.
    func working(_ job: JobID, name: String = "cat") -> String {
        "working/" + OutputNaming.workingFolder(job: name, id: job)
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: place(path)) }

    func jobs(_ states: [JobRecord.State] = JobRecord.State.allCases) async -> [JobRecord] {
        await ledger.jobs(JobFilter(states: states))
    }

    /// The history of the only render.
    func history() async throws -> RenderHistory {
        let job = try #require(await jobs().first)
        return try #require(await ledger.history(of: RenderID(job: job.id, number: 1)))
    }

    /// A job with one render in that state, as a former run left it: its folder in `working/`, its rows, its attempt.
    @discardableResult
    func past(
        _ state: RenderMachine.State, name: String = "cat", attempt outcome: AttemptRecord.Outcome? = .accepted,
        count: Int = 1, jobState: JobRecord.State = .active, mode: CallMode = .async,
        _ change: (inout RenderPlan) -> Void = { _ in }
    ) async throws -> RenderID {
        let id = JobID(at: now, randomness: bytes(10))
        var job = Fixtures.job(id, name: name)
        job.source = name + ".yaml"
        job.folder = ""
        job.state = jobState
        try place.write("working/\(id)/\(name).yaml", Array(Bench.text.utf8))
        try place.write("working/\(id)/.renderdrop-job", Array("\(id)\n".utf8))
        let render = RenderID(job: id, number: 1)
        var record = Fixtures.render(id)
        record.plan.model = "wan2.2-t2i-flash"
        record.plan.lane.group = "wan2.2-t2i-flash"
        record.plan.count = count
        record.plan.mode = mode
        change(&record.plan)
        record.since = now
        await ledger.add(job, renders: [record])
        held.keep(Fixtures.lease(id))
        if state.name != .queued {
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(render), render: render, from: .queued, to: .sending(attempt: 1),
                    facts: [
                        .attemptBegan(Fixtures.attempt(render)),
                        .reserve(Fixtures.spend(render), caps: SpendCaps()),
                    ], at: now))
        }
        if state.name != .queued, state.name != .sending {
            var attempt = Fixtures.attempt(render)
            attempt.outcome = outcome
            attempt.answeredAt = now
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(render), render: render, from: .sending, to: state,
                    facts: [.attemptEnded(attempt)], at: now))
        }
        return render
    }
}

extension Engine.Outcome {
    var codes: [String] { troubles.map(\.code) }
}

extension Failure {
    static let away = Failure(
        code: "folder_gone", message: "the outbox is away", advice: "", fault: .folder, retryable: true)
    static let full = Failure(
        code: "disk_full", message: "the disk is full", advice: "", fault: .folder, retryable: true)
    static func provider(_ code: String = "InternalError", status: Int? = 500, retryAfter: Int? = nil) -> Failure {
        Failure(
            code: code, message: "the provider's trouble", advice: "", fault: .provider, retryable: true,
            httpStatus: status, retryAfterSeconds: retryAfter)
    }
    static let throttled = Failure(
        code: "Throttling", message: "too fast", advice: "", fault: .throttled, retryable: true, httpStatus: 429)
    static let account = Failure(
        code: "Arrearage", message: "unpaid", advice: "pay", fault: .account, retryable: false, httpStatus: 400)
    static let unknown = Failure(
        code: "timed_out", message: "no answer", advice: "", fault: .provider, retryable: false)
    static let expired = Failure(
        code: "link_expired", message: "no longer good", advice: "", fault: .provider, retryable: true, httpStatus: 403)
}
