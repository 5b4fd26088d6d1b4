import Foundation
import Logging
import RenderEngine
import Synchronization

/// Runs an engine with signals, log and live progress around it.
enum EngineSession {
    static func run(
        _ engine: Engine, mode: Engine.Mode, speech: SpeechOptions, terminal: Terminal
    ) async throws -> (outcome: Engine.Outcome, signal: String?) {
        let heard = Heard()
        let stopper = engine.stopper
        let live = terminal.isLive && !speech.quiet && !speech.json && speech.logFormat == .text
        let events = engine.events.stream()
        let outcome = try await withThrowingTaskGroup(of: Engine.Outcome?.self) { group in
            group.addTask {
                await Signals.stop(stopper) { name in
                    heard.set(name)
                    engine.events.send(EngineEvent(at: Date(), kind: .stopping(name)))
                    if !live { return }
                    terminal.error("\nstopping; once more to stop at once\n")
                }
                return nil
            }
            group.addTask {
                if live {
                    await LiveProgress(terminal: terminal, clock: ContinuousClock(), now: { Date() }).follow(events)
                } else {
                    await log(events, speech: speech, terminal: terminal)
                }
                return nil
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
        return (outcome, heard.name)
    }

    private static func log(_ events: AsyncStream<EngineEvent>, speech: SpeechOptions, terminal: Terminal) async {
        let level: Logger.Level =
            switch speech.logLevel {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        let logger = Logger(label: "renderdrop") { _ in
            LineLogHandler(
                logLevel: speech.quiet ? max(level, .warning) : level, format: speech.logFormat, terminal: terminal)
        }
        for await event in events {
            let line = EventLine(event)
            var metadata: Logger.Metadata = [:]
            if let job = event.job { metadata["job"] = "\(job)" }
            if let name = event.name { metadata["name"] = "\(name)" }
            if let render = event.render { metadata["render"] = "\(render)" }
            for fact in line.facts { metadata[fact.key] = "\(fact.value)" }
            logger.log(level: line.level, "\(line.message)", metadata: metadata)
        }
    }
}

/// The name of the signal that stopped us, if one did.
private final class Heard: Sendable {
    private let value = Mutex<String?>(nil)
    var name: String? { value.withLock { $0 } }
    func set(_ name: String) { value.withLock { $0 = name } }
}
