import Glibc
import RenderCore

/// One walk through the inbox and its sub-folders. If a folder has not changed, its previous contents are reused.
struct InboxWalk {
    static let depthMax = 16

    /// A file or folder, as the file system names it.
    struct Found {
        var entry: InboxEntry
        var bytes: [UInt8]
        var facts: FileFacts
    }

    /// The contents of one folder.
    struct Folder {
        fileprivate var reading = FolderReading()
        fileprivate var found: [Found] = []
        /// Sub-folders to enter: where each stands in `found`, and its name.
        fileprivate var inner: [(index: Int, name: String)] = []
        fileprivate var unreadable: [String: String] = [:]
    }

    let ignore: IgnoreList
    /// Called with each folder before it is read.
    let onFolder: ([UInt8]) -> Void
    private let before: [[UInt8]: Folder]
    /// For the next walk.
    private(set) var folders: [[UInt8]: Folder] = [:]
    private(set) var found: [Found] = []
    private(set) var unreadable: [String: String] = [:]
    /// Whether every folder held what it held at the walk before.
    private(set) var isSame = true

    init(ignore: IgnoreList, since before: [[UInt8]: Folder] = [:], onFolder: @escaping ([UInt8]) -> Void) {
        self.ignore = ignore
        self.before = before
        self.onFolder = onFolder
    }

    mutating func run(_ top: Descriptor) throws(FileError) {
        onFolder([])
        try read(top, path: [], depth: 0)
        if folders.count != before.count { isSame = false }
    }

    private mutating func read(_ descriptor: Descriptor, path: [UInt8], depth: Int) throws(FileError) {
        let known = before[path]
        let (reading, isKnown) = try descriptor.reading(since: known?.reading)
        let folder: Folder
        if isKnown, let known {
            folder = known
        } else {
            isSame = false
            folder = sorted(reading, path)
        }
        folders[path] = folder
        unreadable.merge(folder.unreadable) { _, new in new }
        var done = 0
        for inner in folder.inner {
            found.append(contentsOf: folder.found[done...inner.index])
            done = inner.index + 1
            let one = folder.found[inner.index]
            try enter(inner.name, of: descriptor, one.bytes, one.entry.path, depth)
        }
        if done < folder.found.count { found.append(contentsOf: folder.found[done...]) }
    }

    private func sorted(_ reading: FolderReading, _ path: [UInt8]) -> Folder {
        var folder = Folder(reading: reading)
        for one in reading.entries {
            let bytes = path.isEmpty ? one.bytes : path + [UInt8(ascii: "/")] + one.bytes
            let text = String(decoding: bytes, as: UTF8.self)
            guard let facts = one.facts else {
                folder.unreadable[text] =
                    "user \(Account.me) may not enter its folder; let that user enter it"
                continue
            }
            let name = one.name
            var entry = facts.entry(at: text)
            entry.isNameText = name != nil
            folder.found.append(Found(entry: entry, bytes: bytes, facts: facts))
            guard facts.kind == .folder else { continue }
            guard let name else {
                folder.unreadable[text] = "its name is not UTF-8"
                continue
            }
            if !ignore.ignores(name) { folder.inner.append((folder.found.count - 1, name)) }
        }
        return folder
    }

    private mutating func enter(
        _ name: String, of folder: Descriptor, _ bytes: [UInt8], _ text: String, _ depth: Int
    ) throws(FileError) {
        guard depth + 1 < Self.depthMax else {
            unreadable[text] = "more than \(Self.depthMax) folders deep"
            return
        }
        onFolder(bytes)
        do throws(FileError) {
            try read(try folder.folder(name), path: bytes, depth: depth + 1)
        } catch {
            switch error.code {
            case ENOENT: isSame = false  // gone since its parent was read
            case EMFILE, ENFILE, ENOMEM: throw error
            default:
                let failure = Failure(error)
                unreadable[text] = failure.message + "; " + failure.advice
            }
        }
    }
}
