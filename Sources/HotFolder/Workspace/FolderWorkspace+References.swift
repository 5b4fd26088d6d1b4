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

    public func absorb(_ entry: InboxEntry, into job: JobID, as newName: String?) throws {
        try reporting {
            guard entry.isNameText else { throw FileError(.badName, "move", entry.path) }
            let folder = try mustHave(job)
            let wanted = try newName.map(BeneathPath.name)
            let (path, name) = try BeneathPath(entry.path).split()
            let source = try open(.inbox).folder(path)
            guard let facts = try source.facts(of: name) else { return }  // done before a crash
            guard facts.kind == .file, facts.isStill(entry, inodes: !FileSystemKind.of(source).isShare) else {
                throw FileError(.changed, "move", entry.path)
            }
            do throws(FileError) {
                _ = try Move.file(name, from: source, to: folder, wanting: wanted ?? name)
            } catch {
                guard error.code == EXDEV else { throw Self.staying(error, name, in: source) }
                // The copy is of no use unless the original can go: that is proved first.
                let aside = OwnFiles.aside(name, of: job)
                do throws(FileError) {
                    guard try Move.file(name, from: source, to: source, as: aside) else {
                        throw FileError(.changed, "move", entry.path, .usersFile)
                    }
                } catch {
                    throw Self.staying(error, name, in: source)
                }
                do throws(FileError) {
                    let temporary = OwnFiles.temporary(for: name)
                    try FileCopy.run(source.file(aside), to: folder, as: temporary, permissions: permissions)
                    _ = try Move.file(temporary, from: folder, to: folder, wanting: wanted ?? name)
                    try folder.flushEntries()
                } catch {
                    // The first error is the one to tell; what keeps its hidden name has the same bytes as the job's own file.
                    try? Move.back(aside, in: source, to: name)
                    throw error
                }
                try source.remove(aside)
            }
            if let now = try source.facts(of: name), now.isSameVersion(as: facts) {
                throw FileError(.unmovable(.untrue), "move", source.below(name), .usersFile)
            }
            try folder.flushEntries()
            try source.flushEntries()
        }
    }

    /// A refused move as the user's file that has to stay.
    private static func staying(_ error: FileError, _ name: String, in source: Descriptor) -> FileError {
        guard let code = error.code, Hindrance.isOne(code, name, in: source) else { return error }
        return FileError(
            .unmovable(Hindrance.explaining(code, name, in: source)), "move", source.below(name), .usersFile)
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
        // Said to be there, and is not: a plan without its picture must not be paid for.
        guard try target.facts(of: newName) != nil else { throw FileError(errno: EIO, "take", target.path, .folder) }
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
            // A picture that has to stay may still be read.
            guard let code = error.code, code == EXDEV || Hindrance.isOne(code, oldName, in: source) else {
                throw error
            }
            isMoved = false
        }
        if isMoved, try target.facts(of: newName) == nil { isMoved = false }  // said to be moved, and was not
        if isMoved {
            let digest = try FileDigest.of(file)
            try file.flush()
            try target.flushEntries(for: .ofFlushedFile)
            try source.flushEntries(for: .beforeLaterFlush)
            return TakenReference(file: name, bytes: digest.bytes, sha256: digest.sha256, sample: digest.sample)
        }
        // On another file system, or half moved before a crash: a proved copy first, then the original goes.
        let before = try file.facts()
        var taken = try copy(file, to: target, as: newName, called: name)
        let digest = FileDigest(bytes: taken.bytes, sha256: taken.sha256, sample: taken.sample)
        if try source.facts(of: oldName) != nil, try digest.isStill(source.file(oldName), as: before) {
            // A picture that stays is paid for by no job of its own: that it stays is enough to know.
            unlinkat(source.raw, oldName, 0)
            taken.isLeft = try source.facts(of: oldName) != nil
        }
        if !source.isReadOnly { try source.flushEntries() }
        return taken
    }
}
