import Foundation
import RenderCore

/// The jobs at work: their rows, their folder in the outbox, and their end.
actor JobDesk {
    private let parts: EngineParts
    private let events: EngineEvents
    private let insistence: Insistence
    private var active: [JobID: JobRecord] = [:]
    /// Folders of their own, for renders that changed since they were delivered.
    private var apart: [JobID: String] = [:]
    private var closing: Set<JobID> = []
    /// Asked for while a closing was under way, which may have looked too early.
    private var again: Set<JobID> = []
    /// Jobs that ended since the start.
    private(set) var succeeded = 0
    private(set) var failed = 0

    init(parts: EngineParts, events: EngineEvents, insistence: Insistence) {
        self.parts = parts
        self.events = events
        self.insistence = insistence
    }

    func job(_ id: JobID) async throws -> JobRecord {
        if let job = active[id] { return job }
        guard let job = try await parts.ledger.job(id) else { throw LedgerError.noSuchJob(id.text) }
        // One that has ended may be reopened: its row is not kept.
        if job.state == .active { active[id] = job }
        return job
    }

    /// The job's own folder below the outbox; made and recorded at the first delivery.
    ///
    /// - Parameter isApart: the one beside it, for what was delivered before and changed since.
    func outputFolder(of id: JobID, apart isApart: Bool? = nil) async throws -> String {
        let job = try await job(id)
        if isApart == true {
            if let folder = apart[id] { return folder }
            // The job's own folder is an earlier job's: this one's first is beside it.
            let folder = try await parts.outbox.open(id, folder: job.folder, name: job.name)
            apart[id] = folder
            return folder
        }
        if let folder = job.outputFolder { return folder }
        // Opening is idempotent, so two renders of one job that come here together get the same folder.
        let folder = try await parts.outbox.open(id, folder: job.folder, name: job.name)
        guard var latest = active[id], latest.outputFolder == nil else { return active[id]?.outputFolder ?? folder }
        latest.outputFolder = folder
        try await parts.ledger.update(latest)
        active[id] = latest
        return folder
    }

    /// Ends the job if all its renders have ended: summary, sidecars of failure, the move to archive or failed, the row.
    /// Every step may be repeated after a crash.
    func closeIfEnded(_ id: JobID) async throws {
        guard closing.insert(id).inserted else {
            again.insert(id)
            return
        }
        defer {
            closing.remove(id)
            again.remove(id)
        }
        repeat {
            again.remove(id)
            try await close(id)
        } while again.contains(id)
    }

    private func close(_ id: JobID) async throws {
        var job = try await job(id)
        guard job.state == .active else { return }
        // A command may have closed it since the row was read.
        job.queueClosedAt = try await parts.ledger.job(id)?.queueClosedAt
        let renders = try await parts.ledger.renders(of: id)
        guard renders.allSatisfy({ $0.state.name.isFinal }) else { return }

        var histories: [RenderHistory] = []
        for render in renders {
            if let history = try await parts.ledger.history(of: render.id) { histories.append(history) }
        }
        let papers = JobPapers(
            job: job, histories: histories, provider: parts.providerFacts, version: parts.version, now: parts.now())
        if let folder = job.outputFolder, let summary = papers.summary {
            try await insistence.insist(until: .stopping, about: job) { [parts] in
                try await parts.outbox.write(summary.bytes, into: folder, as: summary.name)
            }
        }
        let shelf: Shelf = papers.succeeded ? .archive : .failed
        let files = papers.failureFiles
        let record = job
        try? await parts.workspace.journal(
            id, ["at": .string(Timestamp.text(parts.now())), "event": "closed", "shelf": .string(shelf.rawValue)])
        // ^ best effort: where the folder has left `working/` before a crash there is no journal to write to, and the folder's
        //   place says the same.
        let place = try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.workspace.finish(
                id, in: shelf, folder: record.folder, name: record.name, files: files)
        }
        job.state = papers.state
        job.finishedAt = parts.now()
        let closed = job
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.update(closed) }
        active[id] = nil
        apart[id] = nil
        if papers.succeeded { succeeded += 1 } else { failed += 1 }
        let shown = place ?? shelf.rawValue
        let kind: EngineEvent.Kind =
            switch papers.state {
            case .done, .active: .jobDone(folder: job.outputFolder ?? shown)
            case .canceled: .jobCanceled(folder: shown, papers.cancelReport)
            case .failed: .jobFailed(folder: shown, papers.firstFailure)
            }
        events.send(EngineEvent(at: parts.now(), job: id, name: job.name, kind: kind))
    }
}
