import CLinux
import Glibc
import RenderCore

/// Verified copies: the copy is read again, and its digest must equal that of the original.
enum FileCopy {
    /// Copies a file with its time, and flushes it. Replaces a file with the new name.
    @discardableResult
    static func run(
        _ file: Descriptor, to folder: Descriptor, as name: String, permissions: Permissions
    ) throws(FileError) -> FileDigest {
        let before = try file.facts()
        try folder.remove(name)
        do throws(FileError) {
            let copy = try folder.ownFile(name, flags: O_EXCL)
            let digest = try FileDigest.of(file, copyingTo: copy)
            guard try digest.isStill(file, as: before) else { throw FileError(.changed, "copy", file.path) }
            try permissions.apply(to: copy, in: folder, isFolder: false)
            // The time is for people; a file system that keeps no times keeps the bytes all the same.
            _ = clinux_set_modified(copy.raw, before.seconds, before.nanoseconds)
            try copy.flush()
            guard lseek(copy.raw, 0, SEEK_SET) == 0 else { throw FileError(errno: errno, "read", copy.path) }
            let proved = try FileDigest.of(copy)
            guard proved.sha256 == digest.sha256 else { throw FileError(errno: EIO, "verify the copy of", file.path) }
            return proved
        } catch {
            unlinkat(folder.raw, name, 0)  // half a copy is worth nothing; the original is where it was
            throw error
        }
    }

    /// Copies a folder with its contents, which may be regular files and folders only.
    static func tree(
        _ source: Descriptor, to target: Descriptor, permissions: Permissions
    ) throws(FileError) {
        for entry in try source.entries() {
            guard let name = entry.name, let facts = entry.facts else {
                throw FileError(.badName, "copy", source.below(String(decoding: entry.bytes, as: UTF8.self)))
            }
            if facts.kind == .folder {
                try target.makeFolder(name)
                let inner = try target.folder(name)
                try tree(source.folder(name), to: inner, permissions: permissions)
                try permissions.apply(to: inner, in: target, isFolder: true)
            } else {
                try run(source.file(name), to: target, as: name, permissions: permissions)
            }
        }
        try target.flushEntries()
    }

    /// Removes a folder of ours with its contents.
    static func removeTree(_ name: String, in parent: Descriptor) throws(FileError) {
        let folder = try parent.folder(name)
        for entry in try folder.entries() {
            guard let name = entry.name else { throw FileError(.badName, "remove", folder.path) }
            if entry.facts?.kind == .folder {
                try removeTree(name, in: folder)
            } else {
                try folder.remove(name)
            }
        }
        try parent.removeFolder(name)
    }
}
