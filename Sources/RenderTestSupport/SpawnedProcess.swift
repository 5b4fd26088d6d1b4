import Foundation
import Glibc
import Synchronization

/// A child process whose end is what the kernel says.
///
/// Foundation's `Process` takes a program for running as long as any process has a certain socket open. A server of a file system
/// that another test starts at that moment can inherit it, and then the wait never ends. Here a child inherits its three streams and
/// nothing else, and a thread waits for the child itself.
public final class SpawnedProcess: Sendable {
    /// Where a stream of the child leads.
    public enum Stream: Sendable {
        case nothing
        /// Created where it is missing; what is written is added to it.
        case file(String)
        case descriptor(Int32)
    }

    public struct Refused: Error, CustomStringConvertible {
        public var description: String
    }

    public let pid: Int32
    /// The exit code; for a signal its number, negative.
    private let code = Mutex<Int32?>(nil)
    private let end = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - words: the program, with or without its folder, and its arguments.
    ///   - environment: all variables; `nil` for the ones of this process.
    ///   - folder: where it starts; `nil` for this process's own.
    /// - Throws: ``Refused``.
    public init(
        _ words: [String], environment: [String: String]? = nil, folder: String? = nil, output: Stream = .nothing,
        error: Stream = .nothing
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, stream) in [(Int32(1), output), (2, error)] {
            switch stream {
            case .nothing: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0)
            case .file(let path):
                posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            case .descriptor(let raw): posix_spawn_file_actions_adddup2(&actions, raw, number)
            }
        }
        _ = Self.addCloseFrom(&actions, 3)
        if let folder { _ = Self.addChangeOfFolder(&actions, folder) }
        // A group of its own, so that a signal to the group of the tests is not one to it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let variables = environment ?? ProcessInfo.processInfo.environment
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var pid: pid_t = 0
        let refused = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, &settings)
        guard refused == 0 else {
            throw Refused(description: "\(words.joined(separator: " ")): \(String(cString: strerror(refused)))")
        }
        self.pid = pid
        let thread = Thread { self.waitForEnd() }
        thread.stackSize = 128 << 10
        thread.start()
    }

    /// `nil` while it runs.
    public var exitCode: Int32? { code.withLock { $0 } }

    /// Nothing once it has ended: its number may be another's.
    public func send(_ signal: Int32) {
        code.withLock { code in
            if code == nil { kill(pid, signal) }
        }
    }

    /// Blocks until it has ended.
    ///
    /// - Returns: the exit code; for a signal its number, negative; `nil` where it still runs after that many seconds.
    public func wait(seconds: Double = 60) -> Int32? {
        if end.wait(timeout: .now() + seconds) == .success { end.signal() }
        return exitCode
    }

    /// Where each of its threads waits in the kernel; for a report of one that does not end.
    public var threads: String {
        let tasks = "/proc/\(pid)/task"
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []  // none: it has ended
        return ids.map { id in
            let place = try? String(contentsOfFile: "\(tasks)/\(id)/wchan", encoding: .utf8)
            return "\(id) in \(place ?? "?")"
        }.joined(separator: ", ")
    }

    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    /// Both are in glibc since 2.34, and not in Swift's module of it.
    private static let addCloseFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: (@convention(c) (Actions, Int32) -> Int32).self)
    private static let addChangeOfFolder = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
        to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)

    private func waitForEnd() {
        var facts = siginfo_t()
        // The number stays the child's until it is reaped below, where no signal can be sent.
        while waitid(P_PID, id_t(pid), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        code.withLock { code in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            code = signal == 0 ? (status >> 8) & 0xFF : -signal
        }
        end.signal()
    }
}
