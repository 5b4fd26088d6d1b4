import Foundation
import Glibc
import RenderCore

/// The moves by which a new ledger takes the place of a former one.
extension DatabaseFiles {
    private static let sides = ["-wal", "-shm"]

    /// Makes the folder where it is missing, and refuses one on a share.
    static func refuse(folderOf path: String) throws(LedgerError) {
        let folder = folder(of: path)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(
                Message.stateFolder(folder, cannotBe: "created", words: error.localizedDescription).line)
        }
        try refuseNetwork(folder)
    }

    /// Fills an empty private file and flushes it.
    ///
    /// - Returns: its path.
    static func build(_ temporary: String, _ fill: (String) throws -> Void) throws -> String {
        // What a rebuild left that was cut short; a journal of SQLite's would be played back into the new one.
        for suffix in ["", "-journal"] + sides { unlink(temporary + suffix) }
        let file = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failed(temporary, "created") }
        defer { close(file) }
        try fill(temporary)
        guard fsync(file) == 0 else { throw failed(temporary, "flushed") }
        try flush(folder: folder(of: temporary))
        return temporary
    }

    /// Gives the database and what belongs to it a second name.
    ///
    /// - Returns: the database's; nil where there is none.
    static func keep(_ path: String, as name: String) throws -> String? {
        guard access(path, F_OK) == 0 || sides.contains(where: { access(path + $0, F_OK) == 0 }) else { return nil }
        let folder = folder(of: path)
        var kept = folder + "/" + name
        var number = 1
        while access(kept, F_OK) == 0 {
            number += 1
            kept = "\(folder)/\(name)-\(number)"
        }
        for suffix in sides + [""] where access(path + suffix, F_OK) == 0 {
            if link(path + suffix, kept + suffix) == 0 || errno == EEXIST { continue }
            // A file system without hard links.
            try FileManager.default.copyItem(atPath: path + suffix, toPath: kept + suffix)
        }
        try flush(folder: folder)
        return kept
    }

    /// Takes the database's name away, then those of what belongs to it.
    static func clear(_ path: String) throws {
        for suffix in [""] + sides {
            guard unlink(path + suffix) == 0 || errno == ENOENT else {
                throw failed(path + suffix, "moved aside")
            }
            try flush(folder: folder(of: path))
        }
    }

    static func place(_ temporary: String, at path: String) throws {
        // Of a former one whose log was folded into it: empty.
        for side in sides { unlink(path + side) }
        guard rename(temporary, path) == 0 else {
            throw failed(path, "written")
        }
        try flush(folder: folder(of: path))
    }
}
