import Foundation
import RenderCore

/// What a folder in the inbox says of the job that it belongs to.
struct ReturnedFolder: Sendable {
    /// Its hidden file and its journal, as they were when they were read.
    var files: [InboxEntry]
    var id: JobID
    /// The job had ended when the folder was moved or copied.
    var isClosed: Bool
    /// Renders that were sent.
    var sent: Int
    /// Lines of the journal cannot be read.
    var isDamaged: Bool
    /// The name of the job file; nil where the journal does not tell.
    var file: String?
    /// The ledger has the job.
    var isKnown = false
}

/// Folders of jobs that people move into the inbox.
extension Intake {
    /// Whether files below this folder are a job's own, or the folder itself is.
    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || path.utf8.starts(with: (folder + "/").utf8)
    }

    /// Takes the folders of jobs back that left `working/`: the job goes on, and nothing that was sent is sent again.
    func takeBack(in look: inout Look, _ pass: inout Pass) async throws {
        if returnedFolders.count > look.jobFolders.count {
            let there = Set(look.jobFolders)
            returnedFolders = returnedFolders.filter { there.contains($0.key) }
        }
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
        guard let found = try await returned(folder, in: look) else { return }
        // From a shelf, and of a job that has ended: another order.
        if found.isClosed, found.isKnown,
            try await !active(in: &look).values.joined().contains(where: { $0.id == found.id })
        {
            return try await hold(folder, found, in: &look)
        }
        guard unread != nil else {
            // The journals are compared with the ledger first.
            pass.inInbox.insert(found.id)
            look.unsettled += 1
            return leave(folder, "a job's folder; it is looked at in a moment", in: &look)
        }
        guard let job = try await parts.ledger.job(found.id) else {
            // Nothing of it was ever sent: an ordinary drop.
            guard found.sent > 0 || found.isDamaged else { return }
            return leave(
                folder,
                "the folder of a job of which \(found.sent) renders were sent, and that this workspace does not know. To go on with "
                    + "it here, stop renderdrop, put the folder into working, and start it again. To pay for all of it anew, move "
                    + "the job file out of the folder", in: &look)
        }
        returnedFolders[folder]?.isKnown = true
        pass.inInbox.insert(job.id)
        if job.state == .active, try await parts.workspace.isInPlace(job.id) {
            return leave(
                folder,
                "a copy of the folder of \(job.name), which is at work in \(parts.workspace.folder(of: job.id)); remove this copy",
                in: &look)
        }
        guard job.state == .active || !found.isClosed else { return try await hold(folder, found, in: &look) }
        if job.state != .active, let (shelf, there) = try await parts.workspace.shelved(job.id, folder: job.folder),
            Chronicle(job.id, there.journal).isClosed
        {
            let place = "\(shelf.rawValue)/\(job.folder.isEmpty ? "" : job.folder + "/")\(job.name)"
            return leave(
                folder,
                "a copy of the folder of \(job.name), made while it was at work; it has ended (\(job.state.rawValue)), and its folder "
                    + "is \(place); remove this copy", in: &look)
        }
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

    /// The folder of a job that has ended is tried again once at a time, its own job file goes first, and without one there is nothing to
    /// try.
    private func hold(_ folder: String, _ found: ReturnedFolder, in look: inout Look) async throws {
        if let other = look.returned[found.id] {
            return leave(folder, "a copy of \(other), whose job is tried again first", in: &look)
        }
        look.returned[found.id] = folder
        if let again = try await active(in: &look).values.joined().first(where: { $0.retryOf == found.id }) {
            return leave(
                folder,
                "a copy of the folder of \(again.name), which is tried again at this moment as job \(again.id); it waits until that has "
                    + "ended, and pays for nothing that was delivered then", in: &look)
        }
        let files = look.jobFiles.filter { $0.folder == folder }
        guard !files.isEmpty else {
            // Sub-folders may hold drops of their own.
            guard !look.growing.contains(where: { Self.isBelow($0, folder) }),
                !look.jobFiles.contains(where: { Self.isBelow($0.path, folder) })
            else { return }
            let name = found.file ?? "its job file"
            return leave(
                folder,
                "the folder of a job that has ended (\(found.id)), without its job file; put \(name) back into it to try it again, "
                    + "or remove it", in: &look)
        }
        guard let own = found.file, files.count > 1, files.contains(where: { $0.name == own }) else { return }
        for file in files where file.name != own {
            // However long its turn is away: a batch does not stay for it.
            look.waits(file, "goes after \(own), whose job is tried again with this folder")
        }
        look.setApart(Set(files.filter { $0.name != own }.map(\.path)))
    }

    /// What a folder in the inbox says of its job, read again only where its files changed.
    private func returned(_ folder: String, in look: Look) async throws -> ReturnedFolder? {
        let files = [OwnFiles.job, OwnFiles.journal].compactMap { look.paths[folder.isEmpty ? $0 : folder + "/" + $0] }
        if let seen = returnedFolders[folder], seen.files.count == files.count,
            zip(seen.files, files).allSatisfy({ $0.isSameFile(as: $1) })
        {
            return seen
        }
        returnedFolders[folder] = nil
        guard let work = try await parts.workspace.returnedWork(folder: folder) else { return nil }
        let chronicle = Chronicle(work.id, work.journal)
        let found = ReturnedFolder(
            files: files, id: work.id, isClosed: chronicle.isClosed,
            sent: chronicle.standings.values.count { $0.attempts > 0 }, isDamaged: work.damagedLines > 0,
            file: Claim(id: work.id, line: work.journal.first)?.file)
        returnedFolders[folder] = found
        return found
    }

    /// The job's folder lies in `working/` again: what was canceled or has failed is queued anew, and what was sent is not sent again.
    ///
    /// - Parameter folder: where it lay in the inbox; nil: a former run took it back, and ended before it said so.
    func goOn(_ job: JobRecord, from folder: String?, _ pass: inout Pass) async throws {
        let back = "its folder came back into inbox" + (folder.map { "/" + $0 } ?? "")
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
                "\(back). All of it was delivered"
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
                job: job.id, from: job.state,
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
            "\(back): the job goes on"
                + (kept > 0 ? "; \(kept) of \(renders.count) renders were sent before and are not sent again" : "")
                + ". Changes to its job file do not count: drop the changed file by itself")
    }

    /// Nothing in this folder is a drop; the line stands beside the folder.
    private func leave(_ folder: String, _ reason: String, in look: inout Look) {
        look.drop(below: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        look.waiting.append(WaitingLine(folder: Look.parent(folder), name: name, reason: reason))
    }
}
