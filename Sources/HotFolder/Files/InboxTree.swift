import RenderCore

/// The contents of the inbox, folder by folder, as they were last read.
struct InboxTree {
    /// One folder.
    struct Folder {
        /// The names' bytes on the file system, sorted. `items` has the same order.
        var names: [[UInt8]] = []
        var items: [InboxEntry] = []
        /// Entries whose facts could not be read, and sub-folders that cannot be entered, with the reason.
        var unreadable: [String: String] = [:]
        var device: UInt64 = 0
        var inode: UInt64 = 0
        /// When the last name came or went.
        var seconds = 0
        var nanoseconds = 0

        /// The position of a name, or where it would be inserted.
        func find(_ name: [UInt8]) -> (index: Int, isThere: Bool) {
            var (low, high) = (0, names.count)
            while low < high {
                let middle = (low + high) / 2
                if names[middle].precedes(name) { low = middle + 1 } else { high = middle }
            }
            return (low, low < names.count && names[low] == name)
        }

        func isSame(_ facts: FileFacts) -> Bool { device == facts.device && inode == facts.inode }

        /// No name came or went, as far as `stat` shows.
        func isUntouched(_ facts: FileFacts) -> Bool {
            isSame(facts) && seconds == facts.seconds && nanoseconds == facts.nanoseconds
        }

        mutating func note(_ facts: FileFacts) {
            (device, inode, seconds, nanoseconds) = (facts.device, facts.inode, facts.seconds, facts.nanoseconds)
        }
    }

    /// By path in bytes; the inbox itself is empty.
    var folders: [[UInt8]: Folder] = [:]
    /// Sub-folders that could not be opened: their shown paths, and why.
    var closed: [[UInt8]: (path: String, why: String)] = [:]

    static let slash = UInt8(ascii: "/")

    static func join(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
        folder.isEmpty ? name : folder + [slash] + name
    }

    static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
        guard let at = path.lastIndex(of: slash) else { return ([], path) }
        return (Array(path[..<at]), Array(path[(at + 1)...]))
    }

    func item(at path: [UInt8]) -> InboxEntry? {
        let (folder, name) = Self.split(path)
        guard let found = folders[folder] else { return nil }
        let (index, isThere) = found.find(name)
        return isThere ? found.items[index] : nil
    }

    /// Forgets a folder and everything below it.
    mutating func remove(_ path: [UInt8]) {
        let prefix = path + [Self.slash]
        closed = closed.filter { $0.key != path && !$0.key.starts(with: prefix) }
        guard folders.removeValue(forKey: path) != nil else { return }
        for key in folders.keys where key.starts(with: prefix) { folders[key] = nil }
    }

    /// Everything, each folder before its contents.
    var listing: InboxListing {
        var unreadable: [String: String] = [:]
        for folder in folders.values { unreadable.merge(folder.unreadable) { old, _ in old } }
        for (path, why) in closed.values { unreadable[path] = why }
        // Without sub-folders the list is used as it is, not copied.
        if folders.count == 1, let top = folders[[]] { return InboxListing(entries: top.items, unreadable: unreadable) }
        var entries: [InboxEntry] = []
        entries.reserveCapacity(folders.values.reduce(0) { $0 + $1.items.count })
        append([], to: &entries)
        return InboxListing(entries: entries, unreadable: unreadable)
    }

    private func append(_ path: [UInt8], to entries: inout [InboxEntry]) {
        guard let folder = folders[path] else { return }
        var done = 0
        for index in folder.items.indices where folder.items[index].kind == .folder {
            entries += folder.items[done...index]
            done = index + 1
            append(Self.join(path, folder.names[index]), to: &entries)
        }
        entries += folder.items[done...]
    }
}

extension [UInt8] {
    /// In the order of their bytes.
    func precedes(_ other: [UInt8]) -> Bool { lexicographicallyPrecedes(other) }
}
