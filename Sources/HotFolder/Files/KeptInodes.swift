import Glibc
import Synchronization

/// Knows which devices keep a file's inode number while the file exists.
///
/// Each device is tested once. If its number is later given to another mount, the old answer stays: at worst inodes are
/// not compared where they could be, or are compared as on a local disk.
enum KeptInodes {
    private static let known = Mutex<[UInt64: Bool]>([:])

    static func areKept(on device: UInt64, near raw: Int32?) -> Bool {
        if let answer = known.withLock({ $0[device] }) { return answer }
        // A mount point lies in a folder of another device, whose kind says nothing about it.
        var info = stat()
        guard let raw, fstat(raw, &info) == 0, UInt64(info.st_dev) == device else { return true }
        let answer = !FileSystemKind.of(raw).isShare
        known.withLock { $0[device] = answer }
        return answer
    }
}
