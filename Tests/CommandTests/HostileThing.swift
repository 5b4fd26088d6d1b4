import Foundation
import Glibc

/// What a line of the corpus's table drops: bytes, or something that is no file.
enum HostileThing: Sendable {
    case bytes([UInt8])
    /// So many bytes that are nowhere on the disk.
    case sparse(Int)
    case link([UInt8])
    case fifo, socket, device, folder

    /// Makes it at a path that is free.
    func make(at path: [UInt8]) throws {
        let code: Int32 =
            switch self {
            case .bytes(let bytes): try Self.write(bytes, bytes.count, at: path)
            case .sparse(let count): try Self.write([], count, at: path)
            case .link(let target): withPath(target) { target in withPath(path) { symlink(target, $0) } }
            case .fifo: withPath(path) { mkfifo($0, 0o644) }
            case .folder: withPath(path) { mkdir($0, 0o755) }
            // As `mknod` makes them, the socket without anybody behind it.
            case .socket: withPath(path) { mknod($0, S_IFSOCK | 0o644, 0) }
            // `/dev/zero` again; a pipe where only root may make devices.
            case .device: withPath(path) { mknod($0, (geteuid() == 0 ? S_IFCHR : S_IFIFO) | 0o666, 0x0105) }
            }
        guard code == 0 else {
            throw Late(description: "cannot make \(String(decoding: path, as: UTF8.self)): \(errno)")
        }
    }

    /// Whether this is what stands there, unchanged.
    func stands(at path: [UInt8]) -> Bool {
        var facts = stat()
        guard withPath(path, { lstat($0, &facts) }) == 0 else { return false }
        return switch self {
        case .bytes(let bytes): facts.st_mode & S_IFMT == S_IFREG && Self.read(path) == bytes
        case .sparse(let count): facts.st_mode & S_IFMT == S_IFREG && Int(facts.st_size) == count
        case .link: facts.st_mode & S_IFMT == S_IFLNK
        case .fifo: facts.st_mode & S_IFMT == S_IFIFO
        case .socket: facts.st_mode & S_IFMT == S_IFSOCK
        case .device: facts.st_mode & S_IFMT == (geteuid() == 0 ? S_IFCHR : S_IFIFO)
        case .folder: facts.st_mode & S_IFMT == S_IFDIR
        }
    }

    /// More is not read: the sparse ones are larger than any memory.
    private static let bytesMax = 128 << 20

    static func read(_ path: [UInt8]) -> [UInt8]? {
        let raw = withPath(path) { open($0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) }
        guard raw >= 0 else { return nil }
        defer { close(raw) }
        var facts = stat()
        guard fstat(raw, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= bytesMax else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(raw, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            guard count > 0 else { return nil }
            done += count
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], _ count: Int, at path: [UInt8]) throws -> Int32 {
        let raw = withPath(path) { open($0, O_WRONLY | O_CREAT | O_EXCL, 0o644) }
        guard raw >= 0 else { return -1 }
        defer { close(raw) }
        guard Glibc.write(raw, bytes, bytes.count) == bytes.count else { return -1 }
        return ftruncate(raw, off_t(count))
    }
}

/// A path of any bytes, as the system's calls take it.
func withPath<Value>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
    let units = path.map { CChar(bitPattern: $0) } + [0]
    return units.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { preconditionFailure("an array of one byte or more has an address") }
        return body(start)
    }
}
