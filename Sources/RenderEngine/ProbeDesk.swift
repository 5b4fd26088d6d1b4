import Foundation
import RenderCore

/// While submits wait long for the provider, because each further one may be billed, a free question finds out whether it is back.
///
/// Only the change counts: a question that is answered after one was not lets the submits try at once. Where questions are answered
/// all the time and submits are not, the answers say nothing about submits.
struct ProbeDesk: Sendable {
    let parts: EngineParts
    let budget: RequestBudget
    let lanes: Lanes
    let stopper: Stopper
    /// Rung when submits may try again.
    let bell: Bell

    /// Runs until it is cancelled.
    func run() async {
        // Kept while a submit tries and is lost: that one question before it was not answered, and one after it is, is the change.
        var failures = 0
        for await _ in lanes.doubts {
            while !stopper.isStopping, await lanes.wantsToKnow {
                let wait: Duration
                do {
                    try await budget.turn()
                    _ = try await parts.service.list(model: nil, since: parts.now() - 60, page: 1)
                    if failures > 0 {
                        await lanes.providerAnswers()
                        bell.ring()
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
                try? await stopper.pause(for: wait, clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }
}
