import Foundation
import RenderCore

/// A file called `NAME.cancel` that stays in the inbox.
struct StayingCancel: Sendable {
    var entry: InboxEntry
    /// What it canceled; nil: nothing was there to cancel.
    var job: JobID?
    /// Why it stays, and what to do.
    var reason: String
    var advice = ""
    /// When it is worth trying again to take it away, by the clock that only goes forward.
    var tryAt: Duration
}

/// Files called `NAME.cancel`.
extension Intake {
    /// Carries out files called `NAME.cancel`, before anything is claimed.
    func cancel(in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        if !stayingCancels.isEmpty {
            stayingCancels = stayingCancels.filter { path, stays in
                look.paths[path].map { stays.entry.isSameFile(as: $0) } ?? false
            }
        }
        for entry in look.cancels where !look.isDropped(entry.path) {
            do {
                if let stays = stayingCancels[entry.path], let job = stays.job {
                    // It has done what it asks for: a file of the name that comes later is not meant.
                    if parts.uptime() >= stays.tryAt { await takeAway(entry, into: job) }
                } else {
                    try await cancel(by: entry, in: &look, &pass, now: now)
                }
                if let stays = stayingCancels[entry.path] { look.waits(entry, stays.reason, stays.advice) }
            } catch let failure as Failure {
                stumble(over: entry, failure, in: &look, &pass, now: now)
            }
        }
    }

    /// Takes away what was carried out; where it has to stay it is remembered.
    private func takeAway(_ entry: InboxEntry, into job: JobID) async {
        do {
            try await parts.workspace.absorb(entry, into: job, as: OwnFiles.canceled)
            stayingCancels[entry.path] = nil
        } catch let failure as Failure {
            stayingCancels[entry.path] = StayingCancel(
                entry: entry, job: job,
                reason: "carried out, and stays here: \(failure.words(about: entry)); remove it",
                advice: failure.advice, tryAt: parts.uptime() + .seconds(Self.retrySeconds))
        } catch {
            // Only a stop comes here; the next look takes it away.
        }
    }

    private func cancel(by entry: InboxEntry, in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        let word = String(entry.name.dropLast(OwnFiles.cancelSuffix.count))
        let key = word.foldedName
        let folder = entry.folder.foldedName
        func isMeant(_ file: String) -> Bool {
            file.foldedName == key
                || OutputNaming.jobName(fromFile: file).foldedName == OutputNaming.safe(word).foldedName
        }
        let waiting = look.jobFiles.filter { $0.folder.foldedName == folder && isMeant($0.name) }
        if waiting.count > 1 {
            let names = waiting.map { $0.name + OwnFiles.cancelSuffix }.joined(separator: " or ")
            return look.waits(entry, "\(waiting.count) job files are meant; call it \(names)")
        }
        if let file = waiting.first {
            guard !look.growing.contains(file.path) else {
                look.unsettled += 1
                return look.waits(entry, "cancels \(file.name) as soon as that is whole")
            }
            guard let job = try await claim(file, in: &look, &pass, now: now, canceledBy: entry.path) else {
                return look.waits(entry, "cancels \(file.name) at the next look")
            }
            return await takeAway(entry, into: job)
        }
        let tail = JobID.tail(in: word)
        let jobs = try await active(in: &look).values.joined().filter { job in
            job.id.text == key || job.id.tail == tail
                || Look.parent(job.source).foldedName == folder
                    && isMeant((job.source as NSString).lastPathComponent)
        }
        guard let job = jobs.first else {
            // Asked of the ledger once, and anew after a while: a job may have ended meanwhile.
            if let stays = stayingCancels[entry.path], parts.uptime() < stays.tryAt { return }
            stayingCancels[entry.path] = StayingCancel(
                entry: entry, reason: try await nothingToCancel(word, folder),
                tryAt: parts.uptime() + .seconds(Self.retrySeconds))
            return
        }
        stayingCancels[entry.path] = nil
        guard jobs.count == 1 else {
            let names = jobs.map { "\(word)~\($0.id.tail)\(OwnFiles.cancelSuffix)" }.sorted().joined(separator: " or ")
            return look.waits(entry, "\(jobs.count) jobs of this name are at work; call it \(names)")
        }
        // Once: what is asked again only has its file taken away.
        if job.queueClosedAt == nil {
            try await JobControl(parts.ledger).cancel(job.id, at: now)
            let report = try await JobControl(parts.ledger).report(job.id)
            events.send(
                EngineEvent(
                    at: now, job: job.id, name: job.name,
                    kind: .warning("canceled by inbox/\(entry.path): \(report.words)")))
            pass.back.append(job.id)
        }
        await takeAway(entry, into: job.id)
    }

    private func nothingToCancel(_ word: String, _ folder: String) async throws -> String {
        let ended = try await parts.ledger.jobs(matching: OutputNaming.jobName(fromFile: word)).first { job in
            job.state != .active && Look.parent(job.source).foldedName == folder
        }
        guard let ended else {
            return "cancels nothing: no job called \(word) waits or is at work in this folder; remove this file"
        }
        return "cancels nothing: \(ended.name) has ended (\(ended.state.rawValue)); remove this file"
    }
}
