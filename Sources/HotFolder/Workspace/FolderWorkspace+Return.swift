import Glibc
public import RenderCore

/// Handles job folders that people move: out of `working/`, and into the inbox.
extension FolderWorkspace {
    /// Asked before every submit: one `fstatat` below an open `working/`.
    ///
    /// - Throws: `Failure` with fault `.folder`.
    public func isInPlace(_ job: JobID) throws -> Bool {
        try reporting {
            guard let names = places[job] else { return try located(job) != nil }
            do throws(FileError) {
                return try open(.working).facts(of: names.joined(separator: "/"))?.kind == .folder
            } catch {
                if error.code == ENOTDIR { return false }
                throw error
            }
        }
    }

    public func returnedWork(folder: String) throws -> WorkingJob? {
        try reporting {
            guard !folder.isEmpty else { return nil }
            let (path, name) = try BeneathPath(folder).split()
            do throws(FileError) {
                let own = try open(.inbox).folder(path).folder(name)
                guard let id = try WorkingWalk.id(of: own, called: name) else { return nil }
                let (lines, damaged) = try JournalFile.lines(in: own)
                return WorkingJob(id: id, journal: lines, damagedLines: damaged, files: try JobFolder.files(in: own))
            } catch {
                if error.code == ENOENT, error.subject != .folder { return nil }
                throw error
            }
        }
    }

    public func takeBack(_ job: JobID, from place: String, folder: String, name: String) async throws -> Bool {
        try await askFence()
        return try reporting {
            guard try located(job) == nil else { return false }
            let (path, last) = try BeneathPath(place).split()
            let source = try open(.inbox).folder(path)
            let own = try source.folder(last)
            guard try WorkingWalk.id(of: own, called: last) == job else { return false }
            // Known under any name from now on, also where the hidden file was lost on the way.
            if try JobFolder.id(of: own) == nil {
                try AtomicFile.write(Array((job.text + "\n").utf8), in: own, as: OwnFiles.job, permissions)
            }
            let (target, names, got) = try places.making {
                let (target, names) = try open(.working).mirror(BeneathPath(folder), permissions)
                let wanted = OutputNaming.workingFolder(job: name, id: job)
                do throws(FileError) {
                    return (target, names, try Move.folder(last, from: source, to: target, wanting: wanted))
                } catch {
                    guard error.code == EXDEV else { throw error }
                    let got = try copyBack(job, own, to: target, wanting: wanted)
                    // A copy that stays is known for one: the job is at work.
                    try? FileCopy.removeTree(last, in: source)
                    return (target, names, got)
                }
            }
            places[job] = names + [got]
            let home = try target.folder(got)
            try home.remove(OwnFiles.waiting)
            try removePapers(in: home)
            try target.flushEntries()
            try source.flushEntries()
            try removePapers(of: job, folder: folder)
            return true
        }
    }

    private func copyBack(
        _ job: JobID, _ own: Descriptor, to target: Descriptor, wanting wanted: String
    ) throws(FileError) -> String {
        let temporary = OwnFiles.temporary(for: job.text)
        if try target.facts(of: temporary) != nil { try FileCopy.removeTree(temporary, in: target) }
        try target.makeFolder(temporary)
        let copy = try target.folder(temporary)
        try FileCopy.tree(own, to: copy, permissions: permissions)
        try permissions.apply(to: copy, in: target, isFolder: true)
        return try Move.folder(temporary, from: target, to: target, wanting: wanted)
    }

    /// What was made in `failed/` while the job's folder was away says nothing true any more.
    private func removePapers(of job: JobID, folder: String) throws(FileError) {
        let top = try open(.failed)
        guard let (failed, names) = try top.mirrored(BeneathPath(folder)), let name = try copied(job, in: failed)
        else { return }
        if try JobFolder.removeIfOurs(name, in: failed) { try top.prune(names) }
    }

    /// A job's folder that people dragged onto a shelf: its journal never told of an end.
    private static func wasMovedByHand(_ folder: Descriptor, of job: JobID) throws(FileError) -> Bool {
        let lines = try JournalFile.lines(in: folder).lines
        return !lines.isEmpty && !JournalReplay(job, lines).isClosed
    }

    /// The papers of a job whose folder is gone, in a folder of its own on the shelf.
    ///
    /// - Returns: nil where the job's folder lies there with its papers, as a crash may have left it, or was moved back into the inbox
    ///   since.
    func makeAnew(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) throws -> String? {
        // Where it lay is empty now.
        let working = try open(.working)
        if let (_, above) = try working.mirrored(BeneathPath(folder)) {
            try places.pruning { () throws(FileError) in try working.prune(above) }
        }
        guard !files.isEmpty else { return nil }
        let top = try open(shelf == .archive ? .archive : .failed)
        let kept = job.text + ".jsonl"
        if try top.facts(of: OwnFiles.journals)?.kind == .folder,
            try top.folder(OwnFiles.journals).facts(of: kept) != nil
        {
            return nil
        }
        let (target, names) = try top.mirror(BeneathPath(folder), permissions)
        if let there = try copied(job, in: target) {
            let own = try target.folder(there)
            guard shelf == .failed, try Self.wasMovedByHand(own, of: job) else { return nil }
            try own.remove(OwnFiles.status)
            for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
                try AtomicFile.write(bytes, in: own, as: BeneathPath.name(file), permissions)
            }
            return ([shelf.rawValue] + names + [there]).joined(separator: "/")
        }
        let temporary = OwnFiles.temporary(for: job.text)
        if try target.facts(of: temporary) != nil { try FileCopy.removeTree(temporary, in: target) }
        try target.makeFolder(temporary)
        let made = try target.folder(temporary)
        try AtomicFile.write(Array((job.text + "\n").utf8), in: made, as: OwnFiles.job, permissions)
        for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
            try AtomicFile.write(bytes, in: made, as: BeneathPath.name(file), permissions)
        }
        try permissions.apply(to: made, in: target, isFolder: true)
        let got = try Move.folder(temporary, from: target, to: target, wanting: BeneathPath.name(name))
        try target.flushEntries()
        return ([shelf.rawValue] + names + [got]).joined(separator: "/")
    }
}
