import Foundation
import HotFolder
import RenderCore
import RenderEngine

/// What `status --json` says; `docs/status.schema.json` describes every field.
struct StatusReport: Sendable, Encodable {
    static let schemaName = "renderdrop/status/1"

    struct Watcher: Sendable, Encodable {
        var isRunning: Bool
        var standing: WatcherPresence.Standing
        var host: String?
        var pid: Int32?
        var heartbeat: Date?
        /// When it stopped, if it did.
        var stopped: Date?

        private enum CodingKeys: String, CodingKey {
            case isRunning = "running"
            case standing, host, pid, heartbeat, stopped
        }
    }

    /// What holds work up.
    struct Notice: Sendable, Encodable {
        let notice: EngineSnapshot.Notice

        private enum CodingKeys: String, CodingKey { case kind, code, message, advice, since, model, renders }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(notice.kind, forKey: .kind)
            try values.encode(notice.failure.code, forKey: .code)
            try values.encode(notice.failure.message, forKey: .message)
            try values.encode(notice.failure.advice, forKey: .advice)
            try values.encodeIfPresent(notice.since, forKey: .since)
            try values.encodeIfPresent(notice.model, forKey: .model)
            try values.encodeIfPresent(notice.renders, forKey: .renders)
        }
    }

    /// Of a day or a month.
    struct Period: Sendable, Encodable {
        /// `2026-11-21`, `2026-11`
        var period: String
        var spent: [JSONMoney]
        var reserved: [JSONMoney]
        /// Spent or reserved: what counts against the cap.
        var committed: [JSONMoney]
        /// What renders in the queue will reserve; only where there is a cap.
        var queued: JSONMoney?
        var cap: JSONMoney?
    }

    struct Render: Sendable, Encodable {
        var number: Int
        /// As its files are called.
        var name: String
        var state: String
        var kind: String
        var model: String
        var prompt: String
        var seed: Int?
        var count: Int
        var since: Date
        var attempts: Int
        var taskID: String?
        var estimate: JSONMoney?
        var cost: JSONMoney?
        var error: Failure?
        /// Of a rendered one whose results are not all with us: when the provider's links die.
        var expiresAt: Date?
        /// Results that wait on this machine until the outbox is back.
        var kept: Int?
        /// Names of its files in the job's folder in the outbox.
        var files: [String]
        /// One line for people.
        var what: String
        /// The same without number and name.
        var words: String

        private enum CodingKeys: String, CodingKey {
            case number, name, state, kind, model, prompt, seed, count, since, attempts, taskID, estimate, cost, error
            case expiresAt, kept, files, what
        }
    }

    struct Pictures: Sendable, Encodable {
        var wanted: Int
        var delivered: Int
        var failed: Int
        var canceled: Int
    }

    struct Job: Sendable, Encodable {
        var id: String
        /// The end of the id, which commands take too.
        var shortID: String
        var name: String
        /// The sub-folder of the inbox; empty: the inbox itself.
        var folder: String
        var state: String
        var source: String
        var dropped: Date
        var finished: Date?
        var outbox: String?
        var estimate: JSONMoney?
        /// What was spent or is reserved so far.
        var cost: JSONMoney?
        var outputs: Pictures
        var error: Failure?
        /// The job that tried this one again.
        var retriedAs: String?
        var renders: [Render]

        /// For people.
        var progress: JobProgress
        var needsDecision: Bool { progress.undecided > 0 }
        /// Two jobs of one name are told apart by where they were dropped.
        var path: String { folder.isEmpty ? name : folder + "/" + name }

        private enum CodingKeys: String, CodingKey {
            case id, shortID, name, folder, state, source, dropped, finished, outbox, estimate, cost, outputs, error
            case retriedAs, renders
        }
    }

    struct Waiting: Sendable, Encodable {
        var file: String
        var reason: String
        var kind: WaitingReason.Kind
    }

    struct WaitingCount: Sendable, Encodable {
        var kind: WaitingReason.Kind
        var files: Int
    }

    /// A file in the outbox that was asked for.
    struct Found: Sendable, Encodable {
        var file: String
        var job: String
        var render: Int
    }

    var schema = schemaName
    var at: Date
    var watcher: Watcher
    var notices: [Notice] = []
    /// Renders in each state: those of active jobs, and all that have ended.
    var counts: [String: Int] = [:]
    var jobCounts: [String: Int] = [:]
    var today: Period
    var month: Period
    /// Committed today and this month, by currency.
    var spentToday: [JSONMoney] { today.committed }
    var spentThisMonth: [JSONMoney] { month.committed }
    var jobs: [Job] = []
    /// How many jobs there are besides `jobs`; nil where certain ones were asked for.
    var moreJobs: Int?
    var waiting: [Waiting] = []
    var found: [Found]?
    /// Of the undecided renders: those that renderdrop looks for, so that no person need decide now. For people.
    var lookedFor = 0

    private enum CodingKeys: String, CodingKey {
        case schema, at, watcher, notices, counts, jobCounts, today, month, spentToday, spentThisMonth, jobs, moreJobs
        case waiting, waitingCounts, found
    }

    var waitingCounts: [WaitingCount] {
        WaitingReason.Kind.counts(waiting.map(\.kind)).map { WaitingCount(kind: $0.kind, files: $0.files) }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(schema, forKey: .schema)
        try values.encode(at, forKey: .at)
        try values.encode(watcher, forKey: .watcher)
        try values.encode(notices, forKey: .notices)
        try values.encode(counts, forKey: .counts)
        try values.encode(jobCounts, forKey: .jobCounts)
        try values.encode(today, forKey: .today)
        try values.encode(month, forKey: .month)
        try values.encode(spentToday, forKey: .spentToday)
        try values.encode(spentThisMonth, forKey: .spentThisMonth)
        try values.encode(jobs, forKey: .jobs)
        try values.encodeIfPresent(moreJobs, forKey: .moreJobs)
        try values.encode(waiting, forKey: .waiting)
        try values.encode(waitingCounts, forKey: .waitingCounts)
        try values.encodeIfPresent(found, forKey: .found)
    }
}
