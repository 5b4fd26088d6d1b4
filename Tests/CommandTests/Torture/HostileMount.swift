import Foundation
import Glibc
import RenderTestSupport

/// What a workspace's folder can lie on. Each is mounted where the folder is, so that renderdrop's settings stay the same.
enum HostileMount: String, Sendable, CaseIterable {
    case disk
    case tmpfs
    case bindfs
    /// A FUSE mount whose inodes change at every look and whose times lose their fraction after a second.
    case moving
    /// As `moving`, with old listings, without hard links, and every seventh rename and unlink reports a failure though it was done.
    case lying
    /// A loop device with exFAT: no owners, no links, coarse times.
    case exfat
    /// `rclone mount --vfs-cache-mode full`.
    case rclone
    /// A container's writable layer.
    case overlay

    /// Why it cannot be mounted here; nil where it can. Each is tried once.
    var hindrance: String? { Self.hindrances[self] ?? nil }

    private static let hindrances: [HostileMount: String?] = Dictionary(
        uniqueKeysWithValues: allCases.map { kind in (kind, kind.tried()) })

    private func tried() -> String? {
        guard getuid() == 0 else { return "\(rawValue) needs root" }
        do {
            let place = try TemporaryDirectory("renderdrop-mount")
            let mounts = Mounts(place)
            defer { mounts.unmountAll() }
            try mounts.mount(self, at: place("target"), owner: 0)
            return nil
        } catch {
            return "\(rawValue): \(error); `make test-tools` installs what is missing"
        }
    }
}

/// The mounts of one test. `unmountAll` takes them away whatever happened, before the temporary folder is removed.
final class Mounts {
    private let place: TemporaryDirectory
    private var targets: [String] = []
    private var servers: [SpawnedProcess] = []
    private var loops: [String] = []
    private var count = 0

    init(_ place: TemporaryDirectory) {
        self.place = place
    }

    func mount(_ kind: HostileMount, at target: String, owner: UInt32) throws {
        count += 1
        let source = place("below-\(count)")
        for folder in [source, target] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            chown(folder, owner, owner)
            chmod(folder, 0o755)
        }
        let ids = "uid=\(owner),gid=\(owner)"
        switch kind {
        case .disk: return
        case .tmpfs: try tool("mount", "-t", "tmpfs", "-o", "size=256m,mode=755,\(ids)", "renderdrop-test", target)
        case .bindfs: try tool("bindfs", source, target)
        case .moving: try serve([Tools.movingMount, "--inodes", "moving", "--times", "coarse", source, target], target)
        case .lying:
            let faults = ["rename:%7:EIO:done", "unlink:%7:ETIMEDOUT:done"].flatMap { ["--fail", $0] }
            try serve(
                [Tools.movingMount, "--inodes", "moving", "--times", "coarse", "--no-links", "--lag", "0.3"] + faults
                    + [source, target], target)
        case .exfat:
            let image = source + "/image"
            try tool("truncate", "-s", "64M", image)
            try tool("mkfs.exfat", image)
            let loop = try tool("losetup", "-f", "--show", image).trimmingCharacters(in: .whitespacesAndNewlines)
            loops.append(loop)
            try tool("mount.exfat-fuse", "-o", "\(ids),allow_other", loop, target)
        case .rclone:
            try serve(
                [
                    "rclone", "mount", "--vfs-cache-mode", "full", "--allow-other", "--cache-dir", source + ".cache",
                    "--uid", "\(owner)", "--gid", "\(owner)", "--umask", "022", "--dir-cache-time", "1s",
                    "--vfs-write-back", "100ms", "--config", "/dev/null", source, target,
                ], target)
        case .overlay:
            // The upper layer may not be an overlay, which a container's own disk is.
            let layers = source + ".layers"
            try FileManager.default.createDirectory(atPath: layers, withIntermediateDirectories: true)
            try tool("mount", "-t", "tmpfs", "renderdrop-test", layers)
            targets.append(layers)
            for name in ["upper", "work"] {
                try FileManager.default.createDirectory(
                    atPath: layers + "/" + name, withIntermediateDirectories: true)
            }
            chown(layers + "/upper", owner, owner)
            let options = "lowerdir=\(source),upperdir=\(layers)/upper,workdir=\(layers)/work"
            try tool("mount", "-t", "overlay", "-o", options, "renderdrop-test", target)
        }
        targets.append(target)
    }

    /// A folder of its own, read-only at `target`.
    func mountReadOnly(_ source: String, at target: String) throws {
        try tool("mount", "--bind", source, target)
        targets.append(target)
        try tool("mount", "-o", "remount,bind,ro", target)
    }

    func unmountAll() {
        for target in targets.reversed() { umount2(target, Int32(MNT_DETACH)) }
        for server in servers { server.send(SIGTERM) }
        for server in servers where server.wait(seconds: 5) == nil { server.send(SIGKILL) }
        // Gone already, where the last unmount released it.
        for loop in loops { _ = try? tool("losetup", "-d", loop) }
        targets = []
        servers = []
        loops = []
    }

    @discardableResult func tool(_ words: String...) throws -> String { try Tools.run(words) }

    /// Starts what serves a mount, and waits until it is there.
    private func serve(_ words: [String], _ target: String) throws {
        let log = place("mount-\(count).log")
        let before = device(target)
        let server = try SpawnedProcess(["/usr/bin/env"] + words, output: .file(log), error: .file(log))
        servers.append(server)
        let deadline = ContinuousClock.now + .seconds(20)
        while device(target) == before {
            guard server.exitCode == nil, ContinuousClock.now < deadline else {
                let said = FileManager.default.contents(atPath: log) ?? Data()
                throw Late(description: "\(words[0]) does not mount: \(String(decoding: said, as: UTF8.self))")
            }
            usleep(10_000)
        }
    }

    private func device(_ path: String) -> UInt {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_dev : 0
    }
}

/// The tools of `Tests/Tools`, and those of the system.
enum Tools {
    static let folder = repository.appending(path: "Tests/Tools")
    static let movingMount = folder.appending(path: "moving-mount").path

    /// Runs a program to its end and gives back what it said.
    @discardableResult static func run(_ words: [String]) throws -> String {
        let place = try TemporaryDirectory("renderdrop-tool")
        // Tools that only root needs are in places that a user's PATH may leave out.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let tool = try SpawnedProcess(
            ["/usr/bin/env"] + words, environment: ["PATH": "\(path):/usr/sbin:/sbin", "LANG": "C.UTF-8"],
            output: .file(place("said")), error: .file(place("said")))
        let code = tool.wait()
        let said = String(
            decoding: FileManager.default.contents(atPath: place("said")) ?? Data(), as: UTF8.self)
        guard code == 0 else {
            throw Late(description: "\(words.joined(separator: " ")): \(said)")
        }
        return said
    }
}
