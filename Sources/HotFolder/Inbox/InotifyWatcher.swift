import Dispatch
import Glibc
import RenderCore

/// Watches a folder and everything below it. Its events are hints and may be lost or repeated; the listing decides.
///
/// The listing adds watches as it walks (`watch(_:)`, before it reads a folder, so that nothing is missed). Folders
/// that appear are watched at once. Renderdrop's own files raise no hint.
///
/// Unchecked: `events` is set in `init` and not changed afterwards; everything else is used on `queue` only.
final class InotifyWatcher: @unchecked Sendable {
    private static let interest = [
        IN_CREATE, IN_MODIFY, IN_CLOSE_WRITE, IN_MOVED_TO, IN_MOVED_FROM, IN_DELETE, IN_ATTRIB, IN_DELETE_SELF,
        IN_MOVE_SELF, IN_ONLYDIR, IN_DONT_FOLLOW, IN_EXCL_UNLINK,
    ].reduce(UInt32(0)) { $0 | UInt32(truncatingIfNeeded: Int($1)) }
    private static let depthMax = 16

    private let queue = DispatchQueue(label: "renderdrop.inotify")
    private let descriptor: Int32
    private var events: ReadableWatch?
    private let root: String
    private let watchesMax: Int
    private let hub: HintHub
    private let notes: Notes
    private var paths: [Int32: [UInt8]] = [:]
    private var watches: [[UInt8]: Int32] = [:]
    private var table = ArrivalTable()
    private var changes = InboxChanges()
    private var isComplete = true
    private var isCanarySeen = false

    /// - Parameter watchesMax: beyond it, as beyond the kernel's own limit, events are no longer trusted.
    init(root: String, watchesMax: Int, hub: HintHub, notes: Notes) throws(FileError) {
        let raw = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard raw >= 0 else { throw FileError(errno: errno, "watch", root, .folder) }
        descriptor = raw
        self.root = root
        self.watchesMax = watchesMax
        self.hub = hub
        self.notes = notes
        events = try ReadableWatch(raw) { [weak self] in
            guard let self else { return }
            queue.sync { self.drain() }
        }
    }

    /// Whether every folder is watched and events have been seen to arrive. Also reads what is there to read.
    var isTrusted: Bool {
        queue.sync {
            drain()
            return isComplete && isCanarySeen
        }
    }

    /// - Parameters:
    ///   - path: relative to the root, in bytes; empty for the root.
    ///   - isReplaced: another folder had this path before, for example the one that a mount hides.
    func watch(_ path: [UInt8], isReplaced: Bool = false) {
        queue.sync {
            if isReplaced { removeTree(path) }
            add(path)
        }
    }

    /// What changed since this was called last.
    func takeChanges() -> InboxChanges {
        queue.sync {
            drain()
            defer { changes = InboxChanges() }
            return changes
        }
    }

    /// What is known of files by now.
    var told: ArrivalTable { queue.sync { table } }

    /// Forgets files that a full listing did not find.
    func keepOnly(_ isListed: ([UInt8]) -> Bool) { queue.sync { table.keepOnly(isListed) } }

    // MARK: On the queue

    private func add(_ path: [UInt8]) {
        guard watches[path] == nil else { return }
        guard watches.count < watchesMax else { return lose("more than \(watchesMax) folders") }
        let watch = inotify_add_watch(descriptor, absolute(path), Self.interest)
        if watch >= 0 {
            // The kernel gives the same number for the same folder under another name.
            if let before = paths[watch] { watches[before] = nil }
            paths[watch] = path
            watches[path] = watch
        } else if errno == ENOSPC {
            lose("the limit of fs.inotify.max_user_watches is reached")
        } else if errno != ENOENT, errno != ENOTDIR {
            lose(String(cString: strerror(errno)))
        }
    }

    private func lose(_ reason: String) {
        isComplete = false
        hub.isTrusted = false
        notes.add("renderdrop scans \(root) by a timer, because its events are not reliable: \(reason)")
    }

    /// Takes away the watches of a folder that left, and of all below it.
    private func removeTree(_ path: [UInt8]) {
        let prefix = path + [UInt8(ascii: "/")]
        for (known, watch) in watches where known == path || known.starts(with: prefix) {
            inotify_rm_watch(descriptor, watch)
            watches[known] = nil
            paths[watch] = nil
        }
    }

    private func drain() {
        var isNews = false
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                for event in InotifyEvent.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count])) where take(event) {
                    isNews = true
                }
            }
        }
        if isNews { hub.hint() }
    }

    /// - Returns: whether it deserves a hint.
    private func take(_ event: InotifyEvent) -> Bool {
        if event.has(Int(IN_Q_OVERFLOW)) {
            table.forgetAll()
            changes.lose()
            return true
        }
        guard let folder = paths[event.watch] else { return false }
        if event.has(Int(IN_IGNORED)) || event.has(Int(IN_UNMOUNT)) {
            if folder.isEmpty || event.has(Int(IN_UNMOUNT)) { changes.lose() }
            changes.add(folder, isNewFolder: true)
            if event.has(Int(IN_IGNORED)) {
                paths[event.watch] = nil
                if watches[folder] == event.watch { watches[folder] = nil }
            }
            return true
        }
        if event.has(Int(IN_DELETE_SELF)) || event.has(Int(IN_MOVE_SELF)) {
            // A sub-folder's parent tells of it as well; the root's parent is not watched.
            if folder.isEmpty, event.has(Int(IN_MOVE_SELF)) { removeTree([]) }
            if folder.isEmpty { changes.lose() }
            return folder.isEmpty
        }
        guard !event.name.isEmpty else { return false }
        if event.name == Array(OwnFiles.canary.utf8) { isCanarySeen = true }
        let path = InboxTree.join(folder, event.name)
        let isLeaving = event.has(Int(IN_DELETE)) || event.has(Int(IN_MOVED_FROM))
        changes.add(path, isNewFolder: event.isFolder && !isLeaving)
        if OwnFiles.isOwn(String(decoding: event.name, as: UTF8.self)) { return false }
        return take(event, at: path)
    }

    private func take(_ event: InotifyEvent, at path: [UInt8]) -> Bool {
        if event.has(Int(IN_MODIFY)) {
            // Not worth a listing: whoever waits for the file to stand still looks again anyway.
            table.modified(path)
            return false
        }
        if event.has(Int(IN_CLOSE_WRITE)) {
            table.closed(path)
        } else if event.has(Int(IN_MOVED_TO)) {
            arrive(path, isFolder: event.isFolder, depth: 0)
        } else if event.has(Int(IN_CREATE)) || event.has(Int(IN_DELETE)) || event.has(Int(IN_MOVED_FROM)) {
            table.forget(path)
            if event.isFolder { event.has(Int(IN_CREATE)) ? add(path) : removeTree(path) }
        }
        return true
    }

    /// Records what a rename brought: the file, or the folder with its contents, for which there are no events of their
    /// own.
    private func arrive(_ path: [UInt8], isFolder: Bool, depth: Int) {
        var info = stat()
        guard lstat(absolute(path), &info) == 0 else { return }
        table.moved(path, FileFacts(info, near: nil))
        guard isFolder, depth < Self.depthMax else { return }
        add(path)
        // What cannot be read arrived without a word, and waits like anything else.
        guard let text = String(validating: path, as: UTF8.self), let folder = try? BeneathPath(text),
            let top = try? Descriptor.folder(at: root), let entries = try? top.folder(folder).entries()
        else { return }
        for entry in entries {
            arrive(path + [UInt8(ascii: "/")] + entry.bytes, isFolder: entry.facts?.kind == .folder, depth: depth + 1)
        }
    }

    private func absolute(_ path: [UInt8]) -> [CChar] {
        (Array(root.utf8) + [UInt8(ascii: "/")] + path + [0]).map { CChar(bitPattern: $0) }
    }
}
