import Foundation
import RenderCore

/// Keeps `STATUS.txt` of every active job current, at most once a second, and `RENDERDROP-STATUS.txt` at least once a
/// minute.
actor StatusWriter: StatusObserver {
    private let parts: EngineParts
    private let events: EngineEvents
    private let shutdown: Shutdown
    private let results: DeliveryTracker
    private var maker: SnapshotMaker
    /// The snapshot that stands in the file.
    private var written: EngineSnapshot?
    private let wake = WakeSignal()
    private var trouble: Failure?
    private var hang: Failure?
    private var isTellingHang = false
    private var dirty: Set<JobID> = []
    private var reasons: [JobID: [RenderID: QueueReason]] = [:]

    init(
        parts: EngineParts, events: EngineEvents = EngineEvents(), shutdown: Shutdown,
        admission: PerAccount<AdmissionControl>, results: DeliveryTracker, room: DiskReserve,
        hindrances: Hindrances = Hindrances()
    ) {
        self.parts = parts
        self.events = events
        self.shutdown = shutdown
        self.results = results
        maker = SnapshotMaker(
            parts: parts, events: events, admission: admission, results: results, room: room, hindrances: hindrances)
        hindrances.onChange { [wake] in wake.ring() }
    }

    func touch(_ job: JobID) {
        dirty.insert(job)
        wake.ring()
    }

    /// What stops everything; nil: nothing does.
    func hindered(by failure: Failure?) {
        guard trouble != failure else { return }
        trouble = failure
        wake.ring()
    }

    /// A folder that hangs; nil: it answers again. Written outside `run`, which may itself wait for that folder, and by
    /// at most one task: the file may be on the same share.
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

    func waits(_ render: RenderID, because reason: QueueReason) {
        reasons[render.job, default: [:]][render] = reason
        touch(render.job)
    }

    func run() async {
        while !shutdown.isStopping, !Task.isCancelled {
            let batch = dirty
            dirty = []
            for job in batch { await write(job) }
            await results.warn()
            await writeOverview(stopped: false)
            if batch.isEmpty {
                await wake.wait(atMost: .seconds(60), clock: parts.clock)
                // How long something still lives changes by itself.
                if dirty.isEmpty { dirty = await results.jobs }
            } else {
                // A burst of news becomes one writing; a stop ends the wait early and the loop with it.
                try? await shutdown.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }

    func stop() { wake.ring() }

    /// Writes the final state of this run.
    func close() async {
        let rest = dirty
        dirty = []
        for job in rest { await write(job) }
        await writeOverview(stopped: true)
    }

    /// Like `write`, for people only: if it fails now, it is written again within a minute.
    private func writeOverview(stopped: Bool) async {
        let made = await maker.snapshot(isStopped: stopped, reasons: reasons, hang: hang, trouble: trouble)
        // A writer that was cancelled while it asked has nothing to say: the last words are `close`'s.
        guard let snapshot = made else { return }
        events.keep(snapshot)
        // For people only: what cannot be written now is written again in a moment.
        if written.map({ !snapshot.isSame(as: $0) || snapshot.at >= $0.at + 55 }) ?? true {
            written = (try? await parts.workspace.writeWatcherState(snapshot.json)) == nil ? nil : snapshot
        }
        let overview = OverviewText(
            snapshot: snapshot, inbox: parts.configuration.folders.inbox, times: parts.times)
        try? await parts.workspace.writeOverview(parts.advised.completed(overview.text))
    }

    /// `STATUS.txt` is for people and is soon written again: a failure here is not a failure of the job.
    private func write(_ id: JobID) async {
        guard let job = try? await parts.ledger.job(id), job.state == .active,
            let renders = try? await parts.ledger.renders(of: id)
        else {
            reasons[id] = nil
            maker.forget(id)
            return
        }
        if var own = reasons[id] {
            for render in renders where render.state.name != .queued { own[render.id] = nil }
            reasons[id] = own.isEmpty ? nil : own
        }
        maker.see(job, renders)
        var words = reasons[id, default: [:]].mapValues(\.words)
        for render in renders where render.state.name == .rendered {
            words[render.id] = await results.standing(of: render.id)?.words(at: parts.now())
        }
        // Without them the status only says less.
        let sameName = (try? await parts.ledger.jobs(JobFilter(atWorkNamed: .init(job)))) ?? []
        let namesakes = sameName.filter { $0.id != id }
        let text = StatusText.of(
            job, renders, reasons: words, namesakes: namesakes, template: parts.configuration.delivery.outputName,
            times: parts.times, at: parts.now())
        try? await parts.workspace.writeStatus(parts.advised.completed(text), for: id)
    }
}
