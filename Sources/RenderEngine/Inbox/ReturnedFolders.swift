import Foundation
import RenderCore

/// What a folder in the inbox says about its job.
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

/// Handles folders of jobs that people move into the inbox. Confined to the scanner.
final class ReturnedFolders {
    private let parts: EngineParts
    private let claims: OpenClaims
    private let claimer: DropClaimer
    private let comeback: JobComeback
    /// The folders as they were last read, by path.
    private var seen: [String: ReturnedFolder] = [:]

    init(parts: EngineParts, claims: OpenClaims, claimer: DropClaimer, comeback: JobComeback) {
        self.parts = parts
        self.claims = claims
        self.claimer = claimer
        self.comeback = comeback
    }

    /// Whether files below this folder are a job's own, or the folder itself is.
    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || path.utf8.starts(with: (folder + "/").utf8)
    }

    /// Takes back the folders of jobs that left `working/`: the job continues, and nothing that was sent is sent again.
    func takeBack(in scan: inout InboxScan) async throws {
        if seen.count > scan.jobFolders.count {
            let there = Set(scan.jobFolders)
            seen = seen.filter { there.contains($0.key) }
        }
        for folder in scan.jobFolders {
            do {
                do {
                    try await takeBack(folder, in: &scan)
                } catch LedgerError.conflict {
                    // A command was faster: the next scan sees how the job stands now.
                    throw Failure(.fileChanged, .jobMovedOn(), fault: .folder, retryable: true)
                }
            } catch let failure as Failure {
                // Nothing in it is a drop until it is known whose it is.
                leave(folder, .unusable(failure), in: &scan)
                scan.notes(failure)
                if failure.has(.fileGone, .fileChanged) {
                    scan.isUnsettled(folder)
                    scan.again.formUnion(seen[folder]?.files.map(\.path) ?? [])
                }
            }
        }
    }

    private func takeBack(_ folder: String, in scan: inout InboxScan) async throws {
        guard let found = try await returned(folder, in: scan) else { return }
        // From a shelf, and of a job that has ended: another order.
        if found.isClosed, found.isKnown,
            try await !claimer.active(in: &scan).values.joined().contains(where: { $0.id == found.id })
        {
            return try await hold(folder, found, in: &scan)
        }
        guard claims.gate.unread != nil else {
            // The journals are compared with the ledger first.
            scan.inInbox.insert(found.id)
            scan.unsettled += 1
            return leave(folder, .unread, in: &scan)
        }
        guard let job = try await parts.ledger.job(found.id) else {
            // Nothing of it was ever sent: an ordinary drop.
            guard found.sent > 0 || found.isDamaged else { return }
            return leave(folder, .ofAnotherWorkspace(sent: found.sent), in: &scan)
        }
        seen[folder]?.isKnown = true
        scan.inInbox.insert(job.id)
        if job.state == .active, try await parts.workspace.isInPlace(job.id) {
            return leave(
                folder, .copyOfRunning(job: job.name, folder: parts.workspace.folder(of: job.id)), in: &scan)
        }
        guard job.state == .active || !found.isClosed else { return try await hold(folder, found, in: &scan) }
        if job.state != .active, let (shelf, there) = try await parts.workspace.shelved(job.id, folder: job.folder),
            JournalReplay(job.id, there.journal).isClosed
        {
            let place = "\(shelf.rawValue)/\(job.folder.isEmpty ? "" : job.folder + "/")\(job.name)"
            return leave(folder, .copyOfEnded(job: job.name, state: job.state, place: place), in: &scan)
        }
        guard !scan.growing.contains(where: { Self.isBelow($0, folder) }) else {
            scan.again.formUnion(scan.growing.filter { Self.isBelow($0, folder) })
            scan.unsettled += 1
            return leave(folder, .busy(job: job.name, isCopied: true), in: &scan)
        }
        let place = job.folder
        // Before the move: nothing of it may be submitted until its journal was compared.
        claims.cameBack(job.id)
        guard try await parts.workspace.takeBack(job.id, from: folder, folder: place, name: job.name) else {
            scan.unsettled += 1
            return leave(folder, .busy(job: job.name, isCopied: false), in: &scan)
        }
        scan.drop(below: folder)
        scan.unsettled += 1  // its journal is compared first
        scan.back.insert(job.id)
        try await comeback.goOn(job, from: folder)
    }

    /// Decides whether the folder of an ended job must wait: it is retried one copy at a time, its own job file goes
    /// first, and without a job file there is nothing to retry.
    private func hold(_ folder: String, _ found: ReturnedFolder, in scan: inout InboxScan) async throws {
        if let other = scan.returned[found.id] {
            return leave(folder, .copyOfReturned(folder: other), in: &scan)
        }
        scan.returned[found.id] = folder
        if let again = try await claimer.active(in: &scan).values.joined().first(where: { $0.retryOf == found.id }) {
            return leave(folder, .copyOfRetried(job: again.name, again.id), in: &scan)
        }
        let files = scan.jobFiles.filter { $0.folder == folder }
        guard !files.isEmpty else {
            // Sub-folders may hold drops of their own.
            guard !scan.growing.contains(where: { Self.isBelow($0, folder) }),
                !scan.jobFiles.contains(where: { Self.isBelow($0.path, folder) })
            else { return }
            return leave(folder, .withoutJobFile(found.id, file: found.file), in: &scan)
        }
        guard let own = found.file, files.count > 1, files.contains(where: { $0.name == own }) else { return }
        for file in files where file.name != own {
            // However long its turn is away: a batch does not stay for it.
            scan.waits(file, .jobFolder(.after(file: own)))
        }
        scan.setApart(Set(files.filter { $0.name != own }.map(\.path)))
    }

    /// The job of a folder in the inbox; read again only if its files changed.
    private func returned(_ folder: String, in scan: InboxScan) async throws -> ReturnedFolder? {
        let files = [OwnFiles.job, OwnFiles.journal].compactMap { scan.paths[folder.isEmpty ? $0 : folder + "/" + $0] }
        if let before = seen[folder], before.files.count == files.count,
            zip(before.files, files).allSatisfy({ $0.isSameFile(as: $1) })
        {
            return before
        }
        seen[folder] = nil
        guard let work = try await parts.workspace.returnedWork(folder: folder) else { return nil }
        let replay = JournalReplay(work.id, work.journal)
        let found = ReturnedFolder(
            files: files, id: work.id, isClosed: replay.isClosed,
            sent: replay.standings.values.count { $0.attempts > 0 }, isDamaged: work.damagedLines > 0,
            file: ClaimLine(id: work.id, line: work.journal.first)?.file)
        seen[folder] = found
        return found
    }

    /// Marks the folder as containing no drops; the line in `_WAITING.txt` stands beside the folder.
    private func leave(_ folder: String, _ reason: WaitingReason.ReturnedFolder, in scan: inout InboxScan) {
        scan.drop(below: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        scan.waits(in: InboxScan.parent(folder), name, .jobFolder(reason))
    }
}
