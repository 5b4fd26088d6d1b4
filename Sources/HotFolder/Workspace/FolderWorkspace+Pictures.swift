import Glibc
public import RenderCore

extension FolderWorkspace {
    public func moveOn(_ entry: InboxEntry, to job: JobID, as name: String, folder: String) throws -> Bool {
        try reporting {
            guard entry.isNameText, let own = try anyFolder(of: job, mirroring: folder) else { return false }
            let (path, last) = try BeneathPath(name).split()
            let (sourcePath, oldName) = try BeneathPath(entry.path).split()
            let target: Descriptor
            let source: Descriptor
            do throws(FileError) {
                target = try own.folder(path)
                source = try open(.inbox).folder(sourcePath)
            } catch {
                if error.code == ENOENT, error.subject != .folder { return false }
                throw error
            }
            guard try target.facts(of: last)?.kind == .file, let before = try source.facts(of: oldName),
                before.kind == .file, before.isStill(entry, inodes: !FileSystemKind.of(source).isShare)
            else { return false }
            let copy = try FileDigest.of(target.file(last))
            guard copy.bytes == before.bytes, try FileDigest.of(source.file(oldName)).sha256 == copy.sha256 else {
                return false
            }
            return try remove(oldName, from: source, before, sha256: copy.sha256, by: target)
        }
    }

    /// Removes a file of which a verified copy exists. It goes through the job's folder, so that what somebody puts in its place
    /// at this very moment is not lost.
    private func remove(
        _ name: String, from source: Descriptor, _ facts: FileFacts, sha256: String, by target: Descriptor
    ) throws(FileError) -> Bool {
        let temporary = OwnFiles.temporary(for: name)
        guard renameat(source.raw, name, target.raw, temporary) == 0 else {
            switch errno {
            case ENOENT, EACCES, EPERM, EROFS, EBUSY: return false
            case EXDEV:
                guard try source.facts(of: name)?.isSameVersion(as: facts) == true else { return false }
                try source.remove(name)
                try source.flushEntries()
                return true
            default: throw FileError(errno: errno, "move", source.below(name))
            }
        }
        guard try FileDigest.of(target.file(temporary)).sha256 == sha256 else {
            _ = try Move.file(temporary, from: target, to: source, wanting: name)
            return false
        }
        try target.remove(temporary)
        try source.flushEntries()
        return true
    }

    /// In `working/`, else on the shelf where the job ended.
    private func anyFolder(of job: JobID, mirroring folder: String) throws(FileError) -> Descriptor? {
        if let own = try jobFolder(job) { return own }
        for role in [FolderRole.archive, .failed] {
            guard let place = try open(role).mirrored(BeneathPath(folder))?.folder,
                let name = try copied(job, in: place)
            else { continue }
            return try place.folder(name)
        }
        return nil
    }
}
