import Glibc
import RenderCore

/// One walk through the inbox and its sub-folders.
struct InboxWalk {
    static let depthMax = 16

    let ignore: IgnoreList
    /// Called with each folder before it is read.
    let onFolder: ([UInt8]) -> Void
    private(set) var found: [(entry: InboxEntry, bytes: [UInt8], facts: FileFacts)] = []
    private(set) var unreadable: [String: String] = [:]

    init(ignore: IgnoreList, onFolder: @escaping ([UInt8]) -> Void) {
        self.ignore = ignore
        self.onFolder = onFolder
    }

    mutating func run(_ top: Descriptor) throws(FileError) {
        onFolder([])
        try read(top, path: [], depth: 0)
    }

    private mutating func read(_ folder: Descriptor, path: [UInt8], depth: Int) throws(FileError) {
        for one in try folder.entries() {
            let bytes = path.isEmpty ? one.bytes : path + [UInt8(ascii: "/")] + one.bytes
            let text = String(decoding: bytes, as: UTF8.self)
            guard let facts = one.facts else {
                unreadable[text] = "renderdrop's user may not look at it"
                continue
            }
            var entry = facts.entry(at: text)
            entry.isNameText = one.name != nil
            found.append((entry, bytes, facts))
            guard facts.kind == .folder else { continue }
            guard let name = one.name else {
                unreadable[text] = "its name is not UTF-8"
                continue
            }
            if !ignore.ignores(name) { try enter(name, of: folder, bytes, text, depth) }
        }
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
            case ENOENT: return  // gone since its parent was read
            case EMFILE, ENFILE, ENOMEM: throw error
            default: unreadable[text] = Failure(error).message
            }
        }
    }
}
