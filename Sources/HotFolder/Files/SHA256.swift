import Glibc
import Hashing
import RenderCore

/// A running SHA-256 that reports failures as a file error.
final class SHA256 {
    private let running: RunningSHA256

    init() throws(FileError) {
        guard let running = RunningSHA256() else { throw FileError(errno: ENOMEM, "hash", "a file") }
        self.running = running
    }

    func restart() throws(FileError) { try check(running.restart()) }

    func update(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try check(running.update(bytes)) }

    /// Lower-case hexadecimal. Afterwards only `restart` may be called.
    func finish() throws(FileError) -> String {
        guard let digest = running.finish() else { throw FileError(errno: EIO, "hash", "a file") }
        return digest
    }

    private func check(_ isDone: Bool) throws(FileError) {
        guard isDone else { throw FileError(errno: EIO, "hash", "a file") }
    }
}

/// The result of reading a file once.
struct FileDigest {
    var bytes: Int
    var sha256: String
    /// Taken from the bytes that were hashed, even if the file changes.
    var sample: MediaSample

    /// Reads a file to its end.
    ///
    /// - Parameter copy: every byte is also written there.
    static func of(_ file: Descriptor, copyingTo copy: Descriptor? = nil) throws(FileError) -> FileDigest {
        let hash = try SHA256()
        var ends = SampleCollector()
        try file.forEachChunk { (chunk) throws(FileError) in
            try hash.update(chunk)
            try copy?.write(chunk)
            ends.add(chunk)
        }
        let sha256 = try hash.finish()
        let sample = try copy == nil ? ends.sample(of: file) : ends.sample
        return FileDigest(bytes: ends.bytes, sha256: sha256, sample: sample)
    }

    /// Whether a file still has the bytes that were hashed: immediately if `stat` shows no change, otherwise by reading
    /// it again. On some file systems (rclone's cache, FUSE) inode and time change without a reason.
    ///
    /// - Parameter before: the facts of the file when it was hashed.
    func isStill(_ file: Descriptor, as before: FileFacts) throws(FileError) -> Bool {
        let now = try file.facts()
        guard now.bytes == bytes else { return false }
        if now.isSameVersion(as: before), before.bytes == bytes { return true }
        guard lseek(file.raw, 0, SEEK_SET) == 0 else { throw FileError(errno: errno, "read", file.path) }
        let again = try FileDigest.of(file)
        return again.bytes == bytes && again.sha256 == sha256
    }
}
