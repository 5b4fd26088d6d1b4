import Glibc
import RenderCore

/// One name in a folder.
struct FolderEntry: Sendable {
    /// As the file system has it.
    var bytes: [UInt8]
    /// Nil where it could not be looked at.
    var facts: FileFacts?

    /// Nil where the name is not UTF-8.
    var name: String? { String(validating: bytes, as: UTF8.self) }
}

extension Descriptor {
    /// All names in this folder, in the order of their bytes.
    ///
    /// An error on the way is thrown: half a listing would make files look deleted.
    func entries() throws(FileError) -> [FolderEntry] {
        // A second descriptor, because `closedir` closes the one it was given, and both share a position.
        let copy = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw FileError(errno: errno, "list", path, .folder) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw FileError(errno: code, "list", path, .folder)
        }
        defer { closedir(stream) }
        var found: [FolderEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileError(errno: errno, "list", path, .folder) }
                break
            }
            let one = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) { name in
                    look(at: name)
                }
            }
            if let one { found.append(one) }
        }
        return found.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// `foldedName` of everything here.
    func foldedNames() throws(FileError) -> Set<String> {
        Set(try entries().compactMap { $0.name?.foldedName })
    }

    private func look(at name: UnsafePointer<CChar>) -> FolderEntry? {
        let count = strlen(name)
        let bytes = UnsafeRawBufferPointer(start: name, count: count).map { $0 }
        if bytes == [0x2E] || bytes == [0x2E, 0x2E] { return nil }
        var info = stat()
        if fstatat(raw, name, &info, AT_SYMLINK_NOFOLLOW) == 0 {
            return FolderEntry(bytes: bytes, facts: FileFacts(info))
        }
        return errno == ENOENT ? nil : FolderEntry(bytes: bytes, facts: nil)  // gone since: not an entry any more
    }
}
