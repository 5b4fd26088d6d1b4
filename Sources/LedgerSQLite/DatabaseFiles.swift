import CLinux
import Foundation
import Glibc
import RenderCore

/// The ledger's folder and files: private, on a local disk, durable. SQLite gives `-wal` and `-shm` the mode of the
/// database file, so that one must be right before SQLite opens it.
enum DatabaseFiles {
    /// Makes the folder (0700) and an empty database file (0600) where they are missing, and takes away what others may
    /// do where they are there.
    static func prepare(_ path: String) throws(LedgerError) {
        try refuse(folderOf: path)
        let folder = folder(of: path)
        guard chmod(folder, 0o700) == 0 else {
            throw .unusable(Message.stateFolder(folder, cannotBe: "made private", words: words(errno)).line)
        }
        let file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unusable(Message.ledgerNotOpened(path, words: words(errno)).line) }
        let isPrivate = fchmod(file, 0o600) == 0
        let problem = errno
        close(file)
        guard isPrivate else { throw .unusable(Message.ledgerNotPrivate(path, words: words(problem)).line) }
        for side in [path + "-wal", path + "-shm"] where access(side, F_OK) == 0 {
            guard chmod(side, 0o600) == 0 else {
                throw .unusable(Message.ledgerNotPrivate(side, words: words(errno)).line)
            }
        }
        try flush(folder: folder)
    }

    /// A finished copy appears under `copy` as a whole: `write` fills an empty private file beside it.
    static func publish(_ copy: String, write: (_ temporary: String) throws -> Void) throws {
        let temporary = copy + ".part"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failed(temporary, "created") }
        defer { close(file) }
        do {
            try write(temporary)
            guard fsync(file) == 0, rename(temporary, copy) == 0 else {
                throw failed(copy, "written")
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try flush(folder: folder(of: copy))
    }

    /// The name of a file system that is shared over a network, by the magic number that `statfs` gives; nil: it is local
    /// or unknown. FUSE is let through: rootless containers live on it, and nothing tells a share behind it.
    /// - Source: linux/magic.h and statfs(2).
    static func networkName(_ magic: Int) -> String? {
        switch magic & 0xffff_ffff {
        case 0x6969: "NFS"
        case 0x517b, 0xff53_4d42, 0xfe53_4d42: "SMB"
        case 0x0102_1997: "9P"
        case 0x5346_414f, 0x6b41_4653: "AFS"
        case 0x00c3_6400: "Ceph"
        case 0x0bd0_0bd0: "Lustre"
        case 0x4750_4653: "GPFS"
        case 0x7461_636f: "OCFS2"
        case 0x0116_1970: "GFS2"
        default: nil
        }
    }

    static func refuseNetwork(_ folder: String) throws(LedgerError) {
        var magic = 0
        // A file system that does not say what it is counts as local.
        guard clinux_filesystem_type(folder, &magic) == 0, let name = networkName(magic) else { return }
        throw .unusable(Message.stateFolderOnNetwork(folder, kind: name).line)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    static func flush(folder: String) throws(LedgerError) {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw failed(folder, "opened") }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw failed(folder, "flushed") }
    }

    /// What the last call of the system says.
    static func failed(_ path: String, _ doing: String) -> LedgerError {
        .storage(Message.stateFile(path, cannotBe: doing, words: words(errno)).line)
    }

    static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
