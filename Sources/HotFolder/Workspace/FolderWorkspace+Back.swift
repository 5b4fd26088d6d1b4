import Glibc
public import RenderCore

/// Moves a job's folder back from `archive/` or `failed/`. Each step may be repeated after a crash.
extension FolderWorkspace {
    public func takeBack(_ job: JobID, folder: String, file: String, sha256: String) throws -> TakenBack {
        try reporting {
            let found = try shelved(job, folder, on: .failed)
            if let place = try located(job) {
                // Moved, or copied whole, before a crash.
                if let found { try FileCopy.removeTree(found.name, in: found.place) }
                try removePapers(in: place.folder)
                return .taken
            }
            guard let shelf = found else { return .gone }
            let own = try shelf.place.folder(shelf.name)
            let jobFile = try BeneathPath.name(file)
            let place = try (["failed"] + BeneathPath(folder).names + [shelf.name]).joined(separator: "/")
            guard let facts = try own.facts(of: jobFile) else { return .missing(place) }
            guard facts.kind == .file, try FileDigest.of(own.file(jobFile)).sha256 == sha256 else {
                return .changed(place)
            }
            let (target, names, got) = try places.making {
                let (target, names) = try open(.working).mirror(BeneathPath(folder), permissions)
                let wanted = OutputNaming.workingFolder(job: OutputNaming.jobName(fromFile: jobFile), id: job)
                return (target, names, try move(shelf, to: target, as: wanted))
            }
            places[job] = names + [got]
            try removePapers(in: target.folder(got))
            return .taken
        }
    }

    public func giveBack(_ job: JobID, folder: String) throws -> String? {
        try reporting {
            for role in [FolderRole.failed, .archive] {
                guard let shelf = try shelved(job, folder, on: role) else { continue }
                try AtomicFile.write([], in: shelf.place.folder(shelf.name), as: OwnFiles.again, permissions)
                let (target, names) = try open(.inbox).mirror(BeneathPath(folder), permissions)
                let got = try move(shelf, to: target, as: shelf.name)
                return (names + [got]).joined(separator: "/")
            }
            return nil
        }
    }

    public func isGivenBack(folder: String) throws -> Bool {
        try reporting {
            guard !folder.isEmpty else { return false }
            do throws(FileError) {
                return try open(.inbox).folder(BeneathPath(folder)).facts(of: OwnFiles.again) != nil
            } catch {
                if error.code == ENOENT, error.subject != .folder { return false }
                throw error
            }
        }
    }

    private struct Shelved {
        var place: Descriptor
        var name: String
    }

    private func shelved(_ job: JobID, _ folder: String, on role: FolderRole) throws(FileError) -> Shelved? {
        guard let place = try open(role).mirrored(BeneathPath(folder))?.folder, let name = try copied(job, in: place)
        else { return nil }
        return Shelved(place: place, name: name)
    }

    /// - Returns: the name that it got.
    private func move(_ shelf: Shelved, to target: Descriptor, as wanted: String) throws(FileError) -> String {
        let got: String
        do throws(FileError) {
            got = try Move.folder(shelf.name, from: shelf.place, to: target, wanting: wanted)
        } catch {
            guard error.code == EXDEV else { throw error }
            // To another file system: whole under a hidden name first, and the original goes last.
            let temporary = OwnFiles.temporary(for: shelf.name)
            if try target.facts(of: temporary) != nil { try FileCopy.removeTree(temporary, in: target) }
            try target.makeFolder(temporary)
            let copy = try target.folder(temporary)
            try FileCopy.tree(shelf.place.folder(shelf.name), to: copy, permissions: permissions)
            try permissions.apply(to: copy, in: target, isFolder: true)
            got = try Move.folder(temporary, from: target, to: target, wanting: wanted)
            try target.flushEntries()
            try FileCopy.removeTree(shelf.name, in: shelf.place)
        }
        try target.flushEntries()
        try shelf.place.flushEntries()
        return got
    }

    /// What told of the end that is no end.
    func removePapers(in folder: Descriptor) throws(FileError) {
        try folder.remove(OwnFiles.error)
        for entry in try folder.entries() {
            guard let name = entry.name, entry.facts?.kind == .file, name.foldedName.hasSuffix(OwnFiles.failedSuffix)
            else { continue }
            try folder.remove(name)
        }
    }
}
