import CLinux
import Glibc
import Synchronization

/// What a file system promises about names without a flush of their folder. A name is what a new file, a rename or a removal
/// changes in a folder; docs/reliability.md says where renderdrop relies on it.
enum NameOrder: Sendable, Equatable {
    /// A name lasts only when its folder was flushed: shares, FAT, and every file system that is not known here.
    case none
    /// The flush of a file makes the name last that it has then, with those of new folders above it.
    case ofFlushedFiles
    /// Names also reach the disk in their order: what was renamed before a file's flush is not lost when that file is kept.
    case all

    /// - Source: linux `fs/ext4/fsync.c` (`ext4_sync_parent` without a journal, `ext4_fsync_journal` with one),
    ///   `fs/btrfs/tree-log.c` (`btrfs_log_inode_parent`), `fs/xfs/xfs_file.c` (`xfs_file_fsync` forces the log, which has one order);
    ///   a tmpfs survives no crash of the machine.
    static func of(_ raw: Int32) -> NameOrder {
        var info = stat()
        guard fstat(raw, &info) == 0 else { return .none }
        let device = UInt64(info.st_dev)
        let now = ContinuousClock.now
        let last = known.withLock { $0[device] }
        if let last, now - last.at < .seconds(1) { return last.order }
        // The number may have been given to another mount meanwhile: of another kind, as a rule.
        let kind = FileSystemKind.of(raw)
        let order = last?.kind == kind ? last?.order : nil
        let answer = Answer(order: order ?? found(on: info.st_dev, kind), kind: kind, at: now)
        known.withLock { $0[device] = answer }
        return answer.order
    }

    private struct Answer {
        var order: NameOrder
        var kind: FileSystemKind
        /// When its kind was looked at.
        var at: ContinuousClock.Instant
    }

    /// By device.
    private static let known = Mutex<[UInt64: Answer]>([:])

    private static func found(on device: dev_t, _ kind: FileSystemKind) -> NameOrder {
        switch kind {
        case .local("ext4"):
            // ext2 and ext3 have the same number; their own drivers promise less.
            if let name = blockDevice(device), access("/sys/fs/ext4/" + name, F_OK) == 0 {
                hasJournal(name) ? .all : .ofFlushedFiles
            } else {
                .none
            }
        case .local("XFS"), .local("tmpfs"), .local("ramfs"): .all
        case .local("Btrfs"): .ofFlushedFiles
        case .local, .share, .unknown: .none
        }
    }

    /// `sda1`; nil where the kernel does not tell.
    private static func blockDevice(_ device: dev_t) -> String? {
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        var target = [UInt8](repeating: 0, count: 1024)
        let count = readlink("/sys/dev/block/\(major):\(minor)", &target, target.count)
        guard count > 0 else { return nil }
        return String(decoding: target.prefix(count), as: UTF8.self).split(separator: "/").last.map(String.init)
    }

    /// Whether an ext4 has a journal: the kernel lists those that are in use. Where it does not tell, there is none.
    private static func hasJournal(_ name: String) -> Bool {
        guard let journals = opendir("/proc/fs/jbd2") else { return false }
        defer { closedir(journals) }
        while let entry = readdir(journals) {
            let journal = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // `sda1-8`: the device, and the inode of its journal. One on another device has that one's name alone.
            if journal.hasPrefix(name + "-") { return true }
        }
        return false
    }
}

extension Descriptor {
    /// Why a change of names need not be flushed where the file system keeps some order.
    enum NameUse {
        /// The file that has the name is flushed after it got it, before anything depends on it.
        case ofFlushedFile
        /// The change must last before something that is flushed later on the same file system.
        case beforeLaterFlush
    }

    /// Flushes the folder's entries, unless the file system makes them last without it.
    func flushEntries(for use: NameUse) throws(FileError) {
        switch (use, NameOrder.of(raw)) {
        case (.ofFlushedFile, .ofFlushedFiles), (.ofFlushedFile, .all), (.beforeLaterFlush, .all): return
        case (.ofFlushedFile, .none), (.beforeLaterFlush, .none), (.beforeLaterFlush, .ofFlushedFiles):
            try flushEntries()
        }
    }
}
