import Foundation
import RenderCore
import RenderEngine

/// One event as `watch --json` prints it, on a line of its own; `docs/events.schema.json` describes every field.
struct EventJSON: Sendable {
    let line: String

    init(_ event: EngineEvent) {
        var fields = Self.fields(event.kind)
        fields.values["event"] = .string(fields.name)
        fields.values["sequence"] = .int(event.sequence)
        fields.values["at"] = .string(Timestamp.text(event.at))
        if let job = event.job { fields.values["job"] = .string(job.text) }
        if let name = event.name { fields.values["name"] = .string(name) }
        if let render = event.render { fields.values["render"] = .int(render) }
        line = JSONOutput.line(.object(fields.values))
    }

    private typealias Fields = (name: String, values: [String: JSONValue])

    private static func fields(_ kind: EngineEvent.Kind) -> Fields {
        switch kind {
        case .started(let report):
            (
                "started",
                [
                    "unfinished": .int(report.unfinished), "inbox": .string(report.inbox),
                    "provider": .string(report.place), "key": .string(key(report.key)),
                    "text_model": .string(report.textModel), "edit_model": .string(report.editModel),
                ]
            )
        case .keyWorks(let place): ("key_works", ["provider": .string(place)])
        case .unfinished(let progress, let renders):
            ("unfinished", counts(progress, ["renders": .int(renders)]))
        case .inbox(let lines): ("inbox", ["waiting": .int(lines.count)])
        case .waiting(let drop): ("waiting", ["file": .string(drop.path), "reason": .string(drop.words)])
        case .claimed(let renders, let estimate):
            ("claimed", with("estimate", estimate.map(money), ["renders": .int(renders)]))
        case .retried(let text): ("retried", ["text": .string(text)])
        case .warning(let text): ("warning", ["text": .string(text)])
        case .invalid(let problems): ("invalid", ["problems": .int(problems)])
        case .queued(let reason): ("queued", ["reason": .string(reason.words)])
        case .submitting(let attempt, let mode):
            ("submitting", ["attempt": .int(attempt), "mode": .string(mode.rawValue)])
        case .accepted(let task): ("accepted", ["task_id": .string(task.text)])
        case .running: ("running", [:])
        case .progress(let progress):
            ("progress", with("fraction", progress.fraction.map { .double($0) }, ["text": .string(progress.words)]))
        case .refused(let failure): ("refused", ["error": error(failure)])
        case .lost(let failure): ("lost", ["error": error(failure)])
        case .found(let task): ("found", ["task_id": .string(task.text)])
        case .neverArrived: ("never_arrived", [:])
        case .undecided(let failure): ("undecided", ["error": error(failure)])
        case .taskFailed(let failure, let again): ("task_failed", ["error": error(failure), "again": .bool(again)])
        case .rendered(let outputs): ("rendered", ["outputs": .int(outputs)])
        case .kept(let bytes): ("kept", ["bytes": .int(bytes)])
        case .downloaded(let file, let bytes): ("downloaded", ["file": .string(file), "bytes": .int(bytes)])
        case .delivered(let files, let cost):
            ("delivered", with("cost", cost.map(money), ["files": .array(files.map { .string($0) })]))
        case .renderFailed(let failure): ("render_failed", ["error": error(failure)])
        case .jobDone(let folder, let progress):
            ("job_done", counts(progress, ["state": "done", "folder": .string(folder)]))
        case .jobFailed(let folder, let failure, let progress):
            (
                "job_failed",
                counts(progress, with("error", failure.map(error), ["state": "failed", "folder": .string(folder)]))
            )
        case .jobCanceled(let folder, let report):
            (
                "job_canceled",
                with(
                    "cost", report.cost.map(money),
                    ["state": "canceled", "folder": .string(folder), "text": .string(report.words)])
            )
        case .paused(let failure): ("paused", ["error": error(failure)])
        case .modelWaits(let model, let failure): ("model_waits", ["model": .string(model), "error": error(failure)])
        case .resumed: ("resumed", [:])
        case .paced(let model, let limit):
            (
                "paced",
                with(
                    "running", limit.running.map { .int($0) },
                    ["model": .string(model), "submits": .int(limit.submits), "per_seconds": .int(limit.perSeconds)])
            )
        case .notPaced(let model, let failure): ("not_paced", ["model": .string(model), "error": error(failure)])
        case .trouble(let failure): ("trouble", ["error": error(failure)])
        case .stopping(let report):
            (
                "stopping",
                [
                    "sending": .int(report.sending), "fetching": .int(report.fetching),
                    "at_provider": .int(report.atProvider),
                ]
            )
        }
    }

    /// What one free call at the start has shown of the key.
    private static func key(_ key: StartReport.Key) -> String {
        switch key {
        case .works: "works"
        case .refused: "refused"
        case .unanswered: "unanswered"
        case .unproved: "unproved"
        case .notAsked: "not_asked"
        }
    }

    private static func counts(_ progress: JobProgress, _ values: [String: JSONValue]) -> [String: JSONValue] {
        let files: JSONValue = [
            "wanted": .int(progress.wanted), "delivered": .int(progress.delivered), "failed": .int(progress.failed),
            "canceled": .int(progress.canceled),
        ]
        return with("cost", progress.cost.map(money), with("files", files, values))
    }

    private static func with(
        _ name: String, _ value: JSONValue?, _ values: [String: JSONValue]
    ) -> [String: JSONValue] {
        var values = values
        values[name] = value
        return values
    }

    private static func money(_ money: Money) -> JSONValue {
        let money = JSONMoney(money)
        return ["amount": .double(money.amount), "currency": .string(money.currency)]
    }

    private static func error(_ failure: Failure) -> JSONValue {
        [
            "code": .string(failure.code), "message": .string(failure.message), "advice": .string(failure.advice),
            "retryable": .bool(failure.retryable),
        ]
    }
}
