import Foundation
import RenderCore

/// Makes the snapshot from what the parts of a run know. The ledger is asked three short questions; jobs are remembered as `STATUS.txt` was
/// last written from them.
struct SnapshotMaker: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let admission: PerAccount<AdmissionControl>
    let results: DeliveryTracker
    let room: DiskReserve
    let hindrances: Hindrances

    /// Active jobs, by id.
    private(set) var jobs: [JobID: EngineSnapshot.Job] = [:]
    /// By job, why renders of it wait for an account or a region that is not configured: one entry for each render.
    private var unserved: [JobID: [Failure]] = [:]

    init(
        parts: EngineParts, events: EngineEvents, admission: PerAccount<AdmissionControl>, results: DeliveryTracker,
        room: DiskReserve, hindrances: Hindrances
    ) {
        self.parts = parts
        self.events = events
        self.admission = admission
        self.results = results
        self.room = room
        self.hindrances = hindrances
    }

    mutating func see(_ job: JobRecord, _ renders: [RenderRecord]) {
        let progress = JobProgress(job.state, renders, spend: [])
        jobs[job.id] = EngineSnapshot.Job(
            id: job.id, name: job.name, folder: job.folder,
            renders: Dictionary(renders.map { ($0.state.name, 1) }, uniquingKeysWith: +), wanted: progress.wanted,
            delivered: progress.delivered, undecided: progress.undecided, estimate: progress.total)
        let obstacles = renders.compactMap { obstacle(to: $0) }
        unserved[job.id] = obstacles.isEmpty ? nil : obstacles
    }

    mutating func forget(_ job: JobID) {
        jobs[job] = nil
        unserved[job] = nil
    }

    /// - Parameters:
    ///   - reasons: why renders wait in the queue, by job.
    ///   - hang: a folder that hangs.
    ///   - trouble: what stops everything, as the main loop sees it.
    /// - Returns: nil where the task was cancelled while it asked: it has nothing to say then.
    func snapshot(
        isStopped: Bool, reasons: [JobID: [RenderID: QueueReason]], hang: Failure?, trouble: Failure?
    ) async -> EngineSnapshot? {
        let now = parts.now()
        let sequence = events.sequence
        let facts = await facts(now)
        if facts == nil, Task.isCancelled { return nil }
        var snapshot = EngineSnapshot(
            at: now, watcher: parts.watcher, isStopped: isStopped, notices: await notices(hang ?? trouble))
        snapshot.sequence = sequence
        snapshot.hanging = [hang].compactMap { $0 }
        snapshot.lanes = await admission.laneStates
        snapshot.start = events.start
        snapshot.waiting = events.waiting
        snapshot.queue = Self.queue(reasons)
        snapshot.jobs = Self.first(jobs.values)
        snapshot.jobCount = jobs.count
        guard let facts else {
            // Better without figures than an old word that all is well.
            if snapshot.notices.isEmpty {
                snapshot.notices = [.init(.trouble, .ledgerStorage("it does not answer"))]
            }
            return snapshot
        }
        snapshot.counts = facts.counts.filter { $0.value > 0 }
        snapshot.budget = facts.budget
        snapshot.undecided = await names(ofUndecided: facts.undecided)
        snapshot.results = await results.overview
        return snapshot
    }

    private struct Facts {
        var counts: [RenderMachine.State.Name: Int]
        var budget: EngineSnapshot.Budget
        var undecided: [RenderRecord]
    }

    /// Nil: the ledger does not answer.
    private func facts(_ now: Date) async -> Facts? {
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        do {
            let counts = try await parts.ledger.counts()
            let spent = try await parts.ledger.spending(day: keys.day, month: keys.month)
            func period(_ name: String, _ spent: Spending, _ cap: Money?) -> EngineSnapshot.Budget.Period {
                .init(period: name, spent: spent.spent, reserved: spent.reserved, cap: cap)
            }
            return Facts(
                counts: counts,
                budget: .init(
                    day: period(keys.day, spent.day, parts.spendCaps.day),
                    month: period(keys.month, spent.month, parts.spendCaps.month)),
                undecided: try await parts.ledger.renders(in: [.undecided], limit: 20))
        } catch {
            return nil  // told by whoever needs the ledger for more
        }
    }

    private func names(ofUndecided renders: [RenderRecord]) async -> [String] {
        let asked = renders.filter { render in
            if case .undecided(let failure) = render.state { !failure.isLookedFor } else { false }
        }
        var names: [String] = []
        for id in Set(asked.map(\.id.job)).sorted() {
            // A ledger that does not answer any more is told with the next snapshot.
            if let job = try? await parts.ledger.job(id) { names.append(job.name) }
        }
        return names
    }

    /// The worst of what holds everything up, every model that waits, and every account and region that is not configured.
    private func notices(_ trouble: Failure?) async -> [EngineSnapshot.Notice] {
        var notices: [EngineSnapshot.Notice] = []
        if let paused = await paused {
            notices.append(.init(.paused, paused.failure, since: paused.since))
        } else if let hindrance = await hindrance(trouble) {
            notices.append(.init(.trouble, hindrance))
        } else if let overBudget = await admission.overBudget {
            notices.append(.init(.budget, overBudget))
        }
        return notices
            + (await admission.heldModels).map { .init(.model, $0.failure, since: $0.since, model: $0.model) }
            + unservedNotices
    }

    /// One notice for each account or region that is not configured and for which renders wait.
    private var unservedNotices: [EngineSnapshot.Notice] {
        var notices: [EngineSnapshot.Notice] = []
        for failure in unserved.values.joined() {
            if let index = notices.firstIndex(where: { $0.failure == failure }) {
                notices[index].renders = (notices[index].renders ?? 0) + 1
            } else {
                notices.append(.init(.account, failure, renders: 1))
            }
        }
        return notices.sorted { $0.failure.message < $1.failure.message }
    }

    /// Why nobody serves a render; nil: its account is configured, or it has ended. A region holds only what is still to be sent.
    private func obstacle(to render: RenderRecord) -> Failure? {
        guard !render.state.name.isFinal else { return nil }
        let obstacle = parts.providers.obstacle(to: render.plan)
        return render.state.name == .queued || obstacle?.has(.accountMissing) == true ? obstacle : nil
    }

    /// What holds up every submit.
    private var paused: (failure: Failure, since: Date)? {
        get async {
            if let paused = await admission.paused { return paused }
            return await room.lack
        }
    }

    private func hindrance(_ trouble: Failure?) async -> Failure? {
        if let trouble { return trouble }
        if let out = await results.outboxOut { return out.failure }
        return hindrances.first
    }

    /// Renders by reason: thousands wait for a few.
    private static func queue(_ reasons: [JobID: [RenderID: QueueReason]]) -> [EngineSnapshot.Queue] {
        var queue: [EngineSnapshot.Queue] = []
        // Of the first jobs, as many as are shown at most: the renders of the others need not be sorted.
        var first: [(key: RenderID, value: QueueReason)] = []
        for job in reasons.keys.sorted() where first.count < EngineSnapshot.rendersMax {
            first += reasons[job, default: [:]].sorted { $0.key < $1.key }
        }
        for (render, reason) in first.prefix(EngineSnapshot.rendersMax) {
            if let index = queue.firstIndex(where: { $0.reason == reason }) {
                queue[index].renders.append(render)
            } else {
                queue.append(.init(reason: reason, renders: [render]))
            }
        }
        return queue
    }

    private static func first(_ jobs: some Collection<EngineSnapshot.Job>) -> [EngineSnapshot.Job] {
        let sorted = jobs.sorted { ($1.undecided > 0 ? 1 : 0, $1.id) < ($0.undecided > 0 ? 1 : 0, $0.id) }
        return Array(sorted.prefix(EngineSnapshot.jobsMax))
    }
}
