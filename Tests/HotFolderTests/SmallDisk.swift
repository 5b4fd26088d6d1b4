import Foundation
import Glibc

/// A tmpfs of a given size.
struct SmallDisk {
    let path: String

    /// Tried once, because a container may refuse mounts even to root.
    static let isAllowed: Bool = {
        guard getuid() == 0 else { return false }
        var template = Array("/tmp/renderdrop-mount-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return false }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        guard let disk = try? SmallDisk(at: path, kilobytes: 64) else { return false }
        disk.unmount()
        return true
    }()

    init(at path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("renderdrop-test", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { throw POSIXError(.EPERM) }
    }

    func unmount() { umount2(path, Int32(MNT_DETACH)) }
}
