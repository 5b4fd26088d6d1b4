import Foundation
import RenderCore
import RenderEngine

/// What live progress shows: a line a job, from the events alone.
struct ProgressBoard: Sendable {
    enum Mood: Sendable { case busy, waiting, good, bad }

    struct Line: Sendable, Equatable {
        var name: String
        var state: String
        var mood: Mood
        var since: Date
        var ended: Date?
        var price: Money?
        var renders: Int
        var done: Int
    }

    private(set) var order: [JobID] = []
    private(set) var lines: [JobID: Line] = [:]
    private(set) var waitingFiles: [String: String] = [:]
    private(set) var notice: String?

    mutating func apply(_ event: EngineEvent) {
        if case .waiting(let path, let reason) = event.kind, DropKind(name: Self.name(path)) == .jobFile {
            waitingFiles[path] = reason
        }
        if case .paused(let failure) = event.kind { notice = failure.description }
        if case .modelWaits(let model, let failure) = event.kind { notice = "\(model) waits: \(failure)" }
        if case .resumed = event.kind { notice = nil }
        if case .trouble(let failure) = event.kind, event.job == nil { notice = failure.description }
        guard let job = event.job else { return }
        if lines[job] == nil {
            order.append(job)
            lines[job] = Line(
                name: event.name ?? job.text, state: "taken", mood: .busy, since: event.at, ended: nil, price: nil,
                renders: 1, done: 0)
        }
        if let name = event.name { lines[job]?.name = name }
        switch event.kind {
        case .claimed(let renders, let estimate):
            lines[job]?.renders = renders
            lines[job]?.price = estimate
            waitingFiles = waitingFiles.filter { !$0.key.hasSuffix((event.name ?? "") + ".yaml") }
            set(job, "taken", .busy)
        case .invalid(let problems):
            set(job, problems == 1 ? "1 problem in the file" : "\(problems) problems in the file", .bad)
        case .queued(let reason): set(job, "in the queue: \(reason)", .waiting)
        case .submitting(_, let mode): set(job, mode == .sync ? "rendering" : "submitting", .busy)
        case .accepted: set(job, "accepted, waits at the provider", .busy)
        case .running: set(job, "rendering", .busy)
        case .refused(let failure): set(job, "waits: \(failure.message)", .waiting)
        case .lost: set(job, "its answer was lost, looked for at the provider", .waiting)
        case .found: set(job, "found at the provider", .busy)
        case .neverArrived: set(job, "never arrived, is sent again", .busy)
        case .undecided: set(job, "NEEDS A DECISION", .bad)
        case .taskFailed(let failure, let again): set(job, again ? "failed, tried again" : failure.message, .waiting)
        case .rendered(let outputs): set(job, "fetching \(outputs == 1 ? "1 result" : "\(outputs) results")", .busy)
        case .kept: set(job, "kept here until the outbox is back", .waiting)
        case .downloaded(let file, _): set(job, "saved \(file)", .busy)
        case .delivered(_, let cost):
            lines[job]?.done += 1
            if lines[job]?.renders == 1, let cost { lines[job]?.price = cost }
            set(job, "delivered", .busy)
        case .renderFailed(let failure): set(job, failure.message, .bad)
        case .jobDone(let folder):
            lines[job]?.ended = event.at
            set(job, "done → outbox/\(folder)", .good)
        case .jobFailed(let folder, _):
            lines[job]?.ended = event.at
            set(job, "failed → \(folder)/ERROR.txt", .bad)
        case .jobCanceled(let folder, let report):
            lines[job]?.ended = event.at
            lines[job]?.price = nil
            set(job, "\(report.words) → \(folder)", .waiting)
        case .started, .waiting, .warning, .retried, .paused, .modelWaits, .resumed, .paced, .notPaced,
            .trouble, .stopping:
            break
        }
    }

    private mutating func noLongerWaits(_ job: String?) {
        waitingFiles = waitingFiles.filter { OutputNaming.jobName(fromFile: Self.name($0.key)) != job }
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private mutating func set(_ job: JobID, _ state: String, _ mood: Mood) {
        lines[job]?.state = state
        lines[job]?.mood = mood
    }

    /// The newest jobs last, at most `most` of them, those at work before those at their end.
    func shown(most: Int) -> [Line] {
        let all = order.compactMap { lines[$0] }
        guard all.count > most else { return all }
        let busy = all.filter { $0.ended == nil }.prefix(most)
        let ended = all.filter { $0.ended != nil }.suffix(max(0, most - busy.count))
        return Array(ended) + Array(busy)
    }
}
