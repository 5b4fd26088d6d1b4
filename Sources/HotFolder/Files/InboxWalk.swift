import Glibc
import RenderCore

/// Reads the inbox, or those parts of it that may have changed, into an `InboxTree`.
struct InboxWalk {
    static let depthMax = 16

    /// What else is known of an entry, from its path in bytes, its folder, and the entry as it was listed before if its
    /// facts are the same.
    typealias Note = (inout InboxEntry, [UInt8], Descriptor, InboxEntry?) -> Void

    let ignore: IgnoreList
    /// Called with each folder before it is read, and whether another folder had its place before.
    let onFolder: ([UInt8], Bool) -> Void
    /// Called for entries that changed, and for those that `isDue` names.
    let note: Note
    /// Whether an entry is noted although its facts are the same.
    let isDue: ([UInt8]) -> Bool

    private(set) var tree: InboxTree
    /// False once something differs from the walk before.
    private(set) var isSame = true

    init(
        _ tree: InboxTree, ignore: IgnoreList, isDue: @escaping ([UInt8]) -> Bool = { _ in false },
        note: @escaping Note = { _, _, _, _ in }, onFolder: @escaping ([UInt8], Bool) -> Void
    ) {
        self.tree = tree
        self.ignore = ignore
        self.isDue = isDue
        self.note = note
        self.onFolder = onFolder
    }

    /// Reads everything.
    mutating func run(_ top: Descriptor) throws(FileError) {
        let before = tree.closed.mapValues(\.why)
        tree.closed = [:]
        try read(top, [], isDeep: true)
        if tree.closed.mapValues(\.why) != before { isSame = false }
    }

    /// Looks at these entries only, and reads those of them that are folders with unknown contents.
    mutating func update(_ paths: Set<[UInt8]>, newFolders: Set<[UInt8]>, _ top: Descriptor) throws(FileError) {
        let byFolder = Dictionary(grouping: paths) { InboxTree.split($0).folder }
        // Each folder before what lies below it.
        for folder in byFolder.keys.sorted(by: { $0.precedes($1) }) {
            guard tree.folders[folder] != nil else { continue }  // its own folder tells that it is new
            let names = byFolder[folder, default: []].map { InboxTree.split($0).name }.sorted { $0.precedes($1) }
            guard let place = try open(folder, top) else { continue }
            try update(names, of: folder, place, newFolders)
        }
    }

    /// Reads folders again that changed without an event: another file system is mounted over them, or an event was lost.
    /// One `stat` for each folder.
    ///
    /// - Parameter isTold: false for folders of whose contents no event tells: they are always read.
    mutating func checkFolders(_ top: Descriptor, isTold: (UInt64) -> Bool) throws(FileError) {
        let shut = tree.closed.keys
        for path in tree.folders.keys.sorted(by: { $0.precedes($1) }) {
            guard let folder = tree.folders[path], let place = try open(path, top) else { continue }
            let facts = try place.facts()
            guard !folder.isUntouched(facts) || !isTold(facts.device) else { continue }
            if !folder.isSame(facts) { onFolder(path, true) }
            try enter(path) { (walk) throws(FileError) in try walk.read(place, path, isDeep: false) }
        }
        for path in shut where tree.closed[path] != nil && !Self.isTooDeep(path) { try enterAnew(path, top) }
    }

    private static func isTooDeep(_ path: [UInt8]) -> Bool {
        path.count { $0 == InboxTree.slash } + 1 >= depthMax
    }

    // MARK: One folder

    /// Nil if it cannot be opened now; the tree says so then.
    private mutating func open(_ path: [UInt8], _ top: Descriptor) throws(FileError) -> Descriptor? {
        guard !path.isEmpty else { return top }
        var place: Descriptor?
        try enter(path) { (_) throws(FileError) in
            place = try top.folder(BeneathPath(String(decoding: path, as: UTF8.self)))
        }
        return place
    }

    private mutating func enterAnew(_ path: [UInt8], _ top: Descriptor) throws(FileError) {
        guard let place = try open(path, top) else { return }
        tree.closed[path] = nil
        isSame = false
        onFolder(path, false)
        try enter(path) { (walk) throws(FileError) in try walk.read(place, path, isDeep: true) }
    }

    /// Does something with a sub-folder. If it cannot be entered, the tree says why.
    private mutating func enter(
        _ path: [UInt8], _ body: (inout InboxWalk) throws(FileError) -> Void
    ) throws(FileError) {
        do throws(FileError) {
            try body(&self)
        } catch {
            guard !path.isEmpty else { throw error }
            switch error.code {
            case ENOENT: forget(path)  // gone since its parent was read
            case EMFILE, ENFILE, ENOMEM: throw error
            default:
                let failure = Failure(error)
                close(path, because: failure.message + "; " + failure.advice)
            }
        }
    }

    private mutating func forget(_ path: [UInt8]) {
        guard tree.folders[path] != nil || tree.closed[path] != nil else { return }
        tree.remove(path)
        isSame = false
    }

    private mutating func close(_ path: [UInt8], because why: String) {
        guard tree.closed[path]?.why != why || tree.folders[path] != nil else { return }
        tree.remove(path)
        tree.closed[path] = (String(decoding: path, as: UTF8.self), why)
        isSame = false
    }

    /// - Parameter isDeep: sub-folders are read even if they are known.
    private mutating func read(_ descriptor: Descriptor, _ path: [UInt8], isDeep: Bool) throws(FileError) {
        if path.isEmpty { onFolder(path, false) }
        let facts = try descriptor.facts()
        let before = tree.folders[path]
        var folder = InboxTree.Folder()
        folder.note(facts)
        let entries = try descriptor.entries()
        folder.names.reserveCapacity(entries.count)
        folder.items.reserveCapacity(entries.count)
        var (at, isKnown) = (0, before?.names.count == entries.count)
        for one in entries {
            while let before, at < before.names.count, before.names[at].precedes(one.bytes) { at += 1 }
            let old = before.flatMap { at < $0.names.count && $0.names[at] == one.bytes ? $0.items[at] : nil }
            if !add(one, to: &folder, path, old, descriptor) { isKnown = false }
        }
        if let before, isKnown, before.unreadable == folder.unreadable {
            // With its own strings, which the last listing shares.
            folder.names = before.names
            folder.items = before.items
        } else {
            isSame = false
        }
        tree.folders[path] = folder
        try enterAll(of: path, before, descriptor, isDeep: isDeep)
    }

    /// - Returns: whether the entry is as it was.
    private mutating func add(
        _ one: FolderEntry, to folder: inout InboxTree.Folder, _ path: [UInt8], _ old: InboxEntry?,
        _ descriptor: Descriptor
    ) -> Bool {
        guard let item = item(one, in: path, old, descriptor, &folder.unreadable) else { return false }
        folder.names.append(one.bytes)
        folder.items.append(item)
        return old == item
    }

    /// Nil if nothing can be learned of it.
    private func item(
        _ one: FolderEntry, in path: [UInt8], _ old: InboxEntry?, _ descriptor: Descriptor,
        _ unreadable: inout [String: String]
    ) -> InboxEntry? {
        let bytes = InboxTree.join(path, one.bytes)
        guard let facts = one.facts else {
            unreadable[String(decoding: bytes, as: UTF8.self)] =
                "user \(Account.me) may not enter its folder; let that user enter it"
            return nil
        }
        let name = one.name
        if let old, facts.isVersion(of: old) {
            if facts.kind == .folder { tellUnusable(name, bytes, &unreadable) }
            guard isDue(bytes) else { return old }
            var item = old
            note(&item, bytes, descriptor, old)
            return item
        }
        let text = String(decoding: bytes, as: UTF8.self)
        var item = facts.entry(at: text)
        item.isNameText = name != nil
        if facts.kind == .folder { tellUnusable(name, bytes, &unreadable) }
        note(&item, bytes, descriptor, nil)
        return item
    }

    private func tellUnusable(_ name: String?, _ bytes: [UInt8], _ unreadable: inout [String: String]) {
        if name == nil { unreadable[String(decoding: bytes, as: UTF8.self)] = "its name is not UTF-8" }
    }

    /// Enters the sub-folders of a folder that was read, and forgets those that left.
    private mutating func enterAll(
        of path: [UInt8], _ before: InboxTree.Folder?, _ descriptor: Descriptor, isDeep: Bool
    ) throws(FileError) {
        guard let folder = tree.folders[path] else { return }
        if let before {
            for (name, item) in zip(before.names, before.items) where item.kind == .folder {
                let (index, isThere) = folder.find(name)
                if !isThere || folder.items[index].kind != .folder { forget(InboxTree.join(path, name)) }
            }
        }
        for (name, item) in zip(folder.names, folder.items) where item.kind == .folder && item.isNameText {
            try enter(name, of: path, item, descriptor, isDeep: isDeep)
        }
    }

    private mutating func enter(
        _ name: [UInt8], of path: [UInt8], _ item: InboxEntry, _ descriptor: Descriptor, isDeep: Bool
    ) throws(FileError) {
        let text = String(decoding: name, as: UTF8.self)
        let inner = InboxTree.join(path, name)
        guard !ignore.ignores(text) else { return }
        guard !Self.isTooDeep(inner) else {
            return close(inner, because: "more than \(Self.depthMax) folders deep")
        }
        let known = tree.folders[inner]
        let isOther = known.map { $0.device != item.device || item.inode != 0 && $0.inode != item.inode } ?? true
        guard isDeep || isOther else { return }
        onFolder(inner, known != nil && isOther)
        try enter(inner) { (walk) throws(FileError) in
            let place = try descriptor.folder(text)
            try walk.read(place, inner, isDeep: true)
        }
    }

    // MARK: Some entries of a folder

    private mutating func update(
        _ names: [[UInt8]], of path: [UInt8], _ place: Descriptor, _ newFolders: Set<[UInt8]>
    ) throws(FileError) {
        let facts = try place.facts()
        guard var folder = tree.folders[path] else { return }
        guard folder.isSame(facts) else {
            onFolder(path, true)
            return try enter(path) { (walk) throws(FileError) in
                try walk.read(place, path, isDeep: true)
            }
        }
        folder.note(facts)
        var unreadable = folder.unreadable
        var news: [(name: [UInt8], item: InboxEntry?)] = []
        var entered: [(name: [UInt8], item: InboxEntry)] = []
        for name in names {
            let bytes = InboxTree.join(path, name)
            let (index, isThere) = folder.find(name)
            let old = isThere ? folder.items[index] : nil
            unreadable[String(decoding: bytes, as: UTF8.self)] = nil
            let one = place.entry(name)
            let new = one.flatMap { item($0, in: path, old, place, &unreadable) }
            if new != old { news.append((name, new)) }
            if old?.kind == .folder, new?.kind != .folder || newFolders.contains(bytes) { forget(bytes) }
            if let new, new.kind == .folder, new.isNameText { entered.append((name, new)) }
        }
        if !news.isEmpty || unreadable != folder.unreadable { isSame = false }
        folder.unreadable = unreadable
        // Not two owners of the arrays, which would be copied then.
        tree.folders[path] = nil
        folder.apply(news)
        tree.folders[path] = folder
        for one in entered {
            let inner = InboxTree.join(path, one.name)
            if tree.closed[inner] != nil { tree.closed[inner] = nil }
            try enter(one.name, of: path, one.item, place, isDeep: newFolders.contains(inner))
        }
    }
}

extension InboxTree.Folder {
    /// - Parameter news: sorted by name; nil: the name is gone.
    fileprivate mutating func apply(_ news: [(name: [UInt8], item: InboxEntry?)]) {
        guard news.count > 8 else {
            for (name, item) in news { apply(name, item) }
            return
        }
        var merged = InboxTree.Folder()
        merged.names.reserveCapacity(names.count + news.count)
        merged.items.reserveCapacity(names.count + news.count)
        var at = 0
        for (name, item) in news {
            let (index, isThere) = find(name)
            merged.names += names[at..<index]
            merged.items += items[at..<index]
            at = isThere ? index + 1 : index
            guard let item else { continue }
            merged.names.append(name)
            merged.items.append(item)
        }
        merged.names += names[at...]
        merged.items += items[at...]
        (names, items) = (merged.names, merged.items)
    }

    private mutating func apply(_ name: [UInt8], _ item: InboxEntry?) {
        let (index, isThere) = find(name)
        switch (item, isThere) {
        case (let item?, true): items[index] = item
        case (let item?, false):
            names.insert(name, at: index)
            items.insert(item, at: index)
        case (nil, true):
            names.remove(at: index)
            items.remove(at: index)
        case (nil, false): break
        }
    }
}
