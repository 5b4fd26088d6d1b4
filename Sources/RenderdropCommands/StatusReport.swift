import Foundation
import HotFolder
import RenderCore
import RenderEngine

/// What `status` says, as values: the same for people and for programs.
struct StatusReport: Sendable, Encodable {
    struct Render: Sendable, Encodable {
        var number: Int
        var state: String
        var model: String
        var count: Int
        var since: Date
        var attempts: Int
        var taskID: String?
        var estimate: String?
        var error: Failure?
        /// Of a rendered one whose results are not all with us: when the provider's links die.
        var expiresAt: Date?
        /// Results that wait on this machine until the outbox is back.
        var kept: Int?
        var what: String
    }

    struct Job: Sendable, Encodable {
        var id: String
        var name: String
        var state: String
        var source: String
        var dropped: Date
        var finished: Date?
        var outbox: String?
        var estimate: String?
        /// What was spent or is reserved so far.
        var cost: CancelPost.Amount?
        var error: Failure?
        var renders: [Render]
        /// What `STATUS.txt` says of each render of a job at work, with the reasons that only the watcher knows.
        var says: [String]
    }

    struct Waiting: Sendable, Encodable {
        var file: String
        var reason: String

        /// Names and reasons in which nothing acts on the terminal.
        var shown: Waiting { Waiting(file: ShownText.line(file), reason: ShownText.line(reason)) }
    }

    var at: Date
    /// Renders of active jobs in each state.
    var counts: [String: Int]
    var jobs: [Job]
    var waiting: [Waiting]
    /// Committed today and this month, by currency.
    var spentToday: [String]
    var spentThisMonth: [String]

    /// - Parameters:
    ///   - text: only jobs of this name, id or source; nil: all at work, and the latest that ended.
    ///   - path: what `text` is where it is a path: below the inbox, or a job's id.
    static func make(
        ledger: any Ledger, depot: any Depot, configuration: Configuration, matching text: String?, path: String?,
        ended: Int, now: Date
    ) async throws -> StatusReport {
        var records: [JobRecord]
        if let text {
            records = try await ledger.jobs(matching: text)
            if records.isEmpty, let path { records = try await ledger.jobs(matching: path) }
        } else {
            records = try await ledger.jobs(JobFilter(states: [.active]))
            records += try await ledger.jobs(JobFilter(states: [.done, .failed, .canceled], limit: ended))
        }
        var jobs: [Job] = []
        // A depot that cannot be looked at is the watcher's to tell.
        let results = ((try? await depot.wholeKeys()) ?? []).compactMap { ResultKey($0) }
        let kept = Dictionary(grouping: results, by: \.render).mapValues(\.count)
        // A folder that cannot be read is the watcher's to tell.
        let places =
            records.contains { $0.state == .active }
            ? (try? WorkingFolders.paths(in: configuration.folders)) ?? [:] : [:]
        for record in records { jobs.append(try await job(record, ledger, places[record.id], kept, now)) }
        let zone = TimeZone(identifier: configuration.budget.timezone) ?? .gmt
        let keys = Timestamp.budgetKeys(now, in: zone)
        let spent = try await ledger.committed(day: keys.day, month: keys.month)
        let counts = try await ledger.counts()
        let waiting = WaitingFiles.read(configuration.folders)
        return StatusReport(
            at: now, counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }), jobs: jobs,
            waiting: (text.map { WaitingFiles.matching($0, path: path, in: waiting, configuration) } ?? waiting)
                .map(\.shown),
            spentToday: spent.day.map(\.description), spentThisMonth: spent.month.map(\.description))
    }

    private static func job(
        _ record: JobRecord, _ ledger: any Ledger, _ folder: String?, _ kept: [RenderID: Int], _ now: Date
    ) async throws -> Job {
        let renders = try await ledger.renders(of: record.id)
        let cost = Money.total(try await ledger.spend(of: record.id).compactMap(\.committed))
        return Job(
            id: record.id.text, name: record.name, state: record.state.rawValue, source: record.source,
            dropped: record.droppedAt, finished: record.finishedAt, outbox: record.outputFolder,
            estimate: JobPrice.of(renders.filter { !$0.isKept })?.description, cost: cost.map { .init($0) },
            error: record.failure,
            renders: renders.map { render in
                var failure: Failure?
                var task: TaskID?
                var life: ResultLife?
                switch render.state {
                case .failed(let why), .undecided(let why): failure = why
                case .following(let id): task = id
                case .rendered(let result):
                    task = result.task
                    if kept[render.id] ?? 0 < result.outputs.count { life = ResultLife(learnedAt: result.learnedAt) }
                case .queued, .sending, .delivered, .canceled: break
                }
                return Render(
                    number: render.id.number, state: render.state.name.rawValue, model: render.plan.model,
                    count: render.plan.count, since: render.since, attempts: render.attempts,
                    taskID: (task ?? render.result?.task)?.text, estimate: render.plan.estimate?.description,
                    error: failure, expiresAt: life?.expiresAt, kept: kept[render.id],
                    what: StatusText.words(render, life?.words(at: now)))
            },
            says: says(in: folder, newerThan: renders.map(\.since).max()))
    }

    /// Nothing where there is no such file, because the job has ended or the watcher has not come to write it; nor where the ledger knows
    /// more, as after a command without a watcher.
    private static func says(in folder: String?, newerThan moved: Date?) -> [String] {
        guard let folder, let text = try? String(contentsOfFile: folder + "/" + OwnFiles.status, encoding: .utf8),
            let written = StatusText.date(in: text), moved.map({ written >= $0 }) ?? true
        else { return [] }
        return StatusText.lines(in: text)
    }

    /// For people.
    func text(_ terminal: Terminal) -> String {
        var lines: [String] = []
        for job in jobs {
            let mark =
                switch job.state {
                case "done": terminal.styled("✓", .green)
                case "failed", "canceled": terminal.styled("✗", .red)
                default: "·"
                }
            var head = "\(mark) \(terminal.styled(job.name, .bold))  \(job.state)"
            if let outbox = job.outbox { head += "  → outbox/\(outbox)" }
            // At its end what it cost, not what was expected.
            if job.state != "active" {
                if let cost = job.cost { head += "  \(cost.text)" }
            } else if let estimate = job.estimate {
                head += "  about \(estimate)"
            }
            lines.append(head + terminal.styled("  \(job.id)", .dim))
            if let error = job.error {
                lines.append("    " + ShownText.line(String(error.message.split(separator: "\n").first ?? "")))
            }
            if job.says.count == job.renders.count, !job.says.isEmpty {
                lines += job.says.map { "    " + $0 }
                continue
            }
            for render in job.renders where jobs.count == 1 || job.state == "active" || render.error != nil {
                lines.append("    \(job.renders.count > 1 ? "\(render.number). " : "")\(render.what) (\(render.model))")
            }
        }
        if jobs.isEmpty, waiting.isEmpty { lines.append("nothing at work") }
        for file in waiting { lines.append("… \(file.file): \(file.reason)") }
        let spent = spentToday.isEmpty ? "nothing" : spentToday.joined(separator: ", ")
        lines.append(terminal.styled("committed today: \(spent)", .dim))
        return lines.joined(separator: "\n") + "\n"
    }
}
