import Foundation
import RenderCore

/// Folders of jobs that people move into the inbox, and files that cancel a job.
extension Intake {
    /// Whether files below this folder are a job's own, or the folder itself is.
    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || path.utf8.starts(with: (folder + "/").utf8)
    }

    /// Takes the folders of jobs back that left `working/`: the job goes on, and nothing that was sent is sent again.
    func takeBack(in look: inout Look, _ pass: inout Pass) async throws {
        for folder in look.jobFolders {
            do {
                try await takeBack(folder, in: &look, &pass)
            } catch let failure as Failure {
                // Nothing in it is a drop until it is known whose it is.
                leave(folder, failure.message, in: &look)
                pass.notes(failure)
                look.unsettled += failure.code == "file_gone" || failure.code == "file_changed" ? 1 : 0
            }
        }
    }

    private func takeBack(_ folder: String, in look: inout Look, _ pass: inout Pass) async throws {
        guard let found = try await parts.workspace.returnedWork(folder: folder) else { return }
        guard unread != nil else {
            // The journals are compared with the ledger first.
            pass.inInbox.insert(found.id)
            look.unsettled += 1
            return leave(folder, "a job's folder; it is looked at in a moment", in: &look)
        }
        let chronicle = Chronicle(found.id, found.journal)
        guard let job = try await parts.ledger.job(found.id) else {
            let sent = chronicle.standings.values.count { $0.attempts > 0 }
            // Nothing of it was ever sent: an ordinary drop.
            guard sent > 0 || found.damagedLines > 0 else { return }
            return leave(
                folder,
                "the folder of a job of which \(sent) renders were sent, and that this workspace does not know. To go on with it "
                    + "here, stop renderdrop, put the folder into working, and start it again. To pay for all of it anew, move the "
                    + "job file out of the folder", in: &look)
        }
        pass.inInbox.insert(job.id)
        if job.state == .active, try await parts.workspace.isInPlace(job.id) {
            return leave(
                folder,
                "a copy of the folder of \(job.name), which is at work in \(parts.workspace.folder(of: job.id)); remove this copy",
                in: &look)
        }
        // A folder that lay in failed/ or archive/ is another order.
        guard job.state == .active || chronicle.closedAt == nil else { return }
        guard !look.growing.contains(where: { Self.isBelow($0, folder) }) else {
            look.unsettled += 1
            return leave(folder, "the folder of \(job.name); still growing", in: &look)
        }
        let place = job.folder
        guard try await parts.workspace.takeBack(job.id, from: folder, folder: place, name: job.name) else {
            look.unsettled += 1
            return leave(folder, "the folder of \(job.name); looked at again in a moment", in: &look)
        }
        look.drop(below: folder)
        try await goOn(job, from: folder, &pass)
    }

    private func goOn(_ job: JobRecord, from folder: String, _ pass: inout Pass) async throws {
        func say(_ words: String) {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .warning(words)))
        }
        // Its journal may know more than the ledger, which may be an older copy: compared before anything more is sent.
        unread?.insert(job.id)
        hasLeftovers = true
        pass.unsettled += 1
        pass.back.append(job.id)
        guard job.state != .done else {
            return say(
                "its folder came back into inbox/\(folder). All of it was delivered"
                    + (job.outputFolder.map { " to outbox/\($0)" } ?? "")
                    + ": nothing is rendered again. To render it anew, drop the job file by itself")
        }
        let renders = try await parts.ledger.renders(of: job.id)
        // A single render that a person took back stays so.
        let isClosed = job.state != .active || job.queueClosedAt != nil
        let again = renders.filter { render in
            isClosed && render.state.name == .canceled || job.state != .active && render.state.name == .failed
        }
        if isClosed {
            let now = parts.now()
            let reopening = Reopening(
                job: job.id,
                renders: again.map { render in
                    Reopening.Render(
                        number: render.id.number, giveUpAt: render.plan.giveUpAfterSeconds.map { now + $0 })
                }, at: now)
            // The journal first: where it said that the queue is closed, it would be believed.
            try await parts.workspace.journal(job.id, JournalLine.reopened(reopening))
            try await parts.ledger.reopen(reopening)
        }
        let kept = renders.count - renders.count { $0.state.name == .queued } - again.count
        say(
            "its folder came back into inbox/\(folder): the job goes on"
                + (kept > 0 ? "; \(kept) of \(renders.count) renders were sent before and are not sent again" : "")
                + ". Changes to its job file do not count: drop the changed file by itself")
    }

    /// Nothing in this folder is a drop; the line stands beside the folder.
    private func leave(_ folder: String, _ reason: String, in look: inout Look) {
        look.drop(below: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        look.waiting.append(WaitingLine(folder: Look.parent(folder), name: name, reason: reason))
    }

    // MARK: - NAME.cancel

    /// Carries out files called `NAME.cancel`, before anything is claimed.
    func cancel(in look: inout Look, _ pass: inout Pass, now: Date) async throws {
        for entry in look.cancels where !look.isDropped(entry.path) {
            do {
                try await cancel(by: entry, in: &look, &pass, now: now)
            } catch let failure as Failure {
                stumble(over: entry, failure, in: &look, &pass, now: now)
            }
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
            return try await parts.workspace.absorbDuplicate(entry, into: job)
        }
        let tail = JobID.tail(in: word)
        let jobs = try await active(in: &look).values.joined().filter { job in
            job.id.text == key || job.id.tail == tail
                || Look.parent(job.source).foldedName == folder
                    && isMeant((job.source as NSString).lastPathComponent)
        }
        guard let job = jobs.first else { return look.waits(entry, try await nothingToCancel(word, folder)) }
        guard jobs.count == 1 else {
            let names = jobs.map { "\(word)~\($0.id.tail)\(OwnFiles.cancelSuffix)" }.sorted().joined(separator: " or ")
            return look.waits(entry, "\(jobs.count) jobs of this name are at work; call it \(names)")
        }
        // Once: what is asked again only has its file taken away.
        if job.queueClosedAt == nil { try await JobControl(parts.ledger).cancel(job.id, at: now) }
        let report = try await JobControl(parts.ledger).report(job.id)
        events.send(
            EngineEvent(
                at: now, job: job.id, name: job.name,
                kind: .warning("canceled by inbox/\(entry.path): \(report.words)")))
        pass.back.append(job.id)
        try await parts.workspace.absorbDuplicate(entry, into: job.id)
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
