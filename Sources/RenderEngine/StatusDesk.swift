import Foundation
import RenderCore

/// Keeps `STATUS.txt` of every job at work true, at most once a second.
actor StatusDesk {
    private let parts: EngineParts
    private let stopper: Stopper
    private let bell = Bell()
    private var dirty: Set<JobID> = []
    private var reasons: [RenderID: String] = [:]

    init(parts: EngineParts, stopper: Stopper) {
        self.parts = parts
        self.stopper = stopper
    }

    func touch(_ job: JobID) {
        dirty.insert(job)
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
            if batch.isEmpty {
                await bell.wait(atMost: .seconds(3600), clock: parts.clock)
            } else {
                // A burst of news becomes one writing; a stop ends the wait early and the loop with it.
                try? await stopper.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }

    func stop() { bell.ring() }

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
