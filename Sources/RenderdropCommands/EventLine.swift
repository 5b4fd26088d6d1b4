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
        case .started(let unfinished):
            self.init(.info, "watching", unfinished > 0 ? [("unfinished", "\(unfinished)")] : [])
        case .waiting(let path, let reason): self.init(.info, "waits", [("file", path), ("because", reason)])
        case .claimed(let renders, let estimate):
            self.init(.info, "taken", [("renders", "\(renders)")] + (estimate.map { [("estimate", "\($0)")] } ?? []))
        case .retried(let text): self.init(.info, "again", [("text", text)])
        case .warning(let text): self.init(.warning, "note", [("text", text)])
        case .invalid(let problems): self.init(.warning, "no valid job", [("problems", "\(problems)")])
        case .queued(let reason): self.init(.info, "in the queue", [("because", reason)])
        case .submitting(let attempt, _): self.init(.info, "submitting", [("attempt", "\(attempt)")])
        case .accepted(let task): self.init(.info, "accepted", [("task", task.text)])
        case .running: self.init(.info, "running")
        case .refused(let failure): self.init(.warning, "not taken now", Self.facts(failure))
        case .lost(let failure): self.init(.warning, "answer lost", Self.facts(failure))
        case .found(let task): self.init(.info, "found at the provider", [("task", task.text)])
        case .neverArrived: self.init(.info, "never arrived, sent again")
        case .undecided(let failure): self.init(.error, "needs a decision", Self.facts(failure))
        case .taskFailed(let failure, let again):
            self.init(.warning, again ? "failed, tried again" : "failed", Self.facts(failure))
        case .rendered(let outputs): self.init(.info, "rendered", [("outputs", "\(outputs)")])
        case .kept(let bytes): self.init(.info, "kept here, the outbox takes nothing", [("bytes", "\(bytes)")])
        case .downloaded(let file, let bytes): self.init(.info, "saved", [("file", file), ("bytes", "\(bytes)")])
        case .delivered(let files, let cost):
            self.init(.info, "delivered", [("files", "\(files.count)")] + (cost.map { [("cost", "\($0)")] } ?? []))
        case .renderFailed(let failure): self.init(.warning, "render failed", Self.facts(failure))
        case .jobDone(let folder): self.init(.info, "done", [("outbox", folder)])
        case .jobFailed(let folder, let failure):
            self.init(.warning, "job failed", [("folder", folder)] + (failure.map(Self.facts) ?? []))
        case .jobCanceled(let folder, let report):
            self.init(.info, "canceled", [("folder", folder), ("text", report.words)])
        case .paused(let failure): self.init(.error, "everything waits", Self.facts(failure))
        case .modelWaits(let model, let failure):
            self.init(.error, "a model waits, others go on", [("model", model)] + Self.facts(failure))
        case .resumed: self.init(.info, "goes on")
        case .paced(let model, let limit):
            self.init(
                .debug, "quota",
                [("model", model), ("pace", limit.pace)] + (limit.running.map { [("running", "\($0)")] } ?? []))
        case .notPaced(let model, let failure):
            self.init(.debug, "quota not told", [("model", model)] + Self.facts(failure))
        case .trouble(let failure):
            self.init(failure.retryable ? .warning : .error, "trouble", Self.facts(failure))
        case .stopping(let why): self.init(.info, "stopping", [("because", why)])
        }
    }

    private init(_ level: Logger.Level, _ message: String, _ facts: [(String, String)] = []) {
        self.level = level
        self.message = message
        self.facts = facts.map { (key: $0.0, value: $0.1) }
    }

    private static func facts(_ failure: Failure) -> [(String, String)] {
        // A line an event: what goes on below the first line stands in ERROR.txt.
        let text = failure.message.split(separator: "\n").first.map(String.init) ?? ""
        var facts = [("code", failure.code), ("text", text)]
        if !failure.advice.isEmpty { facts.append(("do", failure.advice)) }
        if let request = failure.requestID { facts.append(("request_id", request)) }
        return facts
    }
}
