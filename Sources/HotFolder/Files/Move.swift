import CLinux
import Glibc
import RenderCore

/// Renames that never replace anything, even if the file system cannot guarantee that in one call.
enum Move {
    /// - Returns: false if the new name is taken.
    static func file(
        _ name: String, from source: Descriptor, to target: Descriptor, as newName: String
    ) throws(FileError) -> Bool {
        let code = clinux_rename_noreplace(source.raw, name, target.raw, newName)
        switch -code {
        case 0: return true
        case EEXIST: return false
        case EINVAL, ENOSYS, ENOTSUP:
            // FUSE and old servers. A hard link fails where the name is taken, in one step.
            if linkat(source.raw, name, target.raw, newName, 0) == 0 {
                try source.remove(name)
                return true
            }
            if errno == EEXIST { return false }
            // No links either: the folders are ours alone, so looking first is as good as it gets.
            if try target.facts(of: newName) != nil { return false }
            guard renameat(source.raw, name, target.raw, newName) == 0 else {
                throw refusal(errno, of: name, from: source, to: target)
            }
            return true
        default: throw refusal(-code, of: name, from: source, to: target)
        }
    }

    /// - Returns: false if the new name is taken.
    static func folder(
        _ name: String, from source: Descriptor, to target: Descriptor, as newName: String
    ) throws(FileError) -> Bool {
        let code = clinux_rename_noreplace(source.raw, name, target.raw, newName)
        switch -code {
        case 0: return true
        case EEXIST, ENOTEMPTY: return false
        case EINVAL, ENOSYS, ENOTSUP:
            // Making the folder decides who has the name; a rename may replace an empty folder.
            guard try target.makeFolder(newName) else { return false }
            if renameat(source.raw, name, target.raw, newName) == 0 { return true }
            try target.removeFolder(newName)
            guard renameat(source.raw, name, target.raw, newName) == 0 else {
                throw refusal(errno, of: name, from: source, to: target)
            }
            return true
        default: throw refusal(-code, of: name, from: source, to: target)
        }
    }

    /// Tries `name`, `name-2`, … until one is free, compared as on a share that ignores case.
    ///
    /// - Parameter taken: the names in `target`, from before the caller changed something in it; nil: it did not.
    /// - Returns: the name used.
    static func folder(
        _ name: String, from source: Descriptor, to target: Descriptor, wanting wanted: String,
        among taken: TakenNames? = nil
    ) throws(FileError) -> String {
        try firstFree(wanted, in: target, among: taken, isFolder: true) { (candidate) throws(FileError) in
            try folder(name, from: source, to: target, as: candidate)
        }
    }

    static func file(
        _ name: String, from source: Descriptor, to target: Descriptor, wanting wanted: String
    ) throws(FileError) -> String {
        try firstFree(wanted, in: target, among: nil, isFolder: false) { (candidate) throws(FileError) in
            try file(name, from: source, to: target, as: candidate)
        }
    }

    /// Restores the name of a file that was set aside. A crash between a link and its removal leaves a file under both
    /// names, which would be two drops: of two equal files the one set aside is removed.
    static func back(_ aside: String, in folder: Descriptor, to name: String) throws(FileError) {
        if let there = try folder.facts(of: name), let here = try folder.facts(of: aside), there.kind == .file,
            there.bytes == here.bytes,
            try FileDigest.of(folder.file(name)).sha256 == FileDigest.of(folder.file(aside)).sha256
        {
            return try folder.remove(aside)
        }
        _ = try file(aside, from: folder, to: folder, wanting: name)
    }

    /// Says which side refuses: a rename writes to two folders, and its `errno` does not say which one failed.
    static func refusal(_ code: Int32, of name: String, from source: Descriptor, to target: Descriptor) -> FileError {
        guard [EACCES, EPERM, EROFS, ENOSPC, EDQUOT].contains(code) else {
            return FileError(errno: code, "move", source.below(name))
        }
        // What is full is where the name is to be.
        let isFull = code == ENOSPC || code == EDQUOT
        // What a folder or a file does not tell of itself is left out of the words.
        for folder in [target, source] where isFull || !folder.isWritable {
            return FileError(errno: code, "write into", folder.path, folder.own).about(try? folder.facts())
        }
        // A folder that moves is written into as well: it learns where it lies.
        let facts = try? source.facts(of: name)
        return FileError(errno: code, "move", source.below(name), facts?.kind == .folder ? .subfolder : .file)
            .about(facts)
    }

    private static func firstFree(
        _ wanted: String, in target: Descriptor, among known: TakenNames?, isFolder: Bool,
        _ attempt: (String) throws(FileError) -> Bool
    ) throws(FileError) -> String {
        let taken = if let known { known } else { try TakenNames.of(target) }
        while true {
            let candidate = OutputNaming.unique(wanted, isFolder: isFolder, isTaken: taken.contains)
            let isOurs = try attempt(candidate)
            taken.add(candidate, in: target)
            if isOurs { return candidate }
        }
    }
}
