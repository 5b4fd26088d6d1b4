import Foundation
import Logging
import RenderCore
import RenderEngine
import Synchronization

/// Runs an engine with signals, log and live progress around it.
enum EngineSession {
    struct Result: Sendable {
        var outcome: Engine.Outcome
        /// That stopped it; nil: none did.
        var signal: String?
        /// A second signal cut it short.
        var isAborted: Bool
    }

    static func run(
        _ engine: Engine, mode: Engine.Mode, speech: SpeechOptions, terminal: Terminal,
        reload: (@Sendable () async -> Void)? = nil
    ) async throws -> Result {
        let heard = Heard()
        let shutdown = engine.shutdown
        let live = terminal.isLive && !speech.quiet && !speech.json && speech.logFormat == .text
        let events = engine.events.stream()
        // A batch prints its result, a watcher what happens.
        let printed = speech.json && mode == .watch ? engine.events.stream() : nil
        let outcome = try await withThrowingTaskGroup(of: Engine.Outcome?.self) { group in
            group.addTask {
                let parts = engine.parts
                await Signals.listen(
                    shutdown, hangs: { parts.hanging?(.seconds(20)).first?.path },
                    patience: parts.configuration.limits.stopGraceSeconds + 30, stopped: { heard.set($0) },
                    aborted: { heard.abort() }, reload: reload)
                return nil
            }
            group.addTask {
                if live {
                    await LiveProgress(
                        terminal: terminal, clock: ContinuousClock(), now: { Date() },
                        isStopping: { heard.name != nil }, snapshot: { engine.events.snapshot }
                    ).follow(events)
                } else {
                    await log(events, speech: speech, engine: engine, terminal: terminal)
                }
                return nil
            }
            if let printed {
                group.addTask {
                    await FirstLine.follow(printed) { terminal.out(EventJSON($0).line + "\n") }
                    return nil
                }
            }
            group.addTask { try await engine.run(mode) }
            var result = Engine.Outcome()
            while let ended = try await group.next() {
                guard let ended else { continue }
                result = ended
                break
            }
            // The listener of signals ends by being cancelled; the log has read every event, because the engine ended them.
            engine.events.finish()
            group.cancelAll()
            return result
        }
        return Result(outcome: outcome, signal: heard.name, isAborted: heard.isAborted)
    }

    private static func log(
        _ events: AsyncStream<EngineEvent>, speech: SpeechOptions, engine: Engine, terminal: Terminal
    ) async {
        let level: Logger.Level =
            switch speech.logLevel {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        func logger() -> Logger {
            // A reload may have brought another time zone.
            let times = engine.parts.times
            return Logger(label: "renderdrop") { _ in
                LineLogHandler(
                    logLevel: speech.quiet ? max(level, .warning) : level, format: speech.logFormat, times: times,
                    terminal: terminal)
            }
        }
        var (current, run) = (logger(), 0)
        await FirstLine.follow(events) { event in
            if event.run != run { (current, run) = (logger(), event.run) }
            write(event, to: current)
        }
    }

    private static func write(_ event: EngineEvent, to logger: Logger) {
        let line = EventLine(event)
        var metadata: Logger.Metadata = [:]
        if let job = event.job { metadata["job"] = "\(job)" }
        if let name = event.name { metadata["name"] = "\(name)" }
        if let render = event.render { metadata["render"] = "\(render)" }
        for fact in line.facts { metadata[fact.key] = "\(fact.value)" }
        logger.log(level: line.level, "\(line.message)", metadata: metadata)
    }
}

/// The signals that stopped us.
private final class Heard: Sendable {
    private struct State {
        var name: String?
        var isAborted = false
    }
    private let state = Mutex(State())

    /// The name of the first signal.
    var name: String? { state.withLock { $0.name } }
    var isAborted: Bool { state.withLock { $0.isAborted } }
    func set(_ name: String) { state.withLock { $0.name = name } }
    func abort() { state.withLock { $0.isAborted = true } }
}
