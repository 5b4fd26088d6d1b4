import Glibc
import RenderCore
import Synchronization

/// Limitations of this system that are reported once: an event limit, permissions that a share does not keep.
final class Notes: Sendable {
    private let said = Mutex<[String]>([])

    func add(_ note: String) {
        said.withLock { if !$0.contains(note) { $0.append(note) } }
    }

    var all: [String] { said.withLock { $0 } }
}

/// Mode and group of the files that renderdrop writes for others, whatever the umask.
struct Permissions: Sendable {
    let fileMode: mode_t
    let folderMode: mode_t
    /// Nil: the group of the parent folder.
    let group: gid_t?
    let notes: Notes

    init(_ delivery: Configuration.Delivery, notes: Notes) {
        fileMode = mode_t(truncatingIfNeeded: delivery.fileMode ?? 0o664) & 0o777
        folderMode = mode_t(truncatingIfNeeded: delivery.folderMode ?? 0o2775) & 0o7777
        group = delivery.group.flatMap(Self.groupID)
        self.notes = notes
        if let name = delivery.group, group == nil {
            notes.add("no group is called \(name): renderdrop uses the parent folder's group")
        }
    }

    /// Shares and other users' folders may refuse. The file is still usable, so this is only noted.
    ///
    /// - Parameter isNew: it was created in `parent` just now.
    func apply(to item: Descriptor, in parent: Descriptor, isFolder: Bool, isNew: Bool = false) throws(FileError) {
        let above = try parent.facts()
        let wanted = group ?? above.group
        // The owner's group first: changing it takes away the set-group-id bit.
        if !(isNew && above.group == wanted && Self.givesItsGroup(above)), try item.facts().group != wanted,
            fchown(item.raw, uid_t.max, wanted) < 0
        {
            try tolerate(errno, "group", parent.path, item.path)
        }
        if fchmod(item.raw, isFolder ? folderMode : fileMode) < 0 {
            try tolerate(errno, "mode", parent.path, item.path)
        }
    }

    /// Whether what this process creates in a folder has the folder's group. On a share the server decides.
    private static func givesItsGroup(_ folder: FileFacts) -> Bool {
        folder.inode != 0 && (folder.mode & UInt32(S_ISGID) != 0 || folder.group == ownGroup)
    }

    private static let ownGroup = getegid()

    private func tolerate(_ code: Int32, _ what: String, _ folder: String, _ path: String) throws(FileError) {
        guard [EPERM, EACCES, ENOTSUP, ENOSYS, EINVAL, EROFS].contains(code) else {
            throw FileError(errno: code, "set the \(what) of", path)
        }
        notes.add("files below \(folder) keep their \(what): \(String(cString: strerror(code)))")
    }

    private static func groupID(_ name: String) -> gid_t? {
        var size = 1024
        while size <= 1 << 20 {
            var entry = GroupEntry()
            var result: UnsafeMutablePointer<GroupEntry>?
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            guard let start = buffer.baseAddress else { return nil }
            let code = getgrnam_r(name, &entry, start, size, &result)
            if code == ERANGE {
                size *= 4
                continue
            }
            return code == 0 && result != nil ? entry.gr_gid : gid_t(name)
        }
        return nil
    }
}

// `group` is also a property above, which hides the C struct of that name.
private typealias GroupEntry = group
