import Foundation
import RenderCore

/// Keeps `STATUS.txt` of every job at work true, at most once a second, and `RENDERDROP-STATUS.txt` at least once a minute.
actor StatusDesk {
    private let parts: EngineParts
    private let stopper: Stopper
    private let lanes: Lanes
    private let bell = Bell()
    private var trouble: Failure?
    private var dirty: Set<JobID> = []
    private var reasons: [RenderID: String] = [:]

    init(parts: EngineParts, stopper: Stopper, lanes: Lanes) {
        self.parts = parts
        self.stopper = stopper
        self.lanes = lanes
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

    func waits(_ render: RenderID, because reason: String) {
        reasons[render] = reason
        touch(render.job)
    }

    func run() async {
        while !stopper.isStopping, !Task.isCancelled {
            let batch = dirty
            dirty = []
            for job in batch { await write(job) }
            await writeOverview(stopped: false)
            if batch.isEmpty {
                await bell.wait(atMost: .seconds(60), clock: parts.clock)
            } else {
                // A burst of news becomes one writing; a stop ends the wait early and the loop with it.
                try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }

    func stop() { bell.ring() }

    /// Like `write`, for people only: what fails now is written anew in a minute.
    func writeOverview(stopped: Bool) async {
        let now = parts.now()
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        guard let counts = try? await parts.ledger.counts(),
            let spent = try? await parts.ledger.committed(day: keys.day, month: keys.month),
            let undecided = try? await parts.ledger.renders(in: [.undecided], limit: 20)
        else { return }
        var names: [String] = []
        for id in Set(undecided.map(\.id.job)).sorted() {
            if let job = try? await parts.ledger.job(id) { names.append(job.name) }
        }
        let overview = OverviewText(
            watcher: parts.watcher, inbox: parts.configuration.folders.inbox, counts: counts,
            paused: await lanes.paused, overBudget: await lanes.overBudget, trouble: trouble, committedToday: spent.day,
            cap: parts.spendCaps.day, undecided: names, stopped: stopped)
        try? await parts.workspace.writeOverview(overview.text(at: now))
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
        let text = StatusText.of(job, renders, reasons: reasons, at: parts.now())
        try? await parts.workspace.writeStatus(text, for: id)
    }
}
