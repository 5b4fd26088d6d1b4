import Foundation
import RenderTestSupport
import Synchronization

/// A child process whose standard error is a terminal, as a person has it; what is written there is replayed into a virtual one.
final class TerminalChild: Sendable {
    private struct State {
        var terminal: VirtualTerminal
        /// Bytes of a character that has not come whole.
        var rest: [UInt8] = []
    }
    private let state: Mutex<State>
    private let master: Int32
    private let process: SpawnedProcess

    /// `TIOCSPTLCK` and `TIOCGPTN`.
    private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    init(
        _ arguments: [String], environment: [String: String], folder: String, columns: Int, rows: Int,
        kind: VirtualTerminal.Kind = .reflows
    ) throws {
        // What `posix_openpt`, `unlockpt` and `ptsname` do, which Swift's Glibc lacks.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, UInt32) = (0, 0)
        guard master >= 0, ioctl(master, Self.setLock, &lock) == 0, ioctl(master, Self.getNumber, &number) == 0
        else { throw Late(description: "no terminal: \(errno)") }
        state = Mutex(State(terminal: VirtualTerminal(columns: columns, rows: rows, kind: kind)))
        let path = "/dev/pts/\(number)"
        let screen = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard screen >= 0 else { throw Late(description: "cannot open \(path): \(errno)") }
        defer { close(screen) }
        Self.setSize(master, columns: columns, rows: rows)
        process = try SpawnedProcess(
            [Child.renderdrop] + arguments,
            environment: environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 }, folder: folder,
            error: .descriptor(screen))
        let thread = Thread { [weak self, master] in Self.read(master) { self?.take($0) ?? false } }
        thread.start()
    }

    deinit {
        send(SIGKILL)
        close(master)
    }

    /// Until the terminal has no more writer, or nobody listens.
    private static func read(_ master: Int32, _ take: ([UInt8]) -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(master, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, take(Array(buffer[..<count])) else { return }
        }
    }

    private func take(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            let all = state.rest + bytes
            // A character may be cut in two.
            let tail = all.lastIndex { $0 & 0xC0 != 0x80 } ?? all.startIndex
            let length = all.isEmpty ? 0 : all[tail] < 0x80 ? 1 : all[tail] < 0xE0 ? 2 : all[tail] < 0xF0 ? 3 : 4
            let end = all.count - tail < length ? tail : all.count
            state.terminal.write(String(decoding: all[..<end], as: UTF8.self))
            state.rest = Array(all[end...])
        }
        return true
    }

    var screen: [String] { state.withLock { $0.terminal.screen } }
    var unknown: [String] { state.withLock { $0.terminal.unknown } }

    func send(_ signal: Int32) { process.send(signal) }

    func resize(columns: Int, rows: Int) {
        state.withLock { $0.terminal.resize(columns: columns, rows: rows) }
        Self.setSize(master, columns: columns, rows: rows)
    }

    private static func setSize(_ master: Int32, columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Waits until the screen matches.
    func shows(_ what: String, within limit: Duration = .seconds(90), _ holds: ([String]) -> Bool) async throws {
        do {
            try await eventually("the screen shows \(what)", within: limit) { holds(screen) }
        } catch let late as Late {
            throw Late(description: late.description + "; it shows:\n" + screen.joined(separator: "\n"))
        }
    }

    func ended(within limit: Duration = .seconds(100)) async throws -> Int32 {
        try await eventually("the program on the terminal ends", within: limit) { process.exitCode != nil }
        return process.exitCode ?? -1
    }
}
