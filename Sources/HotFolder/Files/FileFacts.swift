import Foundation
import Glibc
import RenderCore

/// The result of `stat` for a file, without following a link.
struct FileFacts: Sendable, Equatable {
    var kind: InboxEntry.Kind
    var bytes: Int
    var seconds: Int
    var nanoseconds: Int
    /// Zero if the file system changes inode numbers, as FUSE mounts and some shares do: then only size and time show
    /// whether a file is still the same.
    var inode: UInt64
    var device: UInt64
    var mode: UInt32
    var owner: uid_t
    var group: gid_t

    /// - Parameter raw: the file itself, or its folder; nil: neither is open, and the stored knowledge about the device
    ///     is used.
    init(_ info: stat, near raw: Int32?) {
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .special
        }
        bytes = Int(info.st_size)
        seconds = Int(info.st_mtim.tv_sec)
        nanoseconds = Int(info.st_mtim.tv_nsec)
        device = UInt64(info.st_dev)
        inode = KeptInodes.areKept(on: device, near: raw) ? UInt64(info.st_ino) : 0
        mode = UInt32(info.st_mode)
        owner = info.st_uid
        group = info.st_gid
    }

    var modifiedAt: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1_000_000_000) }

    /// The same file with the same contents, as far as `stat` shows.
    func isSameVersion(as other: FileFacts) -> Bool {
        inode == other.inode && device == other.device && bytes == other.bytes && seconds == other.seconds
            && nanoseconds == other.nanoseconds
    }

    /// Whether an entry still describes this file or folder.
    func isVersion(of entry: InboxEntry) -> Bool {
        kind == entry.kind && bytes == entry.bytes && inode == entry.inode && device == entry.device
            && modifiedAt == entry.modifiedAt
    }

    /// Whether this is still the file that an entry describes.
    ///
    /// - Parameter inodes: false on shares, some of which report a new number at every scan.
    func isStill(_ entry: InboxEntry, inodes: Bool) -> Bool {
        bytes == entry.bytes && modifiedAt == entry.modifiedAt && (!inodes || inode == entry.inode)
    }

    func entry(at path: String) -> InboxEntry {
        InboxEntry(path: path, kind: kind, bytes: bytes, modifiedAt: modifiedAt, inode: inode, device: device)
    }
}

/// Which file it is, as long as it exists.
struct FileIdentity: Sendable, Equatable {
    let device: UInt64
    let inode: UInt64
}

extension FileFacts {
    /// Nil where the file system changes inode numbers.
    var identity: FileIdentity? { inode == 0 ? nil : FileIdentity(device: device, inode: inode) }
}
