import RenderEngine
import UnixSignals

/// The first SIGINT or SIGTERM stops gently, the second at once.
enum Signals {
    /// Listens until cancelled. `interrupted` is told the first signal's name.
    static func stop(_ stopper: Stopper, interrupted: @escaping @Sendable (String) -> Void) async {
        var count = 0
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            count += 1
            if count == 1 {
                interrupted(signal == .sigint ? "SIGINT" : "SIGTERM")
                stopper.advance(to: .stopping)
            } else {
                stopper.advance(to: .aborting)
            }
        }
    }
}
