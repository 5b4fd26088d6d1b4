import Foundation
import RenderCore

/// Decides which renders of a job that came back from `failed/` are rendered again, and where they go. Pure.
///
/// | the render was | and asks for | it is |
/// | --- | --- | --- |
/// | delivered | the same | kept: not sent, not paid for, its files stay |
/// | delivered | something else | changed: rendered into a folder of its own, `NAME-2` |
/// | anything else, or not there | | missing: rendered into the folder of the job before |
struct RetryPlan: Sendable {
    /// An earlier job, with its renders.
    struct Former: Sendable {
        var job: JobRecord
        var renders: [RenderRecord]
    }

    enum Fate: Sendable, Equatable {
        /// An earlier job delivered it as this render.
        case kept(RenderID)
        case changed
        case missing
    }

    /// What became of each render, by its number.
    let fates: [Int: Fate]
    /// Where missing renders go; nil: into a new folder.
    let outputFolder: String?
    let isAgain: Bool

    /// - Parameters:
    ///   - plans: with the digests of their references.
    ///   - former: the job that came back, then those that tried it before this one.
    ///   - isAgain: render everything anew.
    init(_ plans: [RenderPlan], of job: JobRecord, former: [Former], isAgain: Bool) {
        self.isAgain = isAgain
        var fates: [Int: Fate] = [:]
        for plan in plans {
            fates[plan.number] = isAgain ? .missing : Self.fate(plan, job, former)
        }
        self.fates = fates
        let isApart = isAgain || fates.values.allSatisfy { $0 == .changed }
        outputFolder = isApart ? nil : former.lazy.compactMap(\.job.outputFolder).first
    }

    private static func fate(_ plan: RenderPlan, _ job: JobRecord, _ former: [Former]) -> Fate {
        var isChanged = false
        // The latest first: what it delivered counts.
        for before in former.reversed() {
            for render in before.renders where render.id.number == plan.number && render.state == .delivered {
                if isSame(plan, job, render, before.job) { return .kept(render.id) }
                isChanged = true
            }
        }
        return isChanged ? .changed : .missing
    }

    /// An unchanged job file makes the same request, even if the defaults in watch.yaml have changed since; its
    /// pictures must be the same.
    private static func isSame(_ plan: RenderPlan, _ job: JobRecord, _ render: RenderRecord, _ before: JobRecord)
        -> Bool
    {
        let id = RenderID(job: job.id, number: plan.number)
        if RequestContent(plan, of: id) == RequestContent(render.plan, of: render.id) { return true }
        guard job.sha256 == before.sha256, job.bytes == before.bytes else { return false }
        return media(plan) == media(render.plan)
    }

    private static func media(_ plan: RenderPlan) -> [String] {
        plan.references.map { reference in
            switch reference.source {
            case .url(let url): url
            case .file(let name): reference.sha256 ?? name
            }
        }
    }

    /// Whether the render goes into a separate folder.
    func isApart(_ number: Int) -> Bool { outputFolder != nil && fates[number] == .changed }

    func isKept(_ number: Int) -> Bool {
        if case .kept = fates[number] { true } else { false }
    }

    /// What is rendered, at what price, and what stays; reported before anything is sent.
    func words(_ renders: [RenderRecord]) -> String {
        let sent = renders.filter { !$0.isKept }
        let kept = renders.count - sent.count
        let price = JobPrice.of(sent).map { ", about \($0)" } ?? ""
        guard !sent.isEmpty else { return "all \(kept) renders were delivered before: nothing is sent" }
        if isAgain { return "renders everything again: \(Self.count(sent.count))\(price)" }
        var words = "tries \(sent.count) of \(Self.count(renders.count)) again\(price)"
        if kept > 0 {
            words +=
                "; \(kept) \(kept == 1 ? "was" : "were") delivered before and \(kept == 1 ? "stays" : "stay")"
                + (outputFolder.map { " in outbox/\($0)" } ?? "")
        }
        let changed = renders.filter { fates[$0.id.number] == .changed }
        if !changed.isEmpty {
            words +=
                "; changed since \(changed.count == 1 ? "it was" : "they were") delivered: "
                + "\(NumberList.text(changed.map(\.id.number)))"
                + (JobPrice.of(changed).map { ", about \($0)" } ?? "")
                + ", into a folder of \(changed.count == 1 ? "its" : "their") own"
        }
        return words
    }

    private static func count(_ renders: Int) -> String { renders == 1 ? "1 render" : "\(renders) renders" }
}
