import Foundation
import Glibc
import RenderCore

/// What `stat` says of a file, without following a link.
struct FileFacts: Sendable, Equatable {
    var kind: InboxEntry.Kind
    var bytes: Int
    var seconds: Int
    var nanoseconds: Int
    var inode: UInt64
    var device: UInt64
    var mode: UInt32
    var owner: uid_t
    var group: gid_t

    init(_ info: stat) {
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .special
        }
        bytes = Int(info.st_size)
        seconds = Int(info.st_mtim.tv_sec)
        nanoseconds = Int(info.st_mtim.tv_nsec)
        inode = UInt64(info.st_ino)
        device = UInt64(info.st_dev)
        mode = UInt32(info.st_mode)
        owner = info.st_uid
        group = info.st_gid
    }

    var modifiedAt: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1_000_000_000) }

    /// The same file with the same contents, as far as `stat` tells.
    func isSameVersion(as other: FileFacts) -> Bool {
        inode == other.inode && device == other.device && bytes == other.bytes && seconds == other.seconds
            && nanoseconds == other.nanoseconds
    }

    /// Whether this is still the file that an entry describes.
    ///
    /// - Parameter inodes: false on shares, some of which make up a new number at every look.
    func isStill(_ entry: InboxEntry, inodes: Bool) -> Bool {
        bytes == entry.bytes && modifiedAt == entry.modifiedAt && (!inodes || inode == entry.inode)
    }

    func entry(at path: String) -> InboxEntry {
        InboxEntry(path: path, kind: kind, bytes: bytes, modifiedAt: modifiedAt, inode: inode, device: device)
    }
}
