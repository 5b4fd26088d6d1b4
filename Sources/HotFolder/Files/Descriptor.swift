import Glibc
import RenderCore

/// Owns one open file or folder. Everything below a folder is opened through its descriptor, one component at a time
/// and never through a link, so that nobody can replace a part of the path meanwhile.
final class Descriptor: Sendable {
    /// The kind of place, which decides whom an error concerns.
    enum Place: Sendable { case ours, usersTop, users }

    let raw: Int32
    /// For messages only.
    let path: String
    let place: Place

    init(adopting raw: Int32, path: String, place: Place = .ours) {
        self.raw = raw
        self.path = path
        self.place = place
    }

    deinit { close(raw) }

    /// Opens a folder that the configuration names; links on the way are allowed.
    ///
    /// - Parameter isUsers: the inbox or an asset folder: an error below it concerns only that file or sub-folder.
    static func folder(at path: String, isUsers: Bool = false) throws(FileError) -> Descriptor {
        PieceOfWork.opens(path)
        let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw FileError(errno: errno, "open", path, .folder) }
        return Descriptor(adopting: raw, path: path, place: isUsers ? .usersTop : .ours)
    }

    /// What an error about this folder itself, or a file of ours in it, concerns.
    var own: FileError.Subject { place == .users ? .subfolder : .folder }
    /// What an error about an entry of this folder concerns.
    private var entry: FileError.Subject { place == .ours ? .file : .usersFile }
    private var placeBelow: Place { place == .ours ? .ours : .users }

    // MARK: Folders

    func folder(_ name: String) throws(FileError) -> Descriptor {
        PieceOfWork.goesOn()
        let raw = openat(self.raw, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        let code = errno
        guard raw >= 0 else {
            // With O_DIRECTORY a link is ENOTDIR.
            if code == ENOTDIR || code == ELOOP, let facts = try facts(of: name) {
                throw FileError(.notAFile(facts.kind), "open", below(name), place == .ours ? .file : .subfolder)
            }
            let isShut = code == EACCES || code == EPERM  // a folder needs other rights than a file
            throw FileError(errno: code, "open", below(name), place == .ours && !isShut ? .file : .subfolder).about(
                rights(of: name))
        }
        return Descriptor(adopting: raw, path: below(name), place: placeBelow)
    }

    /// The facts that explain a refusal; nil if even `stat` is refused.
    private func rights(of name: String) -> FileFacts? { try? facts(of: name) }

    /// Creates a folder, with no permissions for others yet.
    /// - Returns: false if the name exists.
    @discardableResult
    func makeFolder(_ name: String, mode: mode_t = 0o700) throws(FileError) -> Bool {
        guard mkdirat(raw, name, mode) < 0 else { return true }
        guard errno == EEXIST else { throw FileError(errno: errno, "make", below(name), own) }
        return false
    }

    /// Opens a folder, and creates it where it is missing, as `makeFolder` does. As a rule it is there.
    func folderOrNew(_ name: String) throws(FileError) -> (folder: Descriptor, isNew: Bool) {
        do throws(FileError) {
            return (try folder(name), false)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        let made = try makeFolder(name)
        return (try folder(name), made)
    }

    /// - Returns: false if it is not empty; a missing folder counts as removed.
    @discardableResult
    func removeFolder(_ name: String) throws(FileError) -> Bool {
        guard unlinkat(raw, name, AT_REMOVEDIR) < 0, errno != ENOENT else { return true }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw FileError(errno: errno, "remove", below(name), entry) }
        return false
    }

    /// A missing file counts as removed, also if a share removed it and lost the answer.
    func remove(_ name: String) throws(FileError) {
        guard unlinkat(raw, name, 0) < 0, errno != ENOENT else { return }
        let code = errno
        var info = stat()
        guard fstatat(raw, name, &info, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT else { return }
        throw FileError(errno: code, "remove", below(name), entry)
    }

    // MARK: Files

    /// Opens a regular file for reading. In a users' folder anything else is refused before it is opened, because opening a device
    /// can trigger an action.
    func file(_ name: String) throws(FileError) -> Descriptor { try opened(name).file }

    /// The same, with what it is.
    func opened(_ name: String) throws(FileError) -> (file: Descriptor, facts: FileFacts) {
        // Nobody has put a device into a folder of ours.
        let before = place == .ours ? nil : try regularFile(name)
        let raw = openat(self.raw, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard raw >= 0 else {
            let code = errno
            // What it is explains the refusal.
            let known = if let before { before } else { code == ENOENT ? nil : try regularFile(name) }
            throw FileError(errno: code, "open", below(name), entry).about(known)
        }
        let file = Descriptor(adopting: raw, path: below(name), place: placeBelow)
        let facts = try file.facts()
        guard facts.kind == .file else { throw FileError(.notAFile(facts.kind), "open", below(name), entry) }
        return (file, facts)
    }

    /// The facts of a regular file. Throws where there is none, or something else.
    private func regularFile(_ name: String) throws(FileError) -> FileFacts {
        guard let facts = try facts(of: name) else { throw FileError(errno: ENOENT, "open", below(name), entry) }
        guard facts.kind == .file else { throw FileError(.notAFile(facts.kind), "open", below(name), entry) }
        return facts
    }

    /// Opens or creates one of our own files for reading and writing.
    ///
    /// - Parameter flags: further flags of `open`, such as `O_EXCL` or `O_APPEND`.
    func ownFile(_ name: String, flags: Int32 = 0) throws(FileError) -> Descriptor {
        let raw = openat(
            self.raw, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags, 0o600)
        // The facts only explain the error; without them it is told all the same.
        guard raw >= 0 else { throw FileError(errno: errno, "write", below(name), own).about(try? facts()) }
        // What is wrong with a file of ours is wrong with the folder that it lies in.
        let file = Descriptor(adopting: raw, path: below(name), place: place)
        let kind = try file.facts().kind
        guard kind == .file else { throw FileError(.notAFile(kind), "write", below(name), entry) }
        return file
    }

    /// Creates one of our own files for writing; `EEXIST` if anything has the name.
    func newFile(_ name: String) throws(FileError) -> Descriptor {
        let raw = openat(self.raw, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        // The facts only explain the error; without them it is told all the same.
        guard raw >= 0 else { throw FileError(errno: errno, "write", below(name), own).about(try? facts()) }
        return Descriptor(adopting: raw, path: below(name), place: place)
    }

    func facts() throws(FileError) -> FileFacts {
        var info = stat()
        guard fstat(raw, &info) == 0 else { throw FileError(errno: errno, "look at", path, entry) }
        return FileFacts(info, near: raw)
    }

    /// The facts of the entry with this name, of a link itself; nil if there is none.
    func facts(of name: String) throws(FileError) -> FileFacts? {
        PieceOfWork.goesOn()
        var info = stat()
        guard fstatat(raw, name, &info, AT_SYMLINK_NOFOLLOW) < 0 else { return FileFacts(info, near: raw) }
        guard errno == ENOENT else { throw FileError(errno: errno, "look at", below(name), entry) }
        return nil
    }

    // MARK: Bytes

    /// - Returns: how many bytes were read; zero at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        while true {
            PieceOfWork.goesOn()
            let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileError(errno: errno, "read", path, entry) }
        }
    }

    /// Reads from the descriptor's position to the end.
    func readAll(bytesMax: Int) throws(FileError) -> [UInt8] {
        let bytes = try readPrefix(bytesMax == .max ? bytesMax : bytesMax + 1)
        guard bytes.count <= bytesMax else { throw FileError(.tooLarge(bytesMax: bytesMax), "read", path, entry) }
        return bytes
    }

    /// At most that many bytes.
    func readPrefix(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachChunk(limit: count) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Up to `count` bytes from `offset`, independent of the descriptor's position; fewer at the end.
    func read(from offset: Int, count: Int) throws(FileError) -> [UInt8] {
        guard lseek(raw, off_t(offset), SEEK_SET) >= 0 else { throw FileError(errno: errno, "read", path, entry) }
        return try readPrefix(count)
    }

    /// Reads to the end, or to a limit, in pieces of up to a mebibyte.
    func forEachChunk(
        limit: Int = .max, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Void
    ) throws(FileError) {
        // Most files are small. A large buffer is worth its pages once a small one was full.
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, min(limit, 1 << 16)), alignment: 16)
        defer { buffer.deallocate() }
        var left = limit
        while left > 0 {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)]))
            if count == 0 { return }
            left -= count
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if count == buffer.count, left > buffer.count, buffer.count < 1 << 20 {
                buffer.deallocate()
                buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(left, 1 << 20), alignment: 16)
            }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            PieceOfWork.goesOn()
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(raw, part.baseAddress, part.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError(errno: errno, "write", path, own)
            }
        }
    }

    func write(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Flushes a file to the disk. After an error the data may not be there.
    func flush() throws(FileError) {
        PieceOfWork.flushes()
        defer { PieceOfWork.goesOn() }
        while fsync(raw) < 0 {
            guard errno == EINTR else { throw FileError(errno: errno, "flush", path, own) }
        }
    }

    /// Flushes a folder's entries. Some network file systems cannot do this and need not: their server does it.
    func flushEntries() throws(FileError) {
        do throws(FileError) {
            try flush()
        } catch {
            guard let code = error.code, [EINVAL, ENOTSUP, EBADF, ENOSYS].contains(code) else { throw error }
        }
    }

    /// Whether it is on a read-only mount, where nothing needs a flush.
    var isReadOnly: Bool {
        var info = statvfs()
        return fstatvfs(raw, &info) == 0 && info.f_flag & 1 != 0  // ST_RDONLY
    }

    /// Whether entries of this folder may be created and removed, as far as its permissions show.
    var isWritable: Bool { faccessat(raw, ".", W_OK | X_OK, AT_EACCESS) == 0 }

    func below(_ name: String) -> String { path + "/" + name }
}
