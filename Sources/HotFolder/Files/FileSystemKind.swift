import CLinux
import Glibc

/// The kind of file system that a folder is on. On a share, changes made elsewhere raise no event, inode numbers may
/// change, and a call may hang.
public enum FileSystemKind: Sendable, Equatable, CustomStringConvertible {
    case local(String)
    case share(String)
    /// The magic number of another file system; it counts as a share where that is the safer choice.
    case unknown(UInt32)

    /// Nil where the folder cannot be asked. Blocks while a share hangs.
    public static func of(path: String) -> FileSystemKind? {
        var type = 0
        return clinux_filesystem_type(path, &type) == 0 ? FileSystemKind(magic: type) : nil
    }

    static func of(_ descriptor: Descriptor) -> FileSystemKind { of(descriptor.raw) }

    static func of(_ raw: Int32) -> FileSystemKind {
        var type = 0
        return clinux_filesystem_type_of(raw, &type) == 0 ? FileSystemKind(magic: type) : .unknown(0)
    }

    /// - Source: linux/magic.h and statfs(2).
    public init(magic: Int) {
        // A long: numbers with the highest bit set may come with their sign extended.
        let number = UInt32(truncatingIfNeeded: magic)
        if let name = Self.shares[number] {
            self = .share(name)
        } else if let name = Self.locals[number] {
            self = .local(name)
        } else {
            self = .unknown(number)
        }
    }

    /// Whether events are not to be trusted.
    public var isShare: Bool {
        switch self {
        case .local: false
        case .share, .unknown: true
        }
    }

    /// Whether it certainly is a share: the state must not lie there.
    public var isSurelyShare: Bool {
        switch self {
        case .share: true
        case .local, .unknown: false
        }
    }

    public var description: String {
        switch self {
        case .local(let name), .share(let name): name
        case .unknown(let magic): "file system 0x\(String(magic, radix: 16))"
        }
    }

    private static let shares: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB (cifs)", 0xFE53_4D42: "SMB", 0x6573_5546: "FUSE",
        0x0102_1997: "9p", 0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph",
        0x564C: "NCP", 0x7461_636F: "OCFS2", 0x0116_1970: "GFS2", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS",
        0x786F_4256: "VirtualBox shared folder", 0xBACB_ACBC: "VMware shared folder", 0x0187: "autofs",
        0x1983_0326: "BeeGFS",
    ]

    private static let locals: [UInt32: String] = [
        0xEF53: "ext4", 0x5846_5342: "XFS", 0x9123_683E: "Btrfs", 0x0102_1994: "tmpfs", 0x794C_7630: "overlay",
        0xF2F5_2010: "F2FS", 0x2FC1_2FC1: "ZFS", 0xCA45_1A4E: "bcachefs", 0x4D44: "FAT", 0x2011_BAB0: "exFAT",
        0x5346_544E: "NTFS", 0x7366_746E: "NTFS", 0x482B: "HFS+", 0x8584_58F6: "ramfs", 0x3153_464A: "JFS",
        0x5265_4973: "ReiserFS",
    ]
}
