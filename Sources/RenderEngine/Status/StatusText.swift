public import Foundation
public import RenderCore

/// The text of `STATUS.txt`: the state of a job, for everyone who opens its folder.
public enum StatusText {
    /// - Parameter namesakes: other active jobs of the same name in the same folder.
    static func of(
        _ job: JobRecord, _ renders: [RenderRecord], reasons: [RenderID: String], namesakes: [JobRecord] = [],
        template: String? = nil, times: LocalTime, at now: Date
    ) -> String {
        var lines = [
            "\(job.folder.isEmpty ? "" : job.folder + "/")\(job.name): \(Counted.text(renders.count, "render"))"
                + (JobPrice.of(renders.filter { !$0.isKept }).map { ", about \($0)" } ?? ""),
            "As of \(times.text(now, at: now)). Job \(job.id), dropped as \(job.source)",
            "",
        ]
        let form = Form(job: job.name, renders: renders.count, template: template, times: times, now: now)
        lines += renders.map { form.line($0, reasons[$0.id]) }
        if let warnings = renders.first?.plan.warnings {
            lines += ["", "Warnings about the job file:"] + warnings.map { ShownText.line($0) }
        }
        if let remade = job.outputRemadeAt, let folder = job.outputFolder {
            lines += [
                "",
                "outbox/\(folder) was moved or deleted, and created again on \(times.text(remade, at: now)); see its \(OwnFiles.note).",
            ]
        }
        for other in namesakes {
            let isFirst = other.id < job.id
            let words =
                other.source == job.source
                ? "\(isFirst ? "Saved again: the first" : "It was saved again: the later") \(job.name) is job \(other.id)"
                : "\(isFirst ? "An earlier" : "A later") job of this name, from \(ShownText.line(other.source)), is job \(other.id)"
            lines += [
                "",
                "\(words), dropped \(times.text(other.droppedAt, at: now)). Both are rendered and paid for, each in its own folder.",
            ]
        }
        lines += [
            "", "For details, run `renderdrop status \(job.id.tail)`",
            "renderdrop rewrites this file; changes to it are lost.",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    /// How lines about the renders of one job are written.
    public struct Form: Sendable {
        public var job: String
        /// How many the job has.
        public var renders: Int
        /// The template for names of outputs whose plan has none.
        public var template: String?
        public var times: LocalTime
        public var now: Date

        public init(job: String, renders: Int, template: String?, times: LocalTime, now: Date) {
            self.job = job
            self.renders = renders
            self.template = template
            self.times = times
            self.now = now
        }

        /// `2. cups-wood-neon: in the queue (wan2.2-t2i-flash, 1 picture)`
        public func line(_ render: RenderRecord, _ reason: String?) -> String {
            let title = RenderTitle.of(render.plan, job: job, of: renders, template: template)
            return (renders == 1 ? "" : "\(render.id.number). \(title): ") + words(render, reason)
        }

        /// The same without number and name.
        public func words(_ render: RenderRecord, _ reason: String?) -> String {
            let noun = render.plan.kind.makesFilms ? "film" : "picture"
            return StatusText.words(render, reason, times, at: now)
                + " (\(render.plan.model), \(Counted.text(render.plan.count, noun)))"
        }
    }

    /// - Parameter reason: why it waits in the queue, or how its result stands.
    public static func words(_ render: RenderRecord, _ reason: String?, _ times: LocalTime, at now: Date) -> String {
        let since = times.text(render.since, at: now)
        switch render.state {
        case .queued: return reason.map { "in the queue: \($0)" } ?? "in the queue"
        case .sending: return "being sent since \(since)"
        case .following(let task): return "at the provider since \(since), task \(task)"
        case .rendered(let result):
            let count = result.outputs.count
            if let reason { return "rendered \(since), \(Counted.text(count, "result")): \(reason)" }
            return "rendered, \(Counted.text(count, "result is", "results are")) being fetched since \(since)"
        case .delivered:
            let lost = render.result?.failedParts.first.map { "; \($0.code): \($0.message)" } ?? ""
            return "delivered \(since)\(lost)"
        case .failed(let failure): return "failed \(since): \(failure.naming(render.id.job))"
        case .undecided(let failure) where failure.isLookedFor:
            return "its answer was lost \(since): \(sentences(failure))"
        case .undecided(let failure): return "NEEDS A DECISION since \(since): \(sentences(failure))"
        case .canceled: return "canceled \(since)"
        }
    }

    /// What happened, then what to do. Our own name is written small at the beginning of a sentence, too.
    private static func sentences(_ failure: Failure) -> String {
        let advice = failure.advice
        let isOurName = advice.hasPrefix("renderdrop")
        return failure.message + ". " + (isOurName ? advice : advice.prefix(1).uppercased() + advice.dropFirst())
    }
}
