import Glibc
import Hashing
import RenderCore

/// A file of a request body that must be what it was when the call was made.
///
/// With a digest, size and digest decide: inode and time move by themselves on some file systems (rclone's cache, FUSE). Owns a
/// descriptor, open only while the file is being read.
final class BodyFile {
    private struct Version: Equatable {
        var size: Int
        var changedSeconds: Int
        var changedNanoseconds: Int

        init(_ status: stat) {
            size = Int(status.st_size)
            changedSeconds = status.st_mtim.tv_sec
            changedNanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let path: String
    private let length: Int
    private let version: Version
    private let sha256: String?
    private var hash: RunningSHA256?
    private var descriptor: Int32 = -1
    private var left: Int

    /// - Throws: `BodyChanged` where the path is no regular file of `length` bytes.
    init(path: String, length: Int, sha256: String?) throws(BodyChanged) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw BodyChanged(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BodyChanged(path: path, reason: "is not a regular file") }
        version = Version(status)
        guard version.size == length else { throw BodyChanged(path: path, reason: "has a different size now") }
        self.path = path
        self.length = length
        self.sha256 = sha256
        left = length
    }

    deinit { close() }

    /// Starts again at the first byte.
    func rewind() {
        close()
        left = length
    }

    /// Fills the buffer, or as much of it as the file still has; 0 at the end. The file's last bytes are given out only
    /// after all of them proved to be the ones that were meant.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(BodyChanged) -> Int {
        if descriptor < 0 {
            guard left > 0 else { return 0 }
            try begin()
        }
        let wanted = min(buffer.count, left)
        var filled = 0
        while filled < wanted {
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, wanted - filled)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw BodyChanged(path: path, errno: errno) }
            guard count > 0 else { throw BodyChanged(path: path, reason: "became shorter while it was sent") }
            filled += count
        }
        if let hash, !hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) { throw hashFailed }
        left -= filled
        if left == 0 {
            try finish()
            close()
        }
        return filled
    }

    private func begin() throws(BodyChanged) {
        // O_NONBLOCK: the name may belong to a pipe by now, and opening one must not hang the thread.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw BodyChanged(path: path, errno: errno) }
        guard sha256 != nil else { return try checkVersion() }
        guard let hash = RunningSHA256() else { throw hashFailed }
        self.hash = hash
    }

    private func finish() throws(BodyChanged) {
        guard let sha256 else { return try checkVersion() }
        guard let found = hash?.finish() else { throw hashFailed }
        guard found == sha256 else { throw BodyChanged(path: path, reason: "has different contents now") }
    }

    private func checkVersion() throws(BodyChanged) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Version(status) == version else {
            throw BodyChanged(path: path, reason: "changed while it was sent")
        }
    }

    private var hashFailed: BodyChanged { BodyChanged(path: path, errno: ENOMEM) }

    private func close() {
        hash = nil
        guard descriptor >= 0 else { return }
        _ = Glibc.close(descriptor)  // opened for reading: nothing can be lost
        descriptor = -1
    }
}

/// A file of a request body is no longer what the call described, or cannot be read.
struct BodyChanged: Error, Equatable {
    let path: String
    let reason: String
    /// `.bodyChanged`, or `.bodyUnreadable` where waiting may help.
    let code: TransportError.Code

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
        code = .bodyChanged
    }

    /// A file that is not there is another job's trouble; a disk or a share that does not answer comes back.
    init(path: String, errno: Int32) {
        self.path = path
        reason = "cannot be read (\(String(cString: strerror(errno))))"
        code = [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(errno) ? .bodyChanged : .bodyUnreadable
    }
}
