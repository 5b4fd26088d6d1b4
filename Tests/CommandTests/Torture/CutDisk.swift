import Foundation
import Glibc
import RenderTestSupport
import Synchronization

/// A file system in a file, whose power can be cut: then only what had reached the disk is still there.
///
/// What programs have written and not flushed stands in the kernel's memory. A copy of the file has what the file system has sent to its
/// disk. Mounted in place of the original, it is the file system after a power cut.
final class CutDisk: Sendable {
    /// Each has its own rules about what a flush keeps: see `NameOrder`. ext4 without a journal is left out: a power cut can damage the
    /// file system itself, folders that were flushed long before included.
    enum Kind: String, Sendable, CaseIterable {
        case ext4
        case xfs
        case btrfs

        /// Those that this machine can make and mount.
        static let usable: [Kind] = allCases.filter { kind in
            guard getuid() == 0, let place = try? TemporaryDirectory("renderdrop-disk") else { return false }
            guard let disk = try? CutDisk(kind, at: place("disk")) else { return false }
            defer { disk.unmount() }
            return (try? disk.cut()) != nil
        }

        fileprivate func make(_ image: String) throws {
            // Nearly all of it is a hole. XFS refuses less than 300 MB.
            try Tools.run(["truncate", "-s", "512M", image])
            switch self {
            case .ext4: try Tools.run(["mkfs.ext4", "-q", "-J", "size=8", image])
            case .xfs: try Tools.run(["mkfs.xfs", "-q", image])
            case .btrfs: try Tools.run(["mkfs.btrfs", "-q", "-M", image])
            }
        }
    }

    private let target: String
    private let place: TemporaryDirectory
    private let cuts = Mutex(0)
    private var image: String { place("disk-\(cuts.withLock { $0 })") }

    /// - Parameter target: the folder that it is mounted at.
    init(_ kind: Kind, at target: String) throws {
        self.target = target
        place = try TemporaryDirectory("renderdrop-disk")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try kind.make(image)
        try mount()
    }

    /// Everything that was not on the disk is lost. No process may use the folder.
    func cut() throws {
        let former = image
        cuts.withLock { $0 += 1 }
        // A copy during which the system wrote is one of no moment.
        try Tools.run([
            "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do cp --sparse=always $0 $1; cmp -s $0 $1 && exit; done; exit 1",
            former,
            image,
        ])
        unmount()
        try Tools.run(["rm", former])
        try mount()
    }

    /// Brings everything to the disk, as a careful program does with what it drops.
    func flush() throws { try Tools.run(["sync", "-f", target]) }

    func unmount() { umount2(target, Int32(MNT_DETACH)) }

    private func mount() throws { try Tools.run(["mount", "-o", "loop", image, target]) }
}
