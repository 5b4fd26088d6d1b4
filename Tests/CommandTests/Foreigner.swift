import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What only root can arrange: a watcher that is another user, files of a third one, mounts and immutable files.
enum Foreigner {
    /// The user that renderdrop runs as, and one whose files it finds.
    static let watcher: uid_t = 1500
    static let owner: uid_t = 1600

    /// Tried once: root, `setpriv`, and a binary that the other user can reach.
    static let isAllowed: Bool = {
        guard getuid() == 0 else { return false }
        return (try? succeeds("/usr/bin/setpriv", asWatcher(["test", "-x", Child.renderdrop]))) ?? false
    }()

    /// A container may refuse mounts even to root.
    static let mayMount: Bool = {
        guard isAllowed, let folder = try? TemporaryDirectory("renderdrop-foreign") else { return false }
        guard mount("renderdrop-test", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        umount2(folder.path, Int32(MNT_DETACH))
        return true
    }()

    static func asWatcher(_ command: [String]) -> [String] {
        ["--reuid", "\(watcher)", "--regid", "\(watcher)", "--clear-groups", "--"] + command
    }

    static func succeeds(_ program: String, _ arguments: [String]) throws -> Bool {
        try SpawnedProcess([program] + arguments).wait() == 0
    }

    /// A file of the other owner.
    static func put(_ path: String, _ bytes: some Sequence<UInt8>, mode: mode_t = 0o644, owner: uid_t = owner) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        guard chmod(path, mode) == 0, chown(path, owner, owner) == 0 else { throw Late(description: "chown: \(errno)") }
    }

    static func folder(_ path: String, mode: mode_t = 0o755, owner: uid_t = owner) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard chmod(path, mode) == 0, chown(path, owner, owner) == 0 else { throw Late(description: "chown: \(errno)") }
    }

    /// `chattr +i` and `-i`.
    /// - Returns: false where the file system has no such flag.
    @discardableResult
    static func makeImmutable(_ path: String, _ isImmutable: Bool) -> Bool {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return false }
        defer { close(raw) }
        var flags: CInt = isImmutable ? 0x10 : 0  // FS_IMMUTABLE_FL
        return ioctl(raw, 0x4008_6602, &flags) == 0  // FS_IOC_SETFLAGS
    }
}

extension Workplace {
    /// Everything belongs to the watcher from now on.
    func giveToWatcher() throws {
        try #require(chmod(folder.path, 0o755) == 0)
        try #require(
            try Foreigner.succeeds("/usr/bin/chown", ["-R", "\(Foreigner.watcher):\(Foreigner.watcher)", root]))
    }

    func watchAsWatcher() async throws -> Child {
        let child = try start(["watch"] + options, with: Foreigner.asWatcher)
        try await child.says("watching")
        return child
    }

    func runAsWatcher() async throws -> Child.Ended {
        try await start(["run"] + options, with: Foreigner.asWatcher).ended()
    }

    var said: String { (try? text("inbox/_WAITING.txt")) ?? "" }

    /// Puts a file system of its own where the inbox is, open to all as `/tmp` is.
    func onOwnInbox(_ body: () async throws -> Void) async throws {
        let inbox = self("inbox")
        let marker = try text("inbox/.renderdrop-folder")
        try #require(mount("renderdrop-test", inbox, "tmpfs", 0, "size=8m,mode=1777") == 0)
        defer { umount2(inbox, Int32(MNT_DETACH)) }
        try Foreigner.put(inbox + "/.renderdrop-folder", marker.utf8, owner: Foreigner.watcher)
        try await body()
    }
}
