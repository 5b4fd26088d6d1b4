import Foundation
import RenderCore

/// A file `NAME.cancel` that stays in the inbox.
struct StayingCancel: Sendable {
    var entry: InboxEntry
    /// The job that it canceled; nil: there was none to cancel.
    var job: JobID?
    /// Why it stays, and what to do.
    var reason: WaitingReason.CancelFile
    /// When to try again to remove it, by the monotonic clock.
    var tryAt: Duration
}

/// Carries out files named `NAME.cancel`. Confined to the scanner.
final class CancelFiles {
    private let parts: EngineParts
    private let events: EngineEvents
    private let report: InboxReport
    private let claimer: DropClaimer
    private let troubles: FileTrouble
    /// Those that stay in the inbox, by path.
    private var staying: [String: StayingCancel] = [:]

    init(
        parts: EngineParts, events: EngineEvents, report: @escaping InboxReport, claimer: DropClaimer,
        troubles: FileTrouble
    ) {
        self.parts = parts
        self.events = events
        self.report = report
        self.claimer = claimer
        self.troubles = troubles
    }

    /// Carries out files named `NAME.cancel`, before anything is claimed.
    func carryOut(in scan: inout InboxScan, now: Date) async throws {
        if !staying.isEmpty {
            staying = staying.filter { path, stays in
                scan.paths[path].map { stays.entry.isSameFile(as: $0) } ?? false
            }
        }
        for entry in scan.cancels where !scan.isDropped(entry.path) {
            do {
                if let stays = staying[entry.path], let job = stays.job {
                    // It has done what it asks for: a file of the name that comes later is not meant.
                    if parts.uptime() >= stays.tryAt { await takeAway(entry, into: job) }
                } else {
                    try await cancel(by: entry, in: &scan, now: now)
                }
                if let stays = staying[entry.path] { scan.waits(entry, .cancelFile(stays.reason)) }
            } catch let failure as Failure {
                troubles.stumble(over: entry, failure, in: &scan, now: now)
            } catch LedgerError.notOurs, LedgerError.conflict {
                // The job ended, or moved on, at this very moment: the next scan sees how it stands.
                scan.isUnsettled(entry.path)
            }
        }
    }

    /// Removes a file that was carried out; if it cannot be removed, it is remembered.
    private func takeAway(_ entry: InboxEntry, into job: JobID) async {
        do {
            try await parts.workspace.absorb(entry, into: job, as: OwnFiles.canceled)
            staying[entry.path] = nil
        } catch let failure as Failure {
            staying[entry.path] = StayingCancel(
                entry: entry, job: job, reason: .done(failure),
                tryAt: parts.uptime() + .seconds(RefusedDrops.retrySeconds))
        } catch {
            // Only a stop comes here; the next scan takes it away.
        }
    }

    private func cancel(by entry: InboxEntry, in scan: inout InboxScan, now: Date) async throws {
        let word = String(entry.name.dropLast(OwnFiles.cancelSuffix.count))
        let key = word.foldedName
        let folder = entry.folder.foldedName
        func isMeant(_ file: String) -> Bool {
            file.foldedName == key
                || OutputNaming.jobName(fromFile: file).foldedName == OutputNaming.safe(word).foldedName
        }
        let waiting = scan.jobFiles.filter { $0.folder.foldedName == folder && isMeant($0.name) }
        if waiting.count > 1 {
            let names = waiting.map { $0.name + OwnFiles.cancelSuffix }
            return scan.waits(entry, .cancelFile(.meansFiles(names: names)))
        }
        if let file = waiting.first {
            guard !scan.growing.contains(file.path) else {
                scan.isUnsettled(file.path)
                return scan.waits(entry, .cancelFile(.waitsFor(file: file.name, isCopied: true)))
            }
            guard let claimed = try await claimer.claim(file, in: &scan, now: now, canceledBy: entry.path) else {
                return scan.waits(entry, .cancelFile(.waitsFor(file: file.name, isCopied: false)))
            }
            await takeAway(entry, into: claimed.job)
            // Only now: the job closes, and its folder moves.
            return await claimer.report(claimed)
        }
        let tail = JobID.tail(in: word)
        let jobs = try await claimer.active(in: &scan).values.joined().filter { job in
            job.id.text == key || job.id.tail == tail
                || InboxScan.parent(job.source).foldedName == folder
                    && isMeant((job.source as NSString).lastPathComponent)
        }
        guard let job = jobs.first else {
            // Asked of the ledger once, and anew after a while: a job may have ended meanwhile.
            if let stays = staying[entry.path], parts.uptime() < stays.tryAt { return }
            staying[entry.path] = StayingCancel(
                entry: entry, reason: try await nothingToCancel(word, folder),
                tryAt: parts.uptime() + .seconds(RefusedDrops.retrySeconds))
            return
        }
        staying[entry.path] = nil
        guard jobs.count == 1 else {
            let names = jobs.map { "\(word)~\($0.id.tail)\(OwnFiles.cancelSuffix)" }.sorted()
            return scan.waits(entry, .cancelFile(.meansJobs(names: names)))
        }
        // Once: what is asked again only has its file taken away.
        if job.queueClosedAt == nil {
            try await JobControl(parts.ledger).cancel(job.id, held: parts.held, at: now)
            let report = try await JobControl(parts.ledger).report(job.id)
            events.send(
                EngineEvent(
                    at: now, job: job.id, name: job.name,
                    kind: .warning(Message.canceledInInbox(entry.path, words: report.words).line)))
            scan.back.insert(job.id)
        }
        await takeAway(entry, into: job.id)
        if scan.back.contains(job.id) { await report(.cameBack(job.id)) }
    }

    private func nothingToCancel(_ word: String, _ folder: String) async throws -> WaitingReason.CancelFile {
        let ended = try await parts.ledger.jobs(matching: OutputNaming.jobName(fromFile: word)).first { job in
            job.state != .active && InboxScan.parent(job.source).foldedName == folder
        }
        guard let ended else {
            return .nothing(word: word)
        }
        return .ended(job: ended.name, state: ended.state)
    }
}
