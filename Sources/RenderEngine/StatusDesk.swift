import Foundation
import RenderCore

/// Keeps `STATUS.txt` of every job at work true, at most once a second, and `RENDERDROP-STATUS.txt` at least once a minute.
actor StatusDesk {
    private let parts: EngineParts
    private let stopper: Stopper
    private let lanes: Lanes
    private let results: ResultDesk
    private let room: Room
    private let hindrances: Hindrances
    private let bell = Bell()
    private var trouble: Failure?
    private var hang: Failure?
    private var isTellingHang = false
    private var dirty: Set<JobID> = []
    private var reasons: [RenderID: String] = [:]

    init(
        parts: EngineParts, stopper: Stopper, lanes: Lanes, results: ResultDesk, room: Room,
        hindrances: Hindrances = Hindrances()
    ) {
        self.parts = parts
        self.stopper = stopper
        self.lanes = lanes
        self.results = results
        self.room = room
        self.hindrances = hindrances
        hindrances.onChange { [bell] in bell.ring() }
    }

    func touch(_ job: JobID) {
        dirty.insert(job)
        bell.ring()
    }

    /// What hinders the whole; nil: nothing does.
    func hindered(by failure: Failure?) {
        guard trouble != failure else { return }
        trouble = failure
        bell.ring()
    }

    /// A folder that hangs; nil: it answers again. Written beside `run`, which may itself wait for that folder, and by at most one task:
    /// the file may lie on the same share.
    func hangs(_ failure: Failure?) {
        hang = failure
        guard !isTellingHang else { return }
        isTellingHang = true
        Task {
            var told: Failure?
            repeat {
                told = hang
                await writeOverview(stopped: false)
            } while told != hang
            isTellingHang = false
        }
    }

    func waits(_ render: RenderID, because reason: String) {
        reasons[render] = reason
        touch(render.job)
    }

    func run() async {
        while !stopper.isStopping, !Task.isCancelled {
            let batch = dirty
            dirty = []
            for job in batch { await write(job) }
            await results.warn()
            await writeOverview(stopped: false)
            if batch.isEmpty {
                await bell.wait(atMost: .seconds(60), clock: parts.clock)
                // How long something still lives changes by itself.
                if dirty.isEmpty { dirty = await results.jobs }
            } else {
                // A burst of news becomes one writing; a stop ends the wait early and the loop with it.
                try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }

    func stop() { bell.ring() }

    /// The last words of this run.
    func close() async {
        let rest = dirty
        dirty = []
        for job in rest { await write(job) }
        await writeOverview(stopped: true)
    }

    /// Like `write`, for people only: what fails now is written anew in a minute.
    private func writeOverview(stopped: Bool) async {
        let now = parts.now()
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let facts = try? await (
            counts: parts.ledger.counts(), spent: parts.ledger.committed(day: keys.day, month: keys.month),
            undecided: parts.ledger.renders(in: [.undecided], limit: 20)
        )
        guard let (counts, spent, undecided) = facts else {
            // A desk that was cancelled while it asked has nothing to say: the last words are `close`'s.
            guard !Task.isCancelled else { return }
            // Better without figures than an old word that all is well.
            let overview = OverviewText(
                watcher: parts.watcher, inbox: parts.configuration.folders.inbox, counts: nil,
                trouble: await hindrance ?? .ledgerStorage("it does not answer"), committedToday: [], cap: nil,
                undecided: [], stopped: stopped)
            try? await parts.workspace.writeOverview(parts.advised.completed(overview.text(at: now)))
            return
        }
        var names: [String] = []
        let asked = undecided.filter { render in
            if case .undecided(let failure) = render.state { !failure.isLookedFor } else { false }
        }
        for id in Set(asked.map(\.id.job)).sorted() {
            if let job = try? await parts.ledger.job(id) { names.append(job.name) }
        }
        let overview = OverviewText(
            watcher: parts.watcher, inbox: parts.configuration.folders.inbox, counts: counts,
            paused: await pause, heldModels: await lanes.heldModels, overBudget: await lanes.overBudget,
            trouble: await hindrance,
            results: await results.overview, committedToday: spent.day, cap: parts.spendCaps.day, undecided: names,
            stopped: stopped)
        try? await parts.workspace.writeOverview(parts.advised.completed(overview.text(at: now)))
    }

    /// What holds up every submit.
    private var pause: (failure: Failure, since: Date)? {
        get async {
            if let paused = await lanes.paused { return paused }
            return await room.lack
        }
    }

    private var hindrance: Failure? {
        get async {
            if let hang { return hang }
            if let trouble { return trouble }
            if let out = await results.outboxOut { return out.failure }
            return hindrances.first
        }
    }

    /// What a status says is for people and is written anew soon: a failure here is no failure of the job.
    private func write(_ id: JobID) async {
        guard let job = try? await parts.ledger.job(id), job.state == .active,
            let renders = try? await parts.ledger.renders(of: id)
        else {
            reasons = reasons.filter { $0.key.job != id }
            return
        }
        for render in renders where render.state.name != .queued { reasons[render.id] = nil }
        var words = reasons
        for render in renders where render.state.name == .rendered {
            words[render.id] = await results.standing(of: render.id)
        }
        // Without them the status only says less.
        let sameName = (try? await parts.ledger.jobs(JobFilter(atWorkNamed: .init(job)))) ?? []
        let namesakes = sameName.filter { $0.id != id }
        let text = StatusText.of(job, renders, reasons: words, namesakes: namesakes, at: parts.now())
        try? await parts.workspace.writeStatus(parts.advised.completed(text), for: id)
    }
}
