import Glibc
public import RenderCore

extension FolderWorkspace {
    public func takeReference(
        _ entry: InboxEntry, for job: JobID, as name: String, keep: Bool
    ) throws -> TakenReference {
        try reporting {
            let (target, newName) = try place(job, name)
            guard entry.isNameText else { throw FileError(.badName, "take", entry.path) }
            let (path, oldName) = try BeneathPath(entry.path).split()
            let source = try open(.inbox).folder(path)
            if try source.facts(of: oldName) == nil, let taken = try reference(target, newName, name) {
                return taken  // moved before a crash
            }
            let file = try source.file(oldName)
            guard try file.facts().isStill(entry, inodes: !FileSystemKind.of(file).isShare) else {
                throw FileError(.changed, "take", entry.path)
            }
            if keep { return try copy(file, to: target, as: newName, called: name) }
            return try move(file, oldName, from: source, to: target, as: newName, called: name)
        }
    }

    public func takeReference(_ asset: AssetEntry, for job: JobID, as name: String) throws -> TakenReference {
        try reporting {
            let (target, newName) = try place(job, name)
            return try copy(FolderAssets.open(asset), to: target, as: newName, called: name)
        }
    }

    public func takenReference(_ job: JobID, name: String) throws -> TakenReference? {
        try reporting {
            guard let folder = try jobFolder(job) else { return nil }
            let (path, last) = try BeneathPath(name).split()
            do throws(FileError) {
                return try reference(folder.folder(path), last, name)
            } catch {
                // A name that cannot be there, or whose folder is a file, was not taken before; taking it tells why.
                if case .notAFile = error.problem { return nil }
                if error.code == ENOENT || error.code == ENAMETOOLONG || error.code == ENOTDIR { return nil }
                throw error
            }
        }
    }

    public func absorbDuplicate(_ entry: InboxEntry, into job: JobID) throws {
        try reporting {
            guard entry.isNameText else { throw FileError(.badName, "move", entry.path) }
            let folder = try mustHave(job)
            let (path, name) = try BeneathPath(entry.path).split()
            let source = try open(.inbox).folder(path)
            guard let facts = try source.facts(of: name) else { return }  // done before a crash
            guard facts.kind == .file, facts.isStill(entry, inodes: !FileSystemKind.of(source).isShare) else {
                throw FileError(.changed, "move", entry.path)
            }
            do throws(FileError) {
                _ = try Move.file(name, from: source, to: folder, wanting: name)
            } catch {
                guard error.code == EXDEV else { throw error }
                let free = OutputNaming.unique(name, taken: try folder.foldedNames())
                let temporary = OwnFiles.temporary(for: name)
                try FileCopy.run(source.file(name), to: folder, as: temporary, permissions: permissions)
                guard try Move.file(temporary, from: folder, to: folder, as: free) else {
                    throw FileError(errno: EEXIST, "move", entry.path)
                }
                try folder.flushEntries()
                if let now = try source.facts(of: name), now.isSameVersion(as: facts) { try source.remove(name) }
            }
            try folder.flushEntries()
            try source.flushEntries()
        }
    }

    // MARK: Parts

    /// Where a reference goes: the folder, made if it is missing, and the name.
    private func place(_ job: JobID, _ name: String) throws(FileError) -> (Descriptor, String) {
        let (path, last) = try BeneathPath(name).split()
        guard !OwnFiles.isOwn(last) else { throw FileError(.badPath, "use", name) }
        return (try mustHave(job).makeFolders(path, permissions), last)
    }

    private func reference(
        _ folder: Descriptor, _ file: String, _ name: String
    ) throws(FileError) -> TakenReference? {
        guard try folder.facts(of: file)?.kind == .file else { return nil }
        let digest = try FileDigest.of(folder.file(file))
        return TakenReference(file: name, bytes: digest.bytes, sha256: digest.sha256, sample: digest.sample)
    }

    private func copy(
        _ file: Descriptor, to target: Descriptor, as newName: String, called name: String
    ) throws(FileError) -> TakenReference {
        let temporary = OwnFiles.temporary(for: newName)
        let digest = try FileCopy.run(file, to: target, as: temporary, permissions: permissions)
        if try !Move.file(temporary, from: target, to: target, as: newName) {
            // Taken before a crash if it is the same; another one must not be written over.
            let there = try reference(target, newName, name)
            try target.remove(temporary)
            guard there?.sha256 == digest.sha256 else { throw FileError(errno: EEXIST, "take", file.path) }
        }
        try target.flushEntries()
        return TakenReference(file: name, bytes: digest.bytes, sha256: digest.sha256, sample: digest.sample)
    }

    private func move(
        _ file: Descriptor, _ oldName: String, from source: Descriptor, to target: Descriptor, as newName: String,
        called name: String
    ) throws(FileError) -> TakenReference {
        var isMoved: Bool
        do throws(FileError) {
            isMoved = try Move.file(oldName, from: source, to: target, as: newName)
        } catch {
            guard error.code == EXDEV else { throw error }
            isMoved = false
        }
        if isMoved {
            let digest = try FileDigest.of(file)
            try file.flush()
            try target.flushEntries()
            try source.flushEntries()
            return TakenReference(file: name, bytes: digest.bytes, sha256: digest.sha256, sample: digest.sample)
        }
        // On another file system, or half moved before a crash: a proved copy first, then the original goes.
        let before = try file.facts()
        let taken = try copy(file, to: target, as: newName, called: name)
        if let now = try source.facts(of: oldName), now.isSameVersion(as: before) { try source.remove(oldName) }
        try source.flushEntries()
        return taken
    }
}
