import Foundation
import RenderCore

/// Keeps track of the active jobs: their rows, their folders in the outbox, and their end.
actor JobFinisher {
    private let parts: EngineParts
    private let events: EngineEvents
    private let outages: OutageRetry
    private var active: [JobID: JobRecord] = [:]
    private var counts: [JobID: Int] = [:]
    /// How many rows were dropped from `active`: a row that was read before such a moment may be older than it.
    private var dropped = 0
    /// Separate folders for renders that changed since they were delivered.
    private var apart: [JobID: String] = [:]
    /// The earlier job into whose outbox folder a job delivers.
    private var tried: [JobID: JobID] = [:]
    private var closing: Set<JobID> = []
    /// A close was requested while one was running; run it again.
    private var again: Set<JobID> = []
    /// Jobs whose folders are not in `working/`: the inbox is scanned before they are closed.
    private(set) var away: Set<JobID> = []
    /// Those of them whose folders are not in the inbox either.
    private var missing: Set<JobID> = []
    private let onAway: @Sendable () -> Void
    /// Jobs that ended since the start.
    private(set) var succeeded = 0
    private(set) var failed = 0
    /// The jobs that have ended; only a batch keeps them.
    private(set) var ended: [JobID] = []
    private let keepsEnded: Bool

    /// - Parameter onAway: called if a job's folder is not in `working/`: requests a scan of the inbox.
    init(
        parts: EngineParts, events: EngineEvents, outages: OutageRetry, keepsEnded: Bool = false,
        onAway: @escaping @Sendable () -> Void = {}
    ) {
        self.parts = parts
        self.keepsEnded = keepsEnded
        self.onAway = onAway
        self.events = events
        self.outages = outages
    }

    func job(_ id: JobID) async throws -> JobRecord {
        if let job = active[id] { return job }
        let before = dropped
        guard let job = try await parts.ledger.job(id) else { throw LedgerError.noSuchJob(id.text) }
        // One that has ended may be reopened: its row is not kept. It may also have ended while it was read.
        if job.state == .active, dropped == before { active[id] = job }
        return job
    }

    /// How many renders the job has. Those of a job at work do not change.
    func renderCount(of id: JobID) async throws -> Int {
        if let count = counts[id] { return count }
        let count = try await parts.ledger.renderCount(of: id)
        if active[id] != nil { counts[id] = count }
        return count
    }

    /// Replaces a row that is kept. One that was dropped meanwhile stays away: its job has ended, or was changed elsewhere.
    private func keep(_ job: JobRecord) {
        if active[job.id] != nil { active[job.id] = job }
    }

    private func drop(_ id: JobID) {
        active[id] = nil
        counts[id] = nil
        dropped += 1
    }

    /// How many jobs are remembered: only active ones, for a watcher runs for months.
    var remembered: Int { active.count + apart.count + tried.count + away.count + missing.count }

    /// The job's own folder below the outbox; made and recorded at the first delivery.
    ///
    /// - Parameter isApart: the one beside it, for what was delivered before and changed since.
    func outputFolder(of id: JobID, apart isApart: Bool? = nil) async throws -> String {
        let job = try await job(id)
        if isApart == true {
            if let folder = apart[id] { return folder }
            // The job's own folder is an earlier job's: this one's first is beside it.
            // Nothing else tells of it after a crash of the machine.
            let folder = try await parts.outbox.open(id, folder: job.folder, name: job.name, .now)
            apart[id] = folder
            return folder
        }
        if let folder = job.outputFolder { return folder }
        // Opening is idempotent, so two renders of one job that come here together get the same folder.
        let folder = try await parts.outbox.open(id, folder: job.folder, name: job.name)
        var latest = try await self.job(id)
        if let folder = latest.outputFolder { return folder }
        latest.outputFolder = folder
        try await record(latest)
        keep(latest)
        return folder
    }

    /// If somebody moved or deleted the job's folder in the outbox, the other outputs go into a new folder with a note.
    /// Another job may have the name now. Called before each delivery: one look-up in the outbox.
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
        // Recorded, and then a crash of the machine took the empty folder. Opened anew, it is the same one.
        if job.retryOf == nil, histories.allSatisfy(\.outputs.isEmpty),
            try await parts.outbox.open(id, folder: job.folder, name: job.name) == folder
        {
            return
        }
        let note = OutputNote(job: job, folder: folder, histories: histories, at: now, times: parts.times).text
        let made = try await parts.outbox.remake(folder, of: id, note: Array(note.utf8))
        var latest = try await self.job(id)
        // Another render of the job was faster.
        guard latest.outputFolder == folder, latest.outputRemadeAt == job.outputRemadeAt else { return }
        let former = latest
        latest.outputFolder = made
        latest.outputRemadeAt = now
        // At once: another render of the job must not make a folder of its own meanwhile.
        keep(latest)
        do {
            try await record(latest)
        } catch {
            keep(former)
            throw error
        }
        events.send(
            EngineEvent(
                at: now, job: id, name: job.name,
                kind: .warning(
                    Message.outputFolderMoved(folder, newFolder: made == folder ? nil : made, note: OwnFiles.note).line)
            ))
    }

    /// Records a job's folder in the outbox before anything lies in it: after a crash of the machine its outputs would get another folder.
    private func record(_ job: JobRecord) async throws {
        try await parts.ledger.update(job, under: parts.held.lease(of: job.id))
        try await parts.ledger.flush()
    }

    /// Whether a folder without its hidden file still belongs to the job: something that was delivered into it is
    /// there. Before the first delivery it counts as the job's.
    private func isOwn(_ folder: String, of job: JobRecord) async throws -> Bool {
        let histories = try await parts.histories(of: job.id)
        var names = histories.filter { $0.render.plan.apart != true }.flatMap(\.outputs).map(\.file)
        guard !names.isEmpty else { return true }
        names += histories.map {
            OutputNaming.sidecar(job: job.name, render: $0.render.id.number, of: histories.count)
        }
        return try await parts.outbox.holds(anyOf: names, in: folder)
    }

    /// Whether a job retries an earlier one, and so delivers into its folder.
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

    /// Most retries of one job that are looked up.
    private static let formerMax = 100

    // MARK: - Folders that leave working/

    /// Whether more of the job may be sent. If its folder was moved, renamed or deleted, the job's queue closes.
    func isAtHome(_ id: JobID) async throws -> Bool {
        if try await isInPlace(id) { return true }
        try await leftHome(id)
        return false
    }

    private func isInPlace(_ id: JobID) async throws -> Bool {
        let job = try await job(id)
        return try await outages.insist(until: .stopping, about: job) { [parts] in
            try await parts.workspace.isInPlace(id)
        }
    }

    private func leftHome(_ id: JobID) async throws {
        let job = try await job(id)
        let now = parts.now()
        // Nothing more can be sent from here on. Who does not hold the job any more sends nothing of it anyway.
        if let lease = try? parts.held.lease(of: id) {
            try await outages.insist(until: .aborting, about: job) { [parts] in
                try await parts.ledger.closeQueue(of: id, at: now, under: lease)
            }
        }
        guard away.insert(id).inserted else { return }
        events.send(
            EngineEvent(
                at: now, job: id, name: job.name,
                kind: .warning(Message.workingFolderMoved(parts.workspace.folder(of: id)).line)))
        onAway()
    }

    /// Its folder was taken back from the inbox.
    func cameBack(_ id: JobID) {
        away.remove(id)
        missing.remove(id)
        drop(id)
    }

    /// The inbox was scanned and does not contain it.
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
        // Asked after every render: the renders themselves are read only when the job ends.
        guard let whole = try await parts.ledger.ended(id) else { return }
        // A command may have closed it since the row was read.
        job.queueClosedAt = whole.job.queueClosedAt

        // A job that left `working/` may lie in the inbox, and go on.
        let isThere = try await isInPlace(id)
        guard isThere || missing.contains(id) else {
            if away.insert(id).inserted { onAway() }
            return
        }
        let histories = whole.renders
        let papers = JobPapers(
            job: job, histories: histories, provider: parts.providerFacts, version: parts.version, now: parts.now(),
            isFolderGone: !isThere, advised: parts.advised, times: parts.times)
        if job.outputFolder != nil, let summary = papers.summary {
            try await outages.insist(until: .stopping, about: job) { [parts] in
                try await self.keepOutput(of: id)
                guard let folder = try await self.job(id).outputFolder else { return }
                try await parts.outbox.write(summary.bytes, into: folder, as: summary.name)
            }
        }
        let latest = try await self.job(id)
        job.outputFolder = latest.outputFolder ?? job.outputFolder
        job.outputRemadeAt = latest.outputRemadeAt ?? job.outputRemadeAt
        let shelf: Shelf = papers.succeeded ? .archive : .failed
        let files = papers.failureFiles
        let record = job
        try? await parts.workspace.journal(
            id, JournalLine.closed(shelf, at: parts.now()), shelf == .failed ? .now : .soon)
        // ^ best effort: where the folder has left `working/` before a crash there is no journal to write to, and the folder's
        //   place says the same.
        let place = try await outages.insist(until: .stopping, about: job) { [parts] in
            // Where the folder lies says that its renders have ended: that must not be known before the ledger knows it.
            try await parts.ledger.flush()
            return try await parts.workspace.finish(
                id, in: shelf, folder: record.folder, name: record.name, files: files)
        }
        job.state = papers.state
        job.finishedAt = parts.now()
        let closed = job
        let lease = try parts.held.lease(of: id)
        let isClosed = try await outages.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.close(closed, under: lease)
        }
        drop(id)
        guard isClosed else { return try await goOn(record) }
        apart[id] = nil
        tried[id] = nil
        away.remove(id)
        missing.remove(id)
        parts.held.drop(lease)
        if papers.succeeded { succeeded += 1 } else { failed += 1 }
        if keepsEnded { ended.append(id) }
        let shown = place ?? shelf.rawValue
        let kind: EngineEvent.Kind =
            switch papers.state {
            case .done, .active: .jobDone(folder: job.outputFolder ?? shown, papers.progress)
            case .canceled: .jobCanceled(folder: shown, papers.cancelReport)
            case .failed: .jobFailed(folder: shown, papers.firstFailure, papers.progress)
            }
        events.send(EngineEvent(at: parts.now(), job: id, name: job.name, kind: kind))
    }
}

extension JobFinisher {
    /// Renders were queued again while the job's folder was being moved to `archive/` or `failed/`: it is moved back,
    /// and its journal records it.
    private func goOn(_ job: JobRecord) async throws {
        try await outages.insist(until: .stopping, about: job) { [parts] in
            _ = try await parts.workspace.takeBack(
                job.id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
            let queued = try await parts.ledger.renders(of: job.id).filter { $0.state.name == .queued }
            let reopening = Reopening(
                job: job.id, from: .active, renders: queued.map { .init(number: $0.id.number, giveUpAt: $0.giveUpAt) },
                at: parts.now())
            try await parts.workspace.journal(job.id, JournalLine.reopened(reopening), .now)
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
