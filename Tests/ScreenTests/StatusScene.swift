import Foundation
import HotFolder
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine
@testable import RenderdropCommands

/// A workspace as `status` finds it: a ledger, what the watcher left beside it, and the watcher's name in the inbox.
struct StatusScene {
    static let now = Fixtures.start + 3600

    let place: TemporaryDirectory
    var configuration: Configuration
    let ledger = MemoryLedger()
    private var watcher: FolderOwnership?

    init() throws {
        place = try TemporaryDirectory("status")
        configuration = Configuration(root: place.path)
        configuration.shownTimezone = "Europe/Berlin"
        configuration.budget.timezone = "Europe/Berlin"
        try WorkspaceLayout.create(configuration.folders)
    }

    /// One works, and was heard of 4 s ago.
    mutating func watch() async throws {
        let watcher = FolderOwnership(configuration.folders, host: "studio", instance: "a", pid: 4711)
        try await watcher.acquire(takeOver: false, now: Self.now - 4)
        self.watcher = watcher
    }

    /// Its locks go with it, its name stays.
    mutating func kill() { watcher = nil }

    /// What the watcher keeps for `status`.
    func holds(_ notices: EngineSnapshot.Notice...) throws { try keep { $0.notices = notices } }

    private func keep(_ change: (inout EngineSnapshot) -> Void) throws {
        let file = ".renderdrop/" + OwnFiles.watcherState
        var snapshot =
            FileManager.default.contents(atPath: place(file)).flatMap { EngineSnapshot(json: $0) }
            ?? EngineSnapshot(at: Self.now, watcher: "studio/a", isStopped: false, notices: [])
        change(&snapshot)
        try place.write(file, snapshot.json.utf8)
    }

    func waits(_ lines: [(file: String, reason: String, kind: WaitingReason.Kind)]) throws {
        let files = lines.map { line in
            JSONText.object([
                .init("file", .text(line.file)), .init("reason", .text(line.reason)), .init("advice", .text("")),
                .init("taken", .bool(false)), .init("kind", .text(line.kind.rawValue)),
            ])
        }
        try place.write(
            ".renderdrop/" + OwnFiles.waitingList, JSONText.object([.init("files", .array(files))]).pretty.utf8)
    }

    struct Part {
        var state: RenderMachine.State
        var count = 1
        /// How many of these came.
        var came: Int?
        /// In millionths: settled where the render has ended, else reserved.
        var paid: Int?
        var name: String?
        var prompt = "A paper boat"
    }

    /// - Parameters:
    ///   - index: the later, the higher.
    ///   - reasons: why renders wait in the queue, by number.
    func add(
        _ index: Int, _ name: String, in folder: String = "", ended state: JobRecord.State = .active,
        _ parts: [Part], outbox: String? = nil, failure: Failure? = nil, reasons: [Int: QueueReason] = [:],
        retries former: Int? = nil
    ) async throws {
        var job = Fixtures.job(Fixtures.jobID(index), name: name)
        job.folder = folder
        job.source = (folder.isEmpty ? "" : folder + "/") + name + ".yaml"
        job.state = state
        job.outputFolder = outbox
        job.failure = failure
        job.retryOf = former.map { Fixtures.jobID($0) }
        if state != .active { job.finishedAt = Self.now - 60 }
        if state == .canceled { job.queueClosedAt = Self.now - 60 }
        var histories: [RenderHistory] = []
        for (offset, part) in parts.enumerated() {
            var render = Fixtures.render(job.id, offset + 1, state: part.state)
            render.plan.count = part.count
            render.plan.outputName = part.name
            render.plan.prompt = part.prompt
            render.plan.estimate = Money(micros: 140_000 * part.count, currency: "CNY")
            render.attempts = part.state == .queued || part.state == .canceled ? 0 : 1
            var history = RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: [])
            if let came = part.came {
                var result = Fixtures.result(outputs: came)
                result.failedParts = (came..<part.count).map {
                    .init(index: $0 + 1, code: "InternalError", message: "Not rendered.")
                }
                history.render.result = result.withoutLinks
                let title = RenderTitle.of(render.plan, job: name, of: parts.count)
                history.outputs = (1...came).map { number in
                    var output = Fixtures.output(render.id, number)
                    output.file = title + (came > 1 ? "-\(number)" : "") + ".png"
                    return output
                }
            }
            if let paid = part.paid {
                let isSettled = part.state.name.isFinal
                history.spend = [
                    Fixtures.spend(
                        render.id, state: isSettled ? .settled : .reserved,
                        micros: isSettled ? 140_000 * part.count : paid,
                        actual: isSettled ? paid : nil)
                ]
            }
            histories.append(history)
        }
        try await ledger.restore(RestoredJob(job: job, renders: histories))
        if state == .active {
            let folder = "working/" + OutputNaming.workingFolder(job: name, id: job.id)
            try place.write(folder + "/" + OwnFiles.job, (job.id.text + "\n").utf8)
            try keep { snapshot in
                snapshot.queue += reasons.map { number, reason in
                    .init(reason: reason, renders: [RenderID(job: job.id, number: number)])
                }
            }
        }
    }

    func report(_ text: String? = nil, all: Bool = false) async throws -> StatusReport {
        let question = StatusReport.Question(
            search: text.map { StatusSearch($0, configuration: configuration, root: place.path) },
            active: all ? nil : StatusScreen.Capacity.file.jobs, ended: all ? nil : 10,
            matches: all ? nil : StatusScreen.Capacity.file.jobs)
        return try await StatusReport.make(
            ledger: ledger, spool: FolderSpool(configuration.folders), configuration: configuration, question,
            now: Self.now)
    }

    func screen(_ text: String? = nil, rows: Int? = nil, columns: Int = 200, all: Bool = false) async throws -> String {
        StatusScreen(
            report: try await report(text, all: all), times: configuration.times, terminal: Terminal(environment: [:]),
            search: text, isAll: all, size: rows.map { LiveScreen.Size(columns: columns, rows: $0) }
        ).text
    }
}
