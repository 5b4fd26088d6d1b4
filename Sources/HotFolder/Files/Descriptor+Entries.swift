import Glibc
import RenderCore

/// One name in a folder.
struct FolderEntry: Sendable {
    /// The name's bytes on the file system.
    var bytes: [UInt8]
    /// Nil if `stat` failed.
    var facts: FileFacts?

    /// Nil if the name is not UTF-8.
    var name: String? { String(validating: bytes, as: UTF8.self) }
}

/// What one folder held when it was last read.
struct FolderReading {
    /// In the order in which the system returned them.
    fileprivate var raw: [FolderEntry] = []
    /// In the order of their bytes.
    fileprivate(set) var entries: [FolderEntry] = []
}

extension Descriptor {
    /// All names in this folder, in byte order.
    ///
    /// Any error is thrown: half a listing would make files look deleted.
    func entries() throws(FileError) -> [FolderEntry] { try reading(since: nil).reading.entries }

    /// Like `entries`. If nothing has changed since `before`, nothing is copied or sorted: the cost is one `stat` for
    /// each name.
    ///
    /// - Returns: `isSame` if the folder has the same names with the same facts.
    func reading(since before: FolderReading?) throws(FileError) -> (reading: FolderReading, isSame: Bool) {
        var raw: [FolderEntry]?  // nil while everything is as it was
        var index = 0
        try forEachName { name in
            let known = before.flatMap { index < $0.raw.count ? $0.raw[index] : nil }
            guard let one = look(at: name, known: known) else { return }
            if raw == nil, let known, one.isKnown(known) {
                index += 1
                return
            }
            if raw == nil { raw = before.map { Array($0.raw.prefix(index)) } ?? [] }
            index += 1
            raw?.append(one)
        }
        if raw == nil, let before, index == before.raw.count { return (before, true) }
        let all = raw ?? before.map { Array($0.raw.prefix(index)) } ?? []
        return (FolderReading(raw: all, entries: all.sorted { $0.precedes($1) }), false)
    }

    /// The names in this folder, as the system returns them; without a `stat`.
    func names() throws(FileError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        try forEachName { name in found.append(Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))) }
        return found
    }

    /// `foldedName` of every entry.
    func foldedNames() throws(FileError) -> Set<String> {
        Set(try names().compactMap { String(validating: $0, as: UTF8.self)?.foldedName })
    }

    private func forEachName(_ body: (UnsafePointer<CChar>) -> Void) throws(FileError) {
        // A second descriptor, because `closedir` closes the one it was given, and both share a position.
        let copy = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw FileError(errno: errno, "list", path, place == .users ? .subfolder : .folder) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw FileError(errno: code, "list", path, place == .users ? .subfolder : .folder)
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else {
                    throw FileError(errno: errno, "list", path, place == .users ? .subfolder : .folder)
                }
                return
            }
            withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) { name in
                    if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { body(name) }
                }
            }
        }
    }

    /// - Parameter known: an entry that may be the same; if so, its copy of the name is reused.
    private func look(at name: UnsafePointer<CChar>, known: FolderEntry?) -> FolderEntry? {
        let count = strlen(name)
        let bytes: [UInt8]
        if let known, known.bytes.count == count, known.bytes.withUnsafeBytes({ isSame($0, name, count) }) {
            bytes = known.bytes
        } else {
            bytes = Array(UnsafeRawBufferPointer(start: name, count: count))
        }
        PieceOfWork.goesOn()
        var info = stat()
        if fstatat(raw, name, &info, AT_SYMLINK_NOFOLLOW) == 0 {
            return FolderEntry(bytes: bytes, facts: FileFacts(info, near: raw))
        }
        return errno == ENOENT ? nil : FolderEntry(bytes: bytes, facts: nil)  // gone since: not an entry any more
    }

    private func isSame(_ bytes: UnsafeRawBufferPointer, _ name: UnsafePointer<CChar>, _ count: Int) -> Bool {
        bytes.baseAddress.map { memcmp($0, name, count) == 0 } ?? (count == 0)
    }
}

extension FolderEntry {
    fileprivate func isKnown(_ other: FolderEntry) -> Bool { facts == other.facts && bytes == other.bytes }

    /// By bytes.
    fileprivate func precedes(_ other: FolderEntry) -> Bool {
        bytes.withUnsafeBytes { left in
            other.bytes.withUnsafeBytes { right in
                guard let start = left.baseAddress, let end = right.baseAddress else { return left.count < right.count }
                let order = memcmp(start, end, min(left.count, right.count))
                return order == 0 ? left.count < right.count : order < 0
            }
        }
    }
}
