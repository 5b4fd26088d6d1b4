import Foundation
import HotFolder
import RenderCore
import RenderEngine

/// Reads jobs for `status` and for what `run` tells at its end.
struct StatusJobs: Sendable {
    let ledger: any JobHistory & SpendBook
    let configuration: Configuration
    let times: LocalTime
    let now: Date
    /// Results that wait in the spool.
    private let kept: [RenderID: Int]
    /// Why renders wait in the queue, as far as the watcher has said it.
    private let reasons: [RenderID: QueueReason]

    /// - Parameters:
    ///   - spool: nil: nothing is at work.
    ///   - snapshot: of the watcher; nil: there is none.
    init(
        ledger: any JobHistory & SpendBook, spool: (any ResultSpool)?, snapshot: EngineSnapshot?,
        configuration: Configuration,
        now: Date
    ) async {
        self.ledger = ledger
        self.configuration = configuration
        times = configuration.times
        self.now = now
        // A spool that cannot be looked at is the watcher's to tell.
        let results = ((try? await spool?.wholeKeys()) ?? []).compactMap { ResultKey($0) }
        kept = Dictionary(grouping: results, by: \.render).mapValues(\.count)
        let said = (snapshot?.queue ?? []).flatMap { queue in queue.renders.map { ($0, queue.reason) } }
        reasons = Dictionary(said, uniquingKeysWith: { first, _ in first })
    }

    func job(_ record: JobRecord) async throws -> StatusReport.Job {
        let renders = try await ledger.renders(of: record.id)
        let spend = try await ledger.spend(of: record.id)
        let outputs = Dictionary(grouping: try await ledger.outputs(of: record.id), by: \.render)
        let progress = JobProgress(record.state, renders, spend: spend)
        let form = StatusText.Form(
            job: record.name, renders: renders.count, template: configuration.delivery.outputName, times: times,
            now: now)
        let mayBeRetried = record.state == .failed || record.state == .canceled
        let later = mayBeRetried ? try await ledger.jobs(retrying: record.id).last : nil
        let spendOfRender = Dictionary(grouping: spend, by: \.render)
        return StatusReport.Job(
            id: record.id.text, shortID: record.id.tail, name: record.name, folder: record.folder,
            state: record.state.rawValue, source: record.source, dropped: record.droppedAt,
            finished: record.finishedAt, outbox: record.outputFolder,
            estimate: JobPrice.of(renders.filter { !$0.isKept }).map(JSONMoney.init),
            cost: progress.cost.map(JSONMoney.init),
            outputs: .init(
                wanted: progress.wanted, delivered: progress.delivered, failed: progress.failed,
                canceled: progress.canceled), error: record.failure, retriedAs: later?.id.tail,
            renders: renders.map { render in
                let cost = Money.total((spendOfRender[render.id] ?? []).compactMap(\.committed))
                return self.render(render, form, files: (outputs[render.id] ?? []).map(\.file), cost: cost)
            }, progress: progress)
    }

    private func render(
        _ render: RenderRecord, _ form: StatusText.Form, files: [String], cost: Money?
    ) -> StatusReport.Render {
        var failure: Failure?
        var task: TaskID?
        var life: ResultLife?
        var reason: String?
        switch render.state {
        case .failed(let why), .undecided(let why): failure = why.naming(render.id.job)
        case .following(let id): task = id
        case .rendered(let result):
            task = result.task
            if kept[render.id] ?? 0 < result.outputs.count { life = ResultLife(of: result) }
            reason = ResultStanding(life: life, kept: kept[render.id] ?? 0).words(at: now)
        case .queued: reason = reasons[render.id]?.words
        case .sending, .delivered, .canceled: break
        }
        return StatusReport.Render(
            number: render.id.number,
            name: RenderTitle.of(render.plan, job: form.job, of: form.renders, template: form.template),
            state: render.state.name.rawValue, kind: render.plan.kind.rawValue, model: render.plan.model,
            prompt: render.plan.prompt, seed: render.plan.seed, count: render.plan.count, since: render.since,
            attempts: render.attempts, taskID: (task ?? render.result?.task)?.text,
            estimate: render.plan.estimate.map(JSONMoney.init), cost: cost.map(JSONMoney.init), error: failure,
            expiresAt: life?.expiresAt, kept: kept[render.id], files: files,
            what: ShownText.line(form.line(render, reason)),
            words: form.words(render, reason))
    }
}
