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
    private var last: Last?

    /// The last listing.
    fileprivate struct Last {
        var listing: InboxListing
        var tree: InboxTree
        var isShare: Bool
        var device: UInt64
        var inode: UInt64
        /// Files that somebody had open for writing: the kernel is asked again.
        var open: Set<[UInt8]>
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

    public func list() async throws -> InboxListing { try await list(.whole) }

    /// `async`, so that it is preferred to the port's own.
    public func list(_ scope: ListingScope) async throws -> InboxListing {
        try reporting {
            let top = try root.open()
            let kind = FileSystemKind.of(top)
            let facts = try top.facts()
            let watcher = try watch(top, kind)
            let changes = watcher?.takeChanges() ?? InboxChanges()
            // A failure in between would lose the changes: the next listing is a full one then.
            let before = last.flatMap { $0.isOf(facts, isShare: kind.isShare) ? $0 : nil }
            last = nil
            var due = changes.paths.union(before?.open ?? [])
            let isWhole = before == nil || changes.isLost || scope == .whole
            if !isWhole { due.formUnion(scope.again) }
            let (paths, told) = (due, watcher?.told ?? ArrivalTable())
            var written: Set<[UInt8]> = []
            var walk = InboxWalk(before?.tree ?? InboxTree(), ignore: ignore) { path in
                changes.isLost || !paths.isEmpty && paths.contains(path)
            } note: { entry, path, folder, old in
                self.note(&entry, path, folder, old, told, kind)
                if entry.openForWriting == true { written.insert(path) }
            } onFolder: { path, isReplaced in
                watcher?.watch(path, isReplaced: isReplaced)
            }
            if isWhole {
                try walk.run(top)
                watcher?.keepOnly { walk.tree.item(at: $0) != nil }
            } else {
                try walk.update(paths, newFolders: changes.folders, top)
                if scope == .folders { try walk.checkFolders(top) { $0 == facts.device } }
            }
            hub.isTrusted = !kind.isShare && watcher?.isTrusted == true
            let isSame = before != nil && walk.isSame
            last = Last(
                listing: isSame ? before?.listing ?? walk.tree.listing : walk.tree.listing, tree: walk.tree,
                isShare: kind.isShare, device: facts.device, inode: facts.inode, open: written)
            return last?.listing ?? walk.tree.listing
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
        try reporting {
            let file = try open(entry)
            // What was listed does not say whether somebody still writes a picture.
            if entry.openForWriting == nil, !FileSystemKind.of(file).isShare, clinux_is_open_for_writing(file.raw) == 1
            {
                throw FileError(errno: ETXTBSY, "read", entry.path, .usersFile)
            }
            return try file.sample()
        }
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
        let (file, facts) = try place.opened(name)
        guard facts.isStill(entry, inodes: facts.inode != 0) else {
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

    /// Fills in what events and the kernel know of an entry.
    private func note(
        _ entry: inout InboxEntry, _ path: [UInt8], _ folder: Descriptor, _ old: InboxEntry?, _ told: ArrivalTable,
        _ kind: FileSystemKind
    ) {
        if kind.isShare, told.isEmpty { return }
        entry.arrivedWhole = told.arrivedWhole(path, entry)
        guard entry.kind == .file, entry.isNameText else { return }
        entry.openForWriting = openForWriting(entry, path, folder, old, told, kind)
    }

    /// Events tell of writers that came while we watched. For the others the kernel is asked once a version, where it
    /// answers: our own files, or any with CAP_LEASE, on a local file system. Of pictures it is asked when one is read:
    /// thousands may lie here that no job needs.
    private func openForWriting(
        _ entry: InboxEntry, _ path: [UInt8], _ folder: Descriptor, _ old: InboxEntry?, _ told: ArrivalTable,
        _ kind: FileSystemKind
    ) -> Bool? {
        let word = told.openForWriting(path)
        if word == true || kind.isShare { return word }
        if old?.openForWriting == false { return false }
        let name = entry.name
        switch DropKind(name: name) {
        case .media, .document: return word
        case .drop, .notTaken: break
        }
        // A file that cannot be opened now says nothing of its writers.
        guard !ignore.ignores(path: entry.path), let file = try? folder.file(name) else { return word }
        switch clinux_is_open_for_writing(file.raw) {
        case 0: return false
        case 1: return true
        default: return word
        }
    }
}

extension FolderInbox.Last {
    /// Whether it was made of this folder.
    fileprivate func isOf(_ facts: FileFacts, isShare: Bool) -> Bool {
        device == facts.device && inode == facts.inode && self.isShare == isShare
    }
}

extension ListingScope {
    fileprivate var again: Set<[UInt8]> {
        if case .told(let paths) = self { Set(paths.map { Array($0.utf8) }) } else { [] }
    }
}
