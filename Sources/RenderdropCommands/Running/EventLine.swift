import Foundation
import Logging
import RenderCore
import RenderEngine

/// One event as a line of the log: a constant message, the facts beside it.
struct EventLine: Sendable {
    var level: Logger.Level
    var message: String
    var facts: [(key: String, value: String)] = []

    init(_ event: EngineEvent) {
        switch event.kind {
        case .started(let start):
            var facts = [("inbox", start.inbox), ("models", start.models)]
            if let key = start.keyWords { facts.append(("provider", key)) }
            if start.unfinished > 0 { facts.append(("unfinished", "\(start.unfinished)")) }
            self.init(.info, start.isBatch ? "rendering" : "watching", facts)
        case .keyWorks(let place): self.init(.info, StartReport.worksNow(place))
        case .unfinished(let progress, _): self.init(.debug, "unfinished", [("made", progress.words)])
        case .inbox: self.init(.trace, "inbox scanned")
        case .waiting(let drop): self.init(.info, "waits", [("file", drop.path), ("because", drop.words)])
        case .claimed(let renders, let estimate):
            self.init(.info, "taken", [("renders", "\(renders)")] + (estimate.map { [("estimate", "\($0)")] } ?? []))
        case .retried(let text): self.init(.info, "again", [("text", text)])
        case .warning(let text): self.init(.warning, "note", [("text", text)])
        case .invalid(let problems): self.init(.warning, "invalid job", [("problems", "\(problems)")])
        case .queued(let reason): self.init(.info, "in the queue", [("because", reason.words)])
        case .submitting(let attempt, _): self.init(.info, "submitting", [("attempt", "\(attempt)")])
        case .accepted(let task): self.init(.info, "accepted", [("task", task.text)])
        case .running: self.init(.info, "running")
        case .progress(let progress):
            self.init(
                .debug, "progress",
                [("said", progress.words)] + (progress.fraction.map { [("fraction", "\($0)")] } ?? []))
        case .refused(let failure): self.init(.warning, "not taken now", Self.facts(failure))
        case .lost(let failure): self.init(.warning, "answer lost", Self.facts(failure))
        case .found(let task): self.init(.info, "found at the provider", [("task", task.text)])
        case .neverArrived: self.init(.info, "never arrived, sent again")
        case .undecided(let failure): self.init(.error, "needs a decision", Self.facts(failure))
        case .taskFailed(let failure, let again):
            self.init(.warning, again ? "failed, tried again" : "failed", Self.facts(failure))
        case .rendered(let outputs): self.init(.info, "rendered", [("outputs", "\(outputs)")])
        case .kept(let bytes): self.init(.info, "kept here, the outbox cannot be written", [("bytes", "\(bytes)")])
        case .downloaded(let file, let bytes): self.init(.info, "saved", [("file", file), ("bytes", "\(bytes)")])
        case .delivered(let files, let cost):
            self.init(.info, "delivered", [("files", "\(files.count)")] + (cost.map { [("cost", "\($0)")] } ?? []))
        case .renderFailed(let failure): self.init(.warning, "render failed", Self.facts(failure))
        case .jobDone(let folder, let progress):
            self.init(.info, "done", [("outbox", folder)] + Self.facts(progress))
        case .jobFailed(let folder, let failure, let progress):
            self.init(
                .warning, "job failed",
                [("folder", folder)] + Self.facts(progress) + (failure.map(Self.facts) ?? []))
        case .jobCanceled(let folder, let report):
            self.init(.info, "canceled", [("folder", folder), ("text", report.words)])
        case .paused(let failure): self.init(.error, "everything waits", Self.facts(failure))
        case .modelWaits(let model, let failure):
            self.init(.error, "a model waits, others continue", [("model", model)] + Self.facts(failure))
        case .resumed: self.init(.info, "work continues")
        case .paced(let model, let limit):
            self.init(
                .debug, "quota",
                [("model", model), ("pace", limit.pace)] + (limit.running.map { [("running", "\($0)")] } ?? []))
        case .notPaced(let model, let failure):
            self.init(.debug, "quota not reported", [("model", model)] + Self.facts(failure))
        case .trouble(let failure):
            self.init(failure.retryable ? .warning : .error, "trouble", Self.facts(failure))
        case .stopping(let report): self.init(.info, "stopping", [("text", report.words)])
        }
    }

    private init(_ level: Logger.Level, _ message: String, _ facts: [(String, String)] = []) {
        self.level = level
        self.message = message
        self.facts = facts.map { (key: $0.0, value: $0.1) }
    }

    /// The words that the live view and `status` use.
    private static func facts(_ progress: JobProgress) -> [(String, String)] {
        guard progress.wanted > 0 else { return [] }
        return [("made", progress.words), ("cost", progress.price)]
    }

    private static func facts(_ failure: Failure) -> [(String, String)] {
        // A line an event: what goes on below the first line stands in ERROR.txt.
        var facts = [("code", failure.code), ("text", Failure.headline(of: failure.message))]
        if !failure.advice.isEmpty { facts.append(("do", failure.advice)) }
        if let request = failure.requestID { facts.append(("request_id", request)) }
        return facts
    }
}
