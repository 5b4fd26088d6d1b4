import Glibc
import RenderCore

/// Writes files that appear complete or not at all.
enum AtomicFile {
    /// Writes under a temporary name, flushes, renames over the existing file, and flushes the folder.
    ///
    /// - Parameter flush: false for texts for people, which are written again anyway.
    static func write(
        _ bytes: [UInt8], in folder: Descriptor, as name: String, _ permissions: Permissions?, flush: Bool = true
    ) throws(FileError) {
        let temporary = OwnFiles.temporary(for: name)
        // A folder of that name is somebody's joke or mistake: of no account for the folder that it lies in.
        func refuseFolders() throws(FileError) {
            for name in [temporary, name] where try folder.facts(of: name)?.kind == .folder {
                throw FileError(.notAFile(.folder), "write", folder.below(name))
            }
        }
        do throws(FileError) {
            let file: Descriptor
            do throws(FileError) {
                file = try folder.newFile(temporary)
            } catch {
                guard error.code == EEXIST else { throw error }
                // Left by a crash.
                try refuseFolders()
                try folder.remove(temporary)
                file = try folder.newFile(temporary)
            }
            try file.write(bytes)
            try permissions?.apply(to: file, in: folder, isFolder: false, isNew: true)
            if flush { try file.flush() }
            let code = renameat(folder.raw, temporary, folder.raw, name) < 0 ? errno : 0
            // A share may have done it and lost the answer: then the temporary file is gone, and its bytes stand under the name.
            if code != 0 {
                try refuseFolders()
                let isGone = try folder.facts(of: temporary) == nil
                guard isGone, try read(name, in: folder) == bytes else {
                    throw FileError(
                        errno: code, "replace", folder.below(name), folder.place == .users ? .subfolder : .folder)
                }
            }
            if flush { try folder.flushEntries() }
        } catch {
            // The first error is the one to tell; a temporary file that stays is replaced by the next write.
            unlinkat(folder.raw, temporary, 0)
            // Words to people must not go on saying that all is well because there is no room to say otherwise.
            if !flush, error.code == ENOSPC || error.code == EDQUOT, writeOver(name, bytes, in: folder) { return }
            throw error
        }
    }

    /// Overwrites a file within the space that it already has.
    private static func writeOver(_ name: String, _ bytes: [UInt8], in folder: Descriptor) -> Bool {
        do throws(FileError) {
            guard try folder.facts(of: name)?.kind == .file else { return false }
            let file = try folder.ownFile(name)
            try file.write(bytes)
            return ftruncate(file.raw, off_t(bytes.count)) == 0
        } catch {
            return false  // the trouble that led here is told
        }
    }

    /// Reads a small file of ours; nil if there is none, or something else in its place.
    static func read(_ name: String, in folder: Descriptor, bytesMax: Int = 1 << 20) throws(FileError) -> [UInt8]? {
        do throws(FileError) {
            return try folder.file(name).readAll(bytesMax: bytesMax)
        } catch {
            switch error.problem {
            case .system(ENOENT), .system(ELOOP), .notAFile, .tooLarge: return nil
            case .system, .markerMissing, .markerIsFolder, .changed, .badPath, .badName, .unmovable: throw error
            }
        }
    }
}
