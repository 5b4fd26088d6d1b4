public import Foundation
public import RenderCore

/// `STATUS.txt`: what a job is doing, for whoever opens its folder.
public enum StatusText {
    /// - Parameter namesakes: other jobs at work of the same name in the same folder.
    static func of(
        _ job: JobRecord, _ renders: [RenderRecord], reasons: [RenderID: String], namesakes: [JobRecord] = [],
        at now: Date
    ) -> String {
        var lines = [
            "\(job.name): \(renders.count == 1 ? "1 render" : "\(renders.count) renders")"
                + (JobPrice.of(renders.filter { !$0.isKept }).map { ", about \($0)" } ?? ""),
            "as of \(Timestamp.text(now)); job \(job.id); dropped as \(job.source)",
            "",
        ]
        for render in renders {
            let place = renders.count == 1 ? "" : "\(render.id.number). "
            lines.append(
                "\(place)\(words(render, reasons[render.id])) (\(render.plan.model), \(render.plan.count) wanted)")
        }
        if let warnings = renders.first?.plan.warnings {
            lines += ["", "Doubtful in the job file:"] + warnings.map { ShownText.line($0) }
        }
        // After the renders, so that `lines(in:)` finds these alone.
        if let remade = job.outputRemadeAt, let folder = job.outputFolder {
            lines += [
                "",
                "outbox/\(folder) was moved or deleted, and made anew \(Timestamp.text(remade)); its \(OwnFiles.note) says more.",
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
                "\(words), dropped \(Timestamp.text(other.droppedAt)). Both are rendered and paid for, each in a folder of its own.",
            ]
        }
        lines += [
            "", "To see more: `renderdrop status \(job.id)`", "renderdrop rewrites this file; changes to it are lost.",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    /// When `of` wrote it; nil where it does not say.
    public static func date(in text: String) -> Date? {
        guard let start = text.range(of: "\nas of ")?.upperBound, let end = text[start...].firstIndex(of: ";") else {
            return nil
        }
        return Timestamp.date(String(text[start..<end]))
    }

    /// The lines about renders in what `of` wrote.
    public static func lines(in text: String) -> [String] {
        let blocks = text.components(separatedBy: "\n\n")
        return blocks.count < 3 ? [] : blocks[1].split(separator: "\n").map(String.init)
    }

    /// - Parameter reason: why it waits in the queue, or how its result stands.
    public static func words(_ render: RenderRecord, _ reason: String?) -> String {
        let since = Timestamp.text(render.since)
        switch render.state {
        case .queued: return reason.map { "in the queue: \($0)" } ?? "in the queue"
        case .sending: return "is being sent since \(since)"
        case .following(let task): return "at the provider since \(since), task \(task)"
        case .rendered(let result):
            let count = result.outputs.count
            if let reason { return "rendered \(since), \(count == 1 ? "1 result" : "\(count) results"): \(reason)" }
            return "rendered, \(count == 1 ? "1 result is" : "\(count) results are") being fetched since \(since)"
        case .delivered: return "delivered \(since)"
        case .failed(let failure): return "failed \(since): \(failure)"
        case .undecided(let failure) where failure.isLookedFor:
            return "its answer was lost \(since): \(failure.message). \(failure.advice)"
        case .undecided(let failure): return "NEEDS A DECISION since \(since): \(failure.message). \(failure.advice)"
        case .canceled: return "canceled \(since)"
        }
    }
}

/// What the renders of a job are expected to cost together.
public enum JobPrice {
    /// Nil where one of them has no price, or they have several currencies.
    public static func of(_ renders: [RenderRecord]) -> Money? { of(renders.map(\.plan)) }

    /// With both ends, where the provider decides.
    public static func range(of plans: [RenderPlan]) -> MoneyRange? {
        guard let high = of(plans) else { return nil }
        let low = plans.reduce(0) { $0 + ($1.quote?.range.low ?? $1.estimate ?? high).micros }
        return MoneyRange(low: Money(micros: low, currency: high.currency), high: high)
    }

    public static func of(_ plans: [RenderPlan]) -> Money? {
        let estimates = plans.compactMap(\.estimate)
        guard let first = estimates.first, estimates.count == plans.count,
            estimates.allSatisfy({ $0.currency == first.currency })
        else { return nil }
        return Money(micros: estimates.reduce(0) { $0 + $1.micros }, currency: first.currency)
    }
}
