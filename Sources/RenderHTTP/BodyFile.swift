import Glibc

/// A file of a request body that must stay as it was when the call was made.
///
/// Owns a descriptor, open only while the file is being read.
final class BodyFile {
    private struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int
        var changedSeconds: Int
        var changedNanoseconds: Int

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int(status.st_size)
            changedSeconds = status.st_mtim.tv_sec
            changedNanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let path: String
    private let length: Int
    private let identity: Identity
    private var descriptor: Int32 = -1
    private var left: Int

    /// - Throws: `BodyChanged` where the path is no regular file of `length` bytes.
    init(path: String, length: Int) throws(BodyChanged) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw BodyChanged(path: path, reason: "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BodyChanged(path: path, reason: "is not a file") }
        identity = Identity(status)
        guard identity.size == length else { throw BodyChanged(path: path, reason: "has another size") }
        self.path = path
        self.length = length
        left = length
    }

    deinit { close() }

    /// Starts again at the first byte.
    func rewind() {
        close()
        left = length
    }

    /// Fills the buffer, or as much of it as the file still has; 0 at the end. The file's last bytes are given out only
    /// after it has been seen unchanged.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(BodyChanged) -> Int {
        if descriptor < 0 {
            guard left > 0 else { return 0 }
            // O_NONBLOCK: the name may belong to a pipe by now, and opening one must not hang the thread.
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { throw BodyChanged(path: path, reason: "cannot be read") }
            try checkUnchanged()
        }
        let wanted = min(buffer.count, left)
        var filled = 0
        while filled < wanted {
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, wanted - filled)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw BodyChanged(path: path, reason: "became shorter or cannot be read") }
            filled += count
        }
        left -= filled
        if left == 0 {
            try checkUnchanged()
            close()
        }
        return filled
    }

    private func checkUnchanged() throws(BodyChanged) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Identity(status) == identity else {
            throw BodyChanged(path: path, reason: "changed while it was sent")
        }
    }

    private func close() {
        guard descriptor >= 0 else { return }
        _ = Glibc.close(descriptor)  // opened for reading: nothing can be lost
        descriptor = -1
    }
}

/// A file of a request body is no longer what the call described.
struct BodyChanged: Error, Equatable {
    let path: String
    let reason: String
}
