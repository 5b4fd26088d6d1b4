import Foundation
import RenderCore

/// Reconciles `working/` with the ledger: finishes what an earlier process, or a watcher on another machine, left there:
/// interrupted claims, lost rows, and journals that are newer than the ledger. Confined to the scanner.
///
/// It has two parts. `compare` needs nothing of the inbox, so an inbox that hangs does not hold up jobs that were
/// claimed. `reconcile` runs in a scan, and also continues the claims that need the inbox.
final class JournalReconciler {
    /// What a comparison found for the scan.
    struct Comparison {
        /// The first folder that failed.
        var trouble: Failure?
        /// Number of jobs whose files are being changed by somebody at this moment.
        var unsettled = 0
    }

    let parts: EngineParts
    let events: EngineEvents
    let outages: OutageRetry
    let report: InboxReport
    let claims: OpenClaims
    let claimer: DropClaimer
    let leftDrops: LeftDrops
    let comeback: JobComeback
    /// Claims whose files are in `working/` and whose rows are not in the ledger: the next scan continues them.
    private var interrupted: [(job: WorkingJob, claim: ClaimLine, drop: ClaimedDrop)] = []
    /// Jobs in `working/` whose folder in the inbox may still have our own files.
    private var untidied: [ClaimLine] = []
    /// Claims that a file blocks, and when all of them are tried again.
    private var stuck: [JobID: WaitingDrop] = [:]
    private var retryAt: Duration?
    /// What blocked one of them, reported until it is resolved, and when they are read again, by the monotonic clock.
    private var held: (failure: Failure, until: Duration)?
    /// The code of the failure that was reported for each job; nil: for all.
    private var said: [JobID?: String] = [:]
    private var isComparing = false
    private var waiters: [CheckedContinuation<Comparison, Never>] = []

    init(
        parts: EngineParts, events: EngineEvents, outages: OutageRetry, report: @escaping InboxReport,
        claims: OpenClaims, claimer: DropClaimer, leftDrops: LeftDrops, comeback: JobComeback
    ) {
        self.parts = parts
        self.events = events
        self.outages = outages
        self.report = report
        self.claims = claims
        self.claimer = claimer
        self.leftDrops = leftDrops
        self.comeback = comeback
    }

    /// Reconciles if that is due, and continues interrupted claims: before anything is claimed. A problem with one job
    /// does not delay the others.
    func reconcile(in scan: inout InboxScan, now: Date) async {
        if let held, parts.uptime() < held.until {
            scan.trouble = held.failure
        } else {
            if claims.needsReconciling || isComparing, retryAt.map({ parts.uptime() >= $0 }) ?? true {
                let found = await compare()
                if let trouble = found.trouble { scan.trouble = scan.trouble ?? trouble }
                scan.unsettled += found.unsettled
            }
            await continueClaims(in: &scan)
            for claim in untidied { await tidy(claim, in: scan) }
            untidied = []
        }
        scan.waiting += stuck.values
        if !stuck.isEmpty { scan.wakes(at: now + RefusedDrops.retrySeconds) }
    }

    /// Writes lost rows, and updates active jobs whose journals are newer than the ledger. If a comparison is under way,
    /// waits for it.
    func compare() async -> Comparison {
        if isComparing { return await withCheckedContinuation { waiters.append($0) } }
        guard claims.needsReconciling, held.map({ parts.uptime() >= $0.until }) ?? true else { return Comparison() }
        isComparing = true
        let found = await compareAll()
        isComparing = false
        for waiter in waiters { waiter.resume(returning: found) }
        waiters = []
        return found
    }

    private func compareAll() async -> Comparison {
        claims.beginComparison()
        held = nil
        retryAt = nil
        stuck = [:]
        interrupted = []
        untidied = []
        var found = Comparison()
        do {
            var unread: Set<JobID> = []
            let leftovers = try await parts.workspace.leftovers()
            for leftover in leftovers where !claims.gate.isBeingClaimed(leftover.id) {
                do {
                    try await take(leftover, &unread, &found)
                    if let claim = ClaimLine(id: leftover.id, line: leftover.journal.first), claim.retryOf != nil {
                        untidied.append(claim)
                    }
                } catch {
                    try hold(leftover.id, because: error, &unread, &found)
                }
            }
            let there = claims.gate.claiming.union(leftovers.map(\.id))
            for job in try await parts.ledger.jobs(JobFilter(states: [.active])) where !there.contains(job.id) {
                do {
                    // Ended elsewhere, or here just before a crash.
                    guard let (shelf, left) = try await parts.workspace.shelved(job.id, folder: job.folder) else {
                        continue
                    }
                    // Dragged there by hand while it was at work: it goes on as one whose folder is gone.
                    guard left.journal.isEmpty || JournalReplay(job.id, left.journal).isClosed else { continue }
                    try await catchUp(job, with: left, on: shelf, &found)
                } catch {
                    try hold(job.id, because: error, &unread, &found)
                }
            }
            claims.gate.endComparison(unread: unread)
            said = said.filter { $0.key.map { unread.contains($0) } ?? false }
        } catch let failure as Failure {
            postpone(failure, nil, &found)
        } catch LedgerError.storage(let words) {
            postpone(.ledgerStorage(words), nil, &found)
        } catch {
            claims.needsReconciling = true  // stopped; or the ledger is unusable, which the next question to it tells
        }
        return found
    }

    /// - Throws: errors that concern more than this job.
    private func hold(
        _ id: JobID, because error: any Error, _ unread: inout Set<JobID>, _ found: inout Comparison
    ) throws {
        let failure: Failure
        switch error {
        case let error as Failure: failure = error
        case LedgerError.conflict:
            failure = Failure(
                .fileChanged, .jobMovedOn(), fault: .folder, retryable: true)
        case LedgerError.attemptExists, LedgerError.taskTaken, LedgerError.noSuchRender, LedgerError.noSuchJob:
            failure = Failure(
                .journalContradicts,
                .journalContradicts(folder: parts.workspace.folder(of: id), error: "\(error)"), fault: .folder,
                retryable: true)
        default: throw error
        }
        unread.insert(id)
        postpone(failure, id, &found)
        // Even if it is one file's: it holds up what is paid for, and a batch must not end as if all were well.
        if !failure.isPassing {
            found.trouble = found.trouble ?? failure
            // All journals are read again then.
            held = (found.trouble ?? failure, parts.uptime() + .seconds(10))
        }
    }

    private func postpone(_ failure: Failure, _ job: JobID?, _ found: inout Comparison) {
        claims.needsReconciling = true
        if found.trouble == nil, failure.isOfWholeFolder { found.trouble = failure }
        found.unsettled += failure.isPassing ? 1 : 0
        if said[job] != failure.code {
            said[job] = failure.code
            events.send(EngineEvent(at: parts.now(), job: job, kind: .trouble(failure)))
        }
    }

    // MARK: - Interrupted claims

    private func take(
        _ leftover: WorkingJob, _ unread: inout Set<JobID>, _ found: inout Comparison
    ) async throws {
        if let failure = leftover.failure { throw failure }
        if let job = try await parts.ledger.job(leftover.id) { return try await catchUp(job, with: leftover, &found) }
        claims.gate.beginClaim(leftover.id)
        let restored: DropClaimer.Claimed?
        do {
            restored = try await recover(leftover, &unread)
            claims.gate.endClaim(leftover.id)
        } catch {
            claims.gate.endClaim(leftover.id)
            return try await stick(leftover, error)
        }
        if let restored { await claimer.report(restored) }
    }

    /// Keeps a claim apart that cannot be continued now.
    ///
    /// - Throws: the error, if it holds up more than this claim.
    private func stick(_ leftover: WorkingJob, _ error: any Error) async throws {
        let claim = ClaimLine(id: leftover.id, line: leftover.journal.first)
        // Its drop may still lie in the inbox, and must not become a second job meanwhile.
        if let claim { claims.blocked.insert(claim.source) }
        // Where nothing of it was sent it waits alone. What was sent may not be forgotten, and holds up more.
        guard let failure = error as? Failure, failure.isOfOneFile, !failure.isPassing, let claim,
            JournalReplay(leftover.id, leftover.journal).standings.isEmpty
        else { throw error }
        await stick(claim, failure)
    }

    /// A claim that a file blocks: reported beside the drop's old place and in the job's folder, and tried again.
    private func stick(_ claim: ClaimLine, _ failure: Failure) async {
        let line = WaitingDrop(
            folder: InboxScan.parent(claim.source), name: claim.file, .claimHeldUp(failure), parts.times,
            at: parts.now())
        stuck[claim.id] = line
        claims.needsReconciling = true
        retryAt = parts.uptime() + .seconds(RefusedDrops.retrySeconds)
        // For people only, and said in `_WAITING.txt` too.
        try? await parts.workspace.writeStatus(ShownText.block("\(line.name): \(line.words)\n"), for: claim.id)
    }

    /// - Returns: the job, if its journal had its plan; nil if nothing is left to do, or if a scan must continue it.
    private func recover(
        _ leftover: WorkingJob, _ unread: inout Set<JobID>
    ) async throws -> DropClaimer.Claimed? {
        let replay = JournalReplay(leftover.id, leftover.journal)
        if replay.isWhole, let job = replay.job {
            // The plan was frozen at the claim, and stands in the journal as it was.
            var histories = replay.numbers.compactMap {
                replay.history(of: $0, job: job, zone: parts.budgetZone)
            }
            if leftover.damagedLines > 0 {
                for index in histories.indices { histories[index].doubtQueue() }
            }
            let claimed = try await claimer.restore(job, histories)
            claimer.tell(
                job, histories.map(\.render), [], file: (job.source as NSString).lastPathComponent, text: "")
            return claimed
        }
        let place = parts.workspace.folder(of: leftover.id)
        guard let claim = ClaimLine(id: leftover.id, line: leftover.journal.first) else {
            try refuseToForget(replay, leftover)
            if !leftover.files.isEmpty {
                events.send(
                    EngineEvent(
                        at: parts.now(), job: leftover.id,
                        kind: .warning(Message.filesWithoutJournal(place).line)))
            }
            try await parts.workspace.abandon(leftover.id)
            return nil
        }
        guard let drop = try await parts.workspace.claimed(leftover.id, file: claim.file) else {
            try refuseToForget(replay, leftover)
            try await parts.workspace.abandon(leftover.id)
            return nil
        }
        // Its references may still be in the inbox. Until it has its rows, one of its tasks may look like a lost one.
        interrupted.append((leftover, claim, drop))
        unread.insert(leftover.id)
        return nil
    }

    /// Continues claims that were interrupted before their rows were written.
    private func continueClaims(in scan: inout InboxScan) async {
        while !interrupted.isEmpty {
            let (leftover, claim, drop) = interrupted.removeFirst()
            var (found, unread) = (Comparison(), Set<JobID>())
            var claimed: DropClaimer.Claimed?
            claims.gate.beginClaim(leftover.id)
            do {
                do {
                    var drop = drop
                    drop.isLeft = await leftDrops.isLeft(drop, of: claim, in: scan)
                    try await claimer.register(
                        claim, drop, in: &scan, &claimed, replay: JournalReplay(leftover.id, leftover.journal),
                        isDoubtful: leftover.damagedLines > 0)
                    claims.gate.endClaim(leftover.id)
                    claims.gate.release(leftover.id)
                } catch {
                    claims.gate.endClaim(leftover.id)
                    try await stick(leftover, error)
                    claims.gate.release(leftover.id)
                }
            } catch {
                untidied.removeAll { $0.id == leftover.id }
                do {
                    try hold(leftover.id, because: error, &unread, &found)
                } catch LedgerError.storage(let words) {
                    postpone(.ledgerStorage(words), nil, &found)
                } catch {
                    claims.needsReconciling = true  // stopped; or the ledger is unusable
                }
            }
            if let claimed { await claimer.report(claimed) }
            if let trouble = found.trouble { scan.trouble = scan.trouble ?? trouble }
            scan.unsettled += found.unsettled
        }
    }

    /// Removes our own files from a folder that came back from `failed/`, if a crash came between its claim and their
    /// removal. Nothing is touched if a user's file is beside them: it may be claimed next.
    private func tidy(_ claim: ClaimLine, in scan: InboxScan) async {
        guard let former = claim.retryOf else { return }
        let folder = InboxScan.parent(claim.source)
        let isUsed = scan.paths.values.contains { entry in
            entry.kind != .folder && !OwnFiles.isOwn(entry.name)
                && (entry.folder == folder || entry.folder.hasPrefix(folder + "/"))
        }
        guard !folder.isEmpty, !isUsed else { return }
        do {
            guard try await parts.workspace.returnedJob(folder: folder) == former else { return }
            try await parts.workspace.tidyReturned(folder: folder)
        } catch let failure as Failure {
            // Only our own papers are left there, which are never jobs: the job goes on.
            events.send(EngineEvent(at: parts.now(), job: claim.id, kind: .trouble(failure)))
        } catch {
            // Only a cancelled task comes here; the next start does it.
        }
    }

    /// - Throws: if the journal says, or may have said, that something was sent: it is the only record left.
    private func refuseToForget(_ replay: JournalReplay, _ leftover: WorkingJob) throws {
        guard !replay.numbers.isEmpty || leftover.damagedLines > 0 else { return }
        throw Self.alone(leftover.id, parts)
    }

    static func alone(_ id: JobID, _ parts: EngineParts) -> Failure {
        Failure(
            .journalAlone, .journalAlone(folder: parts.workspace.folder(of: id)), fault: .folder, retryable: true)
    }

    /// Finishes files that interrupted claims across file systems left under hidden names: each gets its own name back,
    /// or is removed if its job has the copy.
    func settleAsides(in scan: inout InboxScan) async throws {
        for entry in scan.asides {
            guard let (job, name) = OwnFiles.readAside(entry.name), !claims.gate.isBeingClaimed(job) else { continue }
            let isClaimed = try await parts.ledger.job(job) != nil
            do {
                try await parts.workspace.settleAside(entry, isClaimed: isClaimed)
                if !isClaimed { scan.unsettled += 1 }
            } catch let failure as Failure {
                scan.notes(failure)
                // Once the job has its copy, what stays is nobody's business but the folder's owner's.
                if isClaimed { continue }
                scan.waits(in: entry.folder, name, .claimInterrupted(aside: entry.name, failure))
            }
        }
    }
}

extension Failure {
    /// Somebody is changing the file at this moment: the next scan sees something else.
    fileprivate var isPassing: Bool { has(.fileGone, .fileChanged) }
}
