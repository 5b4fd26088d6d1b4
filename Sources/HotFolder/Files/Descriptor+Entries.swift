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

extension Descriptor {
    /// All names in this folder, in byte order.
    ///
    /// Any error is thrown: half a listing would make files look deleted.
    func entries() throws(FileError) -> [FolderEntry] {
        var found: [FolderEntry] = []
        try forEachName { name in
            if let one = look(at: name) { found.append(one) }
        }
        return found.sorted { $0.precedes($1) }
    }

    /// The entry with this name; nil if there is none.
    func entry(_ name: [UInt8]) -> FolderEntry? {
        (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.flatMap { look(at: $0) } }
        }
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

    private func look(at name: UnsafePointer<CChar>) -> FolderEntry? {
        let bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        PieceOfWork.goesOn()
        var info = stat()
        if fstatat(raw, name, &info, AT_SYMLINK_NOFOLLOW) == 0 {
            return FolderEntry(bytes: bytes, facts: FileFacts(info, near: raw))
        }
        return errno == ENOENT ? nil : FolderEntry(bytes: bytes, facts: nil)  // gone since: not an entry any more
    }
}

extension FolderEntry {
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
