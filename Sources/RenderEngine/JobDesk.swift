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
    /// The earlier job whose folder in the outbox a job delivers into.
    private var tried: [JobID: JobID] = [:]
    private var closing: Set<JobID> = []
    /// Asked for while a closing was under way, which may have looked too early.
    private var again: Set<JobID> = []
    /// Jobs whose folders are not in `working/`: the inbox is looked at before they are closed.
    private(set) var away: Set<JobID> = []
    /// Of those: their folders are not in the inbox, either.
    private var missing: Set<JobID> = []
    private let onAway: @Sendable () -> Void
    /// Jobs that ended since the start.
    private(set) var succeeded = 0
    private(set) var failed = 0

    /// - Parameter onAway: a job's folder is not in `working/`: have the inbox looked at.
    init(
        parts: EngineParts, events: EngineEvents, insistence: Insistence, onAway: @escaping @Sendable () -> Void = {}
    ) {
        self.parts = parts
        self.onAway = onAway
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

    /// Somebody moved the job's folder out of the outbox, or deleted it: the rest goes into one made anew, which says so. Another job may
    /// have got the name since. Asked before each file that is delivered: one look at the outbox.
    func keepOutput(of id: JobID) async throws {
        let job = try await job(id)
        guard let folder = job.outputFolder else { return }
        switch try await parts.outbox.owner(of: folder) {
        case .job(id): return
        case .unknown: if try await isOwn(folder, of: job) { return }
        case .job(let other):
            if try await isTried(other, by: job) { return }
        case .nobody: break
        }
        let now = parts.now()
        let histories = try await parts.histories(of: id)
        let note = OutputNote(job: job, folder: folder, histories: histories, at: now).text
        let made = try await parts.outbox.remake(folder, of: id, note: Array(note.utf8))
        var latest = try await self.job(id)
        // Another render of the job was faster.
        guard latest.outputFolder == folder, latest.outputRemadeAt == job.outputRemadeAt else { return }
        latest.outputFolder = made
        latest.outputRemadeAt = now
        active[id] = latest
        try await parts.ledger.update(latest)
        events.send(
            EngineEvent(
                at: now, job: id, name: job.name,
                kind: .warning(
                    "outbox/\(folder) was moved or deleted while the job runs: the rest is delivered into "
                        + (made == folder
                            ? "a folder made anew there" : "outbox/\(made), because something else lies there now")
                        + "; its \(OwnFiles.note) says what was delivered before")))
    }

    /// Whether a folder that lost its hidden file is the job's all the same: something lies there of what was delivered into it. Before
    /// anything was, it is taken for the job's.
    private func isOwn(_ folder: String, of job: JobRecord) async throws -> Bool {
        let histories = try await parts.histories(of: job.id)
        var names = histories.filter { $0.render.plan.apart != true }.flatMap(\.outputs).map(\.file)
        guard !names.isEmpty else { return true }
        names += histories.map {
            OutputNaming.sidecar(job: job.name, render: $0.render.id.number, of: histories.count)
        }
        return try await parts.outbox.holds(anyOf: names, in: folder)
    }

    /// Whether a job tries an earlier one again, and so delivers into that one's folder.
    private func isTried(_ former: JobID, by job: JobRecord) async throws -> Bool {
        if tried[job.id] == former { return true }
        var next = job.retryOf
        for _ in 0..<Self.formerMax {
            guard let one = next else { return false }
            if one == former {
                tried[job.id] = former
                return true
            }
            next = try await parts.ledger.job(one)?.retryOf
        }
        return false
    }

    /// Nobody tries a job again more often.
    private static let formerMax = 100

    // MARK: - Folders that leave working/

    /// Whether more of the job may be sent. Moving its folder away, renaming it or deleting it closes the job's queue.
    func isAtHome(_ id: JobID) async throws -> Bool {
        if try await isInPlace(id) { return true }
        try await leftHome(id)
        return false
    }

    private func isInPlace(_ id: JobID) async throws -> Bool {
        let job = try await job(id)
        return try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.workspace.isInPlace(id)
        }
    }

    private func leftHome(_ id: JobID) async throws {
        let job = try await job(id)
        let now = parts.now()
        // Nothing more can be sent from here on; the ledger makes that true for every process.
        try await insistence.insist(until: .aborting, about: job) { [parts] in
            _ = try await parts.ledger.closeQueue(of: id, at: now, leaving: nil)
        }
        guard away.insert(id).inserted else { return }
        events.send(
            EngineEvent(
                at: now, job: id, name: job.name,
                kind: .warning(
                    "its folder is no longer at \(parts.workspace.folder(of: id)): nothing more of it is sent; what was sent is "
                        + "delivered. To go on with it, put the folder into the inbox")))
        onAway()
    }

    /// Its folder was taken back out of the inbox.
    func cameBack(_ id: JobID) {
        away.remove(id)
        missing.remove(id)
        active[id] = nil
    }

    /// The inbox was looked at, and does not have it.
    func letGo(_ id: JobID) {
        if away.remove(id) != nil { missing.insert(id) }
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

        // A job that left `working/` may lie in the inbox, and go on.
        let isThere = try await isInPlace(id)
        guard isThere || missing.contains(id) else {
            if away.insert(id).inserted { onAway() }
            return
        }
        let histories = try await parts.histories(of: id)
        let papers = JobPapers(
            job: job, histories: histories, provider: parts.providerFacts, version: parts.version, now: parts.now(),
            isFolderGone: !isThere, advised: parts.advised)
        if job.outputFolder != nil, let summary = papers.summary {
            try await insistence.insist(until: .stopping, about: job) { [parts] in
                try await self.keepOutput(of: id)
                guard let folder = try await self.job(id).outputFolder else { return }
                try await parts.outbox.write(summary.bytes, into: folder, as: summary.name)
            }
        }
        job.outputFolder = active[id]?.outputFolder ?? job.outputFolder
        job.outputRemadeAt = active[id]?.outputRemadeAt ?? job.outputRemadeAt
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
        let isClosed = try await insistence.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.close(closed)
        }
        active[id] = nil
        guard isClosed else { return try await goOn(record) }
        apart[id] = nil
        tried[id] = nil
        missing.remove(id)
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

extension JobDesk {
    /// Renders were put back into the queue while the job's folder was on its way to a shelf: it comes back, and its journal says so.
    private func goOn(_ job: JobRecord) async throws {
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            _ = try await parts.workspace.takeBack(
                job.id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
            let queued = try await parts.ledger.renders(of: job.id).filter { $0.state.name == .queued }
            let reopening = Reopening(
                job: job.id, from: .active, renders: queued.map { .init(number: $0.id.number, giveUpAt: $0.giveUpAt) },
                at: parts.now())
            try await parts.workspace.journal(job.id, JournalLine.reopened(reopening))
        }
    }
}

extension EngineParts {
    func histories(of job: JobID) async throws -> [RenderHistory] {
        var histories: [RenderHistory] = []
        for render in try await ledger.renders(of: job) {
            if let history = try await ledger.history(of: render.id) { histories.append(history) }
        }
        return histories
    }
}
