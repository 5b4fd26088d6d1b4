import Glibc
public import RenderCore

extension FolderWorkspace {
    public func finish(
        _ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]
    ) throws -> String? {
        try reporting {
            guard let place = try located(job) else {
                return try makeAnew(job, in: shelf, folder: folder, name: name, files: files)
            }
            let path = try BeneathPath(folder)
            let wanted = try BeneathPath.name(name)
            let top = try open(shelf == .archive ? .archive : .failed)
            try place.folder.remove(OwnFiles.status)
            for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
                try AtomicFile.write(bytes, in: place.folder, as: BeneathPath.name(file), permissions)
            }
            let (target, names) = try top.mirror(path, permissions)
            let got: String
            do throws(FileError) {
                got = try Move.folder(place.name, from: place.parent, to: target, wanting: wanted)
            } catch {
                guard error.code == EXDEV else { throw error }
                got = try copyOver(job, place, to: target, wanting: wanted)
            }
            places[job] = nil
            // The ledger knows that a done job has ended, and moves a folder again that a crash has put back. A failed one could also
            // have been taken back by a person.
            if shelf == .failed {
                try target.flushEntries()
                try place.parent.flushEntries()
            }
            try places.pruning { () throws(FileError) in try place.working.prune(place.mirror) }
            return ([shelf.rawValue] + names + [got]).joined(separator: "/")
        }
    }

    /// To another file system: a whole copy under a hidden name, renamed, before the original is removed.
    private func copyOver(
        _ job: JobID, _ place: Place, to target: Descriptor, wanting wanted: String
    ) throws(FileError) -> String {
        if let there = try copied(job, in: target) {
            // Copied before a crash; only the removal is left.
            try FileCopy.removeTree(place.name, in: place.parent)
            return there
        }
        let temporary = OwnFiles.temporary(for: job.text)
        if try target.facts(of: temporary) != nil { try FileCopy.removeTree(temporary, in: target) }
        try target.makeFolder(temporary)
        let copy = try target.folder(temporary)
        try FileCopy.tree(place.folder, to: copy, permissions: permissions)
        try permissions.apply(to: copy, in: target, isFolder: true)
        let got = try Move.folder(temporary, from: target, to: target, wanting: wanted)
        try target.flushEntries()
        try FileCopy.removeTree(place.name, in: place.parent)
        return got
    }

    /// The folder on a shelf that is this job's.
    func copied(_ job: JobID, in target: Descriptor) throws(FileError) -> String? {
        for entry in try target.entries() {
            guard entry.facts?.kind == .folder, let name = entry.name, !OwnFiles.isTemporary(name) else { continue }
            if try JobFolder.id(of: target.folder(name)) == job { return name }
        }
        return nil
    }

    public func shelved(_ job: JobID, folder: String) throws -> (shelf: Shelf, job: WorkingJob)? {
        try reporting {
            for (shelf, role) in [(Shelf.archive, FolderRole.archive), (.failed, .failed)] {
                guard let place = try open(role).mirrored(BeneathPath(folder))?.folder,
                    let name = try copied(job, in: place)
                else { continue }
                let (lines, damaged) = try JournalFile.lines(in: place.folder(name))
                return (shelf, WorkingJob(id: job, journal: lines, damagedLines: damaged, files: []))
            }
            let failed = try open(.failed)
            let name = job.text + ".jsonl"
            guard try failed.facts(of: OwnFiles.journals)?.kind == .folder,
                try failed.folder(OwnFiles.journals).facts(of: name) != nil
            else { return nil }
            let (lines, damaged) = try JournalFile.lines(of: name, in: failed.folder(OwnFiles.journals))
            return (.failed, WorkingJob(id: job, journal: lines, damagedLines: damaged, files: []))
        }
    }

    public func tidyReturned(folder: String) throws {
        try reporting {
            let (path, name) = try BeneathPath(folder).split()
            let parent = try open(.inbox).folder(path)
            guard try parent.facts(of: name)?.kind == .folder else { return }
            let own = try parent.folder(name)
            guard let id = try JobFolder.id(of: own) else { return }
            try JournalFile.keep(id, from: own, in: open(.failed))
            if try JobFolder.removeIfOurs(name, in: parent) { return try parent.flushEntries() }
            for entry in try own.entries() {
                guard let name = entry.name, entry.facts?.kind == .file, OwnFiles.isOwn(name),
                    OwnFiles.readAside(name) == nil
                else { continue }
                if name != OwnFiles.job, name != OwnFiles.waiting { try own.remove(name) }
            }
            try own.remove(OwnFiles.job)
            try own.flushEntries()
        }
    }

    public func returnedJob(folder: String) throws -> JobID? {
        try reporting {
            guard !folder.isEmpty else { return nil }
            do throws(FileError) {
                return try JobFolder.id(of: open(.inbox).folder(BeneathPath(folder)))
            } catch {
                if error.code == ENOENT, error.subject != .folder { return nil }
                throw error
            }
        }
    }
}
