import CLinux
import Glibc
public import RenderCore

/// The inbox on a file system, local or a share.
public actor FolderInbox: Inbox {
    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
    private nonisolated let hub = HintHub()
    private nonisolated let noteBook: Notes

    private let root: FolderRoot
    private let state: String
    private let ignore: IgnoreList
    private let permissions: Permissions
    private let watchesMax: Int
    private var watcher: (watcher: InotifyWatcher, device: UInt64, inode: UInt64)?
    /// Versions of files of which the kernel said that nobody had them open for writing, or that it does not tell. A writer
    /// that came later shows itself by its events.
    private var asked: [[UInt8]: (facts: FileFacts, isClosed: Bool)] = [:]
    private var last: Last?

    /// A listing, and the facts that it was made from.
    private struct Last {
        var listing: InboxListing
        var folders: [[UInt8]: InboxWalk.Folder]
        var isShare: Bool
        /// Of the events.
        var version: Int?
        var device: UInt64
        var inode: UInt64
        /// False while somebody has a file open for writing: the kernel is asked again then.
        var isQuiet: Bool
    }

    /// - Parameters:
    ///   - ignore: folders that it names are listed, what lies in them is not.
    ///   - watchesMax: how many folders are watched at most; above it a timer decides. Zero: none, and nothing of the
    ///     system's few watchers is taken.
    public init(
        _ folders: Configuration.Folders, delivery: Configuration.Delivery = Configuration.Delivery(),
        ignore: IgnoreList = IgnoreList(), watchesMax: Int = 8192
    ) {
        queue = FileQueue("inbox", .taking, folders.inbox)
        root = FolderRoot(.inbox, folders)
        state = folders.state
        self.ignore = ignore
        self.watchesMax = watchesMax
        noteBook = Notes()
        permissions = Permissions(delivery, notes: noteBook)
    }

    /// True until the first listing has shown that events arrive.
    public nonisolated var isShare: Bool { !hub.isTrusted }

    /// What is worth saying once: why events are not trusted, permissions that a share does not keep.
    public nonisolated var notes: [String] { noteBook.all }

    /// Events begin with the first `list()`.
    public nonisolated func hints() -> AsyncStream<Void> { hub.stream() }

    public func list() throws -> InboxListing {
        try reporting {
            let top = try root.open()
            let kind = FileSystemKind.of(top)
            let watcher = try watch(top, kind)
            var walk = InboxWalk(ignore: ignore, since: last?.folders ?? [:]) { watcher?.watch($0) }
            try walk.run(top)
            hub.isTrusted = !kind.isShare && watcher?.isTrusted == true
            let told = watcher?.told
            let facts = try top.facts()
            if let last, walk.isSame, last.isQuiet, last.isShare == kind.isShare, last.version == told?.version,
                last.device == facts.device, last.inode == facts.inode, last.listing.unreadable == walk.unreadable
            {
                return last.listing
            }
            var entries: [InboxEntry] = []
            entries.reserveCapacity(walk.found.count)
            var isQuiet = true
            for found in walk.found {
                var entry = found.entry
                entry.arrivedWhole = told?.arrivedWhole(found.bytes, found.facts) ?? false
                if found.facts.kind == .file, entry.isNameText {
                    entry.openForWriting = openForWriting(found, told, top, kind)
                    if entry.openForWriting == true { isQuiet = false }
                }
                entries.append(entry)
            }
            let listed = Set(walk.found.map(\.bytes))
            watcher?.keepOnly(listed)
            asked = asked.filter { listed.contains($0.key) }
            let listing = InboxListing(entries: entries, unreadable: walk.unreadable)
            last = Last(
                listing: listing, folders: walk.folders, isShare: kind.isShare, version: told?.version,
                device: facts.device, inode: facts.inode, isQuiet: isQuiet)
            return listing
        }
    }

    public func read(_ entry: InboxEntry, bytesMax: Int) throws -> [UInt8] {
        try reporting {
            let file = try open(entry)
            let bytes = try file.readAll(bytesMax: bytesMax)
            guard bytes.count == entry.bytes, try file.facts().isStill(entry, inodes: false) else {
                throw FileError(.changed, "read", entry.path)
            }
            return bytes
        }
    }

    public func sample(_ entry: InboxEntry) throws -> MediaSample {
        try reporting { try open(entry).sample() }
    }

    public func writeWaiting(_ text: String?, folder: String) throws {
        try reporting {
            let path = try BeneathPath(folder)
            let place: Descriptor
            do throws(FileError) {
                place = try root.open().folder(path)
            } catch {
                // The sub-folder left: there is nobody to tell.
                if error.code == ENOENT, error.subject != .folder { return }
                throw error
            }
            guard let text else {
                // None there, which a read-only mount would not even look for; a folder of that name is not ours.
                guard let kind = try place.facts(of: OwnFiles.waiting)?.kind, kind != .folder else { return }
                return try place.remove(OwnFiles.waiting)
            }
            let bytes = Array(text.utf8)
            if try AtomicFile.read(OwnFiles.waiting, in: place) == bytes { return }
            try AtomicFile.write(bytes, in: place, as: OwnFiles.waiting, permissions, flush: false)
        }
    }

    public func writeWaitingList(_ text: String) throws {
        try reporting {
            try AtomicFile.write(
                Array(text.utf8), in: Descriptor.folder(at: state), as: OwnFiles.waitingList, nil, flush: false)
        }
    }

    public func digest(_ entry: InboxEntry) throws -> String {
        try reporting { try FileDigest.of(open(entry)).sha256 }
    }

    public func hindrance(of entry: InboxEntry) throws -> Failure? {
        try reporting {
            guard entry.isNameText else { return nil }
            let (path, name) = try BeneathPath(entry.path).split()
            let folder = try root.open().folder(path)
            guard let hindrance = try Hindrance.seen(name, in: folder) else { return nil }
            return Failure(FileError(.unmovable(hindrance), "take", folder.below(name), .usersFile))
        }
    }

    public nonisolated func openingAdvice(_ folder: String) -> String {
        Hindrance.openingAdvice(root.path + (folder.isEmpty ? "" : "/" + folder))
    }

    // MARK: Parts

    private func open(_ entry: InboxEntry) throws(FileError) -> Descriptor {
        guard entry.isNameText else { throw FileError(.badName, "read", entry.path, .usersFile) }
        let (folder, name) = try BeneathPath(entry.path).split()
        let place = try root.open().folder(folder)
        let file = try place.file(name)
        guard try file.facts().isStill(entry, inodes: !FileSystemKind.of(file).isShare) else {
            throw FileError(.changed, "read", entry.path)
        }
        return file
    }

    /// The watcher of the folder as it is mounted now; nil where there are no events to be had.
    private func watch(_ top: Descriptor, _ kind: FileSystemKind) throws(FileError) -> InotifyWatcher? {
        let facts = try top.facts()
        if let watcher, watcher.device == facts.device, watcher.inode == facts.inode { return watcher.watcher }
        watcher = nil
        guard watchesMax > 0 else { return nil }
        if kind.isShare { noteBook.add("\(root.path) is on a share (\(kind)): renderdrop scans it by a timer") }
        do throws(FileError) {
            let made = try InotifyWatcher(root: root.path, watchesMax: watchesMax, hub: hub, notes: noteBook)
            made.watch([])
            // The proof that events arrive: where none comes of this, none will come of anything.
            let canary = try top.ownFile(OwnFiles.canary)
            try canary.write(Array("renderdrop\n".utf8))
            try top.remove(OwnFiles.canary)
            watcher = (made, facts.device, facts.inode)
            return made
        } catch {
            noteBook.add(
                "renderdrop scans \(root.path) by a timer, because it gets no events: \(Failure(error).message)")
            return nil
        }
    }

    /// Events tell of writers that came while we watched. For the others the kernel is asked once a version, where it
    /// answers: our own files, or any with CAP_LEASE, on a local file system.
    private func openForWriting(
        _ found: InboxWalk.Found, _ told: ArrivalTable?, _ top: Descriptor, _ kind: FileSystemKind
    ) -> Bool? {
        let word = told?.openForWriting(found.bytes)
        if word == true || kind.isShare { return word }
        if let known = asked[found.bytes], known.facts.isSameVersion(as: found.facts) {
            return known.isClosed ? false : word
        }
        let path = found.entry.path
        // A file that cannot be opened now says nothing of its writers.
        guard !ignore.ignores(path: path), let (folder, name) = try? BeneathPath(path).split(),
            let file = try? top.folder(folder).file(name)
        else { return word }
        switch clinux_is_open_for_writing(file.raw) {
        case 0:
            asked[found.bytes] = (found.facts, true)
            return false
        case 1: return true
        default:
            asked[found.bytes] = (found.facts, false)
            return word
        }
    }
}
