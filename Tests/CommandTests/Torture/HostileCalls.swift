import Foundation
import Glibc
import RenderTestSupport

/// What happens at the k-th call on some folders: `Tests/Tools/hostile-calls.c`, preloaded into the real binary.
struct HostileCalls: Sendable {
    /// `rename`, `link`, `unlink`, `rmdir`, `mkdir`, `create`, `write`, `flush`.
    var calls: [String]
    var under: [String]
    /// Ends of names; none: all.
    var names: [String] = []
    var at: Int
    /// `kill-before`, `kill-after`, `fail:ERRNO`, `done:ERRNO` or `lie`.
    var action: String
    /// How many calls from that one on; 0: all.
    var times = 1

    static let changing = ["rename", "link", "unlink", "rmdir", "mkdir", "create", "write", "flush"]

    func environment(log: String) throws -> [String: String] {
        [
            "LD_PRELOAD": try Self.library.get().path, "HOSTILE_CALLS": calls.joined(separator: ","),
            "HOSTILE_UNDER": under.joined(separator: ":"), "HOSTILE_NAME": names.joined(separator: ","),
            "HOSTILE_AT": "\(at)", "HOSTILE_DO": action, "HOSTILE_TIMES": "\(times)", "HOSTILE_LOG": log,
        ]
    }

    /// Why it cannot be used here; nil where it can.
    static var hindrance: String? {
        guard case .failure(let error) = library else { return nil }
        return "hostile calls need a C compiler: \(error)"
    }

    private struct Library: Sendable {
        var folder: TemporaryDirectory
        var path: String
    }

    /// Built once for all tests of this process.
    private static let library = Result<Library, any Error> {
        let folder = try TemporaryDirectory("renderdrop-hook")
        // Another user's process loads it, too.
        chmod(folder.path, 0o755)
        let path = folder("hostile-calls.so")
        let source = Tools.folder.appending(path: "hostile-calls.c").path
        try Tools.run(["clang", "-O1", "-shared", "-fPIC", "-o", path, source, "-ldl"])
        return Library(folder: folder, path: path)
    }
}

/// Another user than root, under whom renderdrop runs, and one more, whose files lie in the inbox.
enum SecondUser {
    static let renderdrop: UInt32 = 1500
    static let stranger: UInt32 = 1600

    struct Binary: Sendable {
        var folder: TemporaryDirectory
        var path: String
    }

    /// The binary where that user may run it: the repository may lie below a folder that only root may enter.
    static let binary = Result<Binary, any Error> {
        let folder = try TemporaryDirectory("renderdrop-binary")
        chmod(folder.path, 0o755)
        let path = folder("renderdrop")
        // A hard link where it can be one: a debug build is large.
        if link(Child.renderdrop, path) != 0 {
            try FileManager.default.copyItem(atPath: Child.renderdrop, toPath: path)
        }
        try Tools.run(command(path, ["--version"]))
        return Binary(folder: folder, path: path)
    }

    static func command(_ binary: String, _ arguments: [String]) -> [String] {
        ["setpriv", "--reuid", "\(renderdrop)", "--regid", "\(renderdrop)", "--clear-groups", binary] + arguments
    }

    /// Why no process can be another user's here; nil where it can.
    static var hindrance: String? {
        guard getuid() == 0 else { return "a second user needs root" }
        guard case .failure(let error) = binary else { return nil }
        return "a second user cannot run renderdrop: \(error)"
    }
}
