@preconcurrency import Dispatch
import Glibc
import RenderCore
import RenderEngine
import Synchronization
import UnixSignals

/// The first SIGINT or SIGTERM stops gently, the second at once.
enum Signals {
    /// Listens until cancelled.
    ///
    /// - Parameters:
    ///   - stopped: told the first signal's name.
    ///   - aborted: a second one came.
    ///   - hangs: a folder in which a call does not return; nil: none.
    ///   - patience: seconds from the first signal after which nothing but such a call can be left.
    ///   - reload: what SIGHUP does; nil: it stops, too, as when the terminal goes away.
    static func listen(
        _ shutdown: Shutdown, hangs: @escaping @Sendable () -> String? = { nil }, patience: Double = 0,
        stopped: @escaping @Sendable (String) -> Void,
        aborted: @escaping @Sendable () -> Void = {},
        reload: (@Sendable () async -> Void)? = nil
    ) async {
        LastResort.shared.begin(hangupStops: reload == nil)
        defer { LastResort.shared.end() }
        var count = 0
        // In a task of their own, one after the other: a reload looks at folders, which may hang, and the next signal must be heard.
        let (reloads, asked) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let reloading = Task { for await _ in reloads { await reload?() } }
        defer {
            asked.finish()
            reloading.cancel()
        }
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            if signal == .sighup, reload != nil {
                asked.yield()
                continue
            }
            count += 1
            if count == 1 {
                stopped(signal == .sigint ? "SIGINT" : signal == .sighup ? "SIGHUP" : "SIGTERM")
                LastResort.shared.watch(hangs, after: patience)
                shutdown.advance(to: .stopping)
            } else {
                shutdown.advance(to: .aborting)
                aborted()
            }
        }
    }
}

/// Ends the process within a second of the second signal, whatever hangs: a call on a share that does not answer cannot be
/// called back, and the thread that made it is awaited by an end in good order. What has to be written down gets that second.
///
/// It listens on a thread of its own, from the first session to the end of the process: letting go of the folders may hang, too.
final class LastResort: Sendable {
    static let shared = LastResort()

    private struct State {
        var heard = 0
        var isHeardElsewhere = false
        var hangupStops = true
    }
    private let state = Mutex(State())
    private let sources: [any DispatchSourceSignal]

    private let queue = DispatchQueue(label: "renderdrop.last-resort")

    private init() {
        let signals = [SIGINT, SIGTERM, SIGHUP]
        sources = signals.map { [queue] in DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        for (signal, source) in zip(signals, sources) {
            source.setEventHandler { self.hear(signal) }
            source.activate()
        }
    }

    /// After the first signal: ends the process where only a call is left that does not return. A kill at that point loses nothing, and
    /// whoever waits for the end, such as a service manager, would kill it later.
    func watch(_ hangs: @escaping @Sendable () -> String?, after seconds: Double) {
        queue.asyncAfter(deadline: .now() + max(1, seconds)) {
            guard let folder = hangs() else { return self.watch(hangs, after: 1) }
            let words = Array("renderdrop: \(Message.endsWithoutFolder(folder).line)\n".utf8)
            _ = write(2, words, words.count)
            _exit(ExitCode.folderGone.rawValue)
        }
    }

    /// A session listens from now on: its first signal is a gentle stop.
    func begin(hangupStops: Bool) {
        state.withLock { state in
            state.isHeardElsewhere = true
            state.hangupStops = hangupStops
        }
    }

    /// Nobody listens any more; whoever signals now wants the end of what is left.
    func end() { state.withLock { $0.isHeardElsewhere = false } }

    private func hear(_ signal: Int32) {
        let isLast = state.withLock { state in
            guard signal != SIGHUP || state.hangupStops else { return false }
            state.heard += 1
            return state.heard > 1 || !state.isHeardElsewhere
        }
        guard isLast else { return }
        usleep(Self.graceMicroseconds)
        _exit(ExitCode.interrupted.rawValue)
    }

    private static let graceMicroseconds: UInt32 = 800_000
}
