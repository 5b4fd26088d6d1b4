import Foundation
import RenderTestSupport

/// Something did not happen in time.
struct Late: Error, CustomStringConvertible {
    var description: String
}

/// Looks again and again until something holds; for what shows itself only in files and in other processes.
func eventually(
    _ what: String, within limit: Duration = .seconds(90), _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit * Child.slowness
    while try await !holds() {
        guard ContinuousClock.now < deadline else { throw Late(description: "not in time: \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// One child process: what it says, how it ends, signals to it. What it says goes to files, which are searched afterwards.
final class Child: Sendable {
    struct Ended: Sendable {
        /// The exit code; for a signal its number, negative.
        var code: Int32
        var out: String
        var error: String
    }

    /// The binary that was built together with these tests.
    static let renderdrop: String = {
        #if os(macOS)
            let bundle = Bundle(for: Child.self).bundleURL.deletingLastPathComponent()
        #else
            let bundle = Bundle.main.bundleURL
        #endif
        return bundle.appending(path: "renderdrop").path
    }()

    /// Where a sanitizer that the tests run under is told what to do: the binary is built with it, too.
    private static let sanitizers = ProcessInfo.processInfo.environment.filter {
        ["ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"].contains($0.key)
    }

    static var isSanitized: Bool { sanitizers["ASAN_OPTIONS"] != nil }
    /// How much longer than usual everything may take.
    static var slowness: Int { isSanitized ? 6 : 1 }

    var pid: Int32 { process.pid }
    private let process: SpawnedProcess
    private let words: String
    private let outPath: String
    private let errorPath: String

    /// - Parameter log: where both streams go, with `.out` and `.err` behind it.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String], folder: String, log: String
    ) throws {
        outPath = log + ".out"
        errorPath = log + ".err"
        words = ([(executable as NSString).lastPathComponent] + arguments).joined(separator: " ")
        process = try SpawnedProcess(
            [executable] + arguments, environment: environment.merging(Self.sanitizers) { own, _ in own },
            folder: folder, output: .file(outPath), error: .file(errorPath))
    }

    deinit { send(SIGKILL) }

    var out: String { text(outPath) }
    var error: String { text(errorPath) }
    var hasEnded: Bool { process.exitCode != nil }

    func send(_ signal: Int32) { process.send(signal) }

    /// Waits until it says something on either stream.
    func says(_ wanted: String, within limit: Duration = .seconds(90)) async throws {
        do {
            try await eventually("\(words) says “\(wanted)”", within: limit) {
                if (out + error).contains(wanted) { return true }
                if hasEnded, !(out + error).contains(wanted) { throw Late(description: "\(words) ended") }
                return false
            }
        } catch let late as Late {
            throw Late(description: late.description + "; it said:\n" + out + error)
        }
    }

    /// Waits until it has said something so many times.
    func says(_ wanted: String, times: Int, within limit: Duration = .seconds(90)) async throws {
        try await eventually("\(words) says “\(wanted)” \(times) times", within: limit) {
            (out + error).ranges(of: wanted).count >= times
        }
    }

    /// Waits for its end; kills it and fails when that takes too long. Even a killed process may not end, while a call of its hangs.
    func ended(within limit: Duration = .seconds(100)) async throws -> Ended {
        do {
            try await eventually("\(words) ends", within: limit) { hasEnded }
        } catch let late as Late {
            let threads = process.threads
            send(SIGKILL)
            throw Late(description: late.description + "; its threads: \(threads); it said:\n" + out + error)
        }
        return Ended(code: process.exitCode ?? 0, out: out, error: error)
    }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
