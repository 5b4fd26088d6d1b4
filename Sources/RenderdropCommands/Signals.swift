import RenderEngine
import UnixSignals

/// The first SIGINT or SIGTERM stops gently, the second at once.
enum Signals {
    /// Listens until cancelled.
    ///
    /// - Parameters:
    ///   - stopped: told the first signal's name.
    ///   - reload: what SIGHUP does; nil: it stops, too, as when the terminal goes away.
    static func listen(
        _ stopper: Stopper, stopped: @escaping @Sendable (String) -> Void,
        reload: (@Sendable () async -> Void)? = nil
    ) async {
        var count = 0
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            if signal == .sighup, let reload {
                await reload()
                continue
            }
            count += 1
            if count == 1 {
                stopped(signal == .sigint ? "SIGINT" : signal == .sighup ? "SIGHUP" : "SIGTERM")
                stopper.advance(to: .stopping)
            } else {
                stopper.advance(to: .aborting)
            }
        }
    }
}
