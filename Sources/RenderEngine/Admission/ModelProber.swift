import Foundation
import RenderCore

/// Finds out with a free call whether the provider is back, while submits wait a long time because each attempt may be
/// billed.
///
/// Only a change counts: if a free call is answered after one was not, submits are tried at once. If free calls are
/// always answered but submits are not, the answers prove nothing about submits.
struct ModelProber: Sendable {
    let parts: EngineParts
    let budget: RequestBudget
    let admission: AdmissionControl
    let shutdown: Shutdown
    /// Rung when submits may try again.
    let wake: WakeSignal

    /// Runs until it is cancelled. Without a list there is no free question: submits are tried at growing intervals.
    func run() async {
        guard let lister = parts.service.lister else { return }
        // Kept while a submit tries and is lost: that one question before it was not answered, and one after it is, is the change.
        var failures = 0
        for await _ in admission.doubts {
            while !shutdown.isStopping, await admission.wantsToKnow {
                let wait: Duration
                do {
                    try await budget.turn()
                    _ = try await lister.list(model: nil, since: parts.now() - 60, page: 1)
                    if failures > 0 {
                        await admission.providerAnswers()
                        wake.ring()
                    }
                    failures = 0
                    wait = Backoff.free.longest
                } catch let failure as Failure {
                    failures += 1
                    wait = Backoff.free.delay(
                        after: failures, jitter: parts.jitter(),
                        floor: failure.retryAfterSeconds.map { .seconds(min($0, 3600)) })
                } catch {
                    return  // only a cancelled task comes here
                }
                // The end of the pause by a stop ends the loop, too.
                try? await shutdown.pause(for: wait, clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }
}
