import Foundation
import RenderCore

/// What runs beside the main loop and has no type of its own.
extension EngineRun {
    /// Compares the journals with the ledger at the start. It needs nothing of the inbox, which may hang; a scan does it
    /// again whenever that is due.
    func compareJournals() async {
        while scanner.gate.unread == nil, !shutdown.isStopping, !Task.isCancelled {
            await scanner.compareJournals()
            wake.ring()
            // Ended early by a stop, and the loop with it.
            if scanner.gate.unread == nil {
                try? await shutdown.pause(for: .seconds(2), clock: parts.clock, giveUpAt: .stopping)
            }
        }
    }

    /// Work other than synchronous calls continues at the next start, wherever it is cut off, so it gets only this
    /// long.
    private static let brief = Duration.seconds(8)

    func listen() async {
        for await _ in parts.inbox.hints() {
            scans.requests.add()
        }
    }

    /// Renews our name in the inbox's marker, and stops if the inbox is no longer ours.
    func beat() async {
        var last: String?
        while !shutdown.isStopping, !Task.isCancelled {
            do {
                try await parts.heartbeat()
                last = nil
            } catch let failure as Failure {
                if last != failure.code { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
                last = failure.code
                if failure.has(.inboxTakenOver) {
                    stuck.add(failure)
                    shutdown.advance(to: .stopping)
                }
            } catch {
                // Only a cancelled task comes here.
            }
            // The end of the pause by a stop ends the loop.
            try? await shutdown.pause(for: .seconds(20), clock: parts.clock, giveUpAt: .stopping)
        }
    }

    private func tellStop() async {
        // A ledger that does not answer is reported elsewhere; the stop continues.
        let counts = (try? await parts.ledger.counts()) ?? [:]
        let report = StopReport(
            sending: counts[.sending] ?? 0, fetching: await results.onTheWay, atProvider: counts[.following] ?? 0)
        events.send(EngineEvent(at: parts.now(), kind: .stopping(report)))
    }

    /// At a shutdown: followers are released at once, synchronous calls get their grace time, then everything is
    /// canceled.
    func watchForStop() async {
        await shutdown.reached(.stopping)
        guard shutdown.isStopping else { return }
        // Before anything else: somebody waits to hear what it is still busy with.
        await tellStop()
        await accounts.stop()
        await search.stop()
        await status.stop()
        wake.ring()
        scans.stop()
        while shutdown.isPatient, !Task.isCancelled {
            // Ended early by a stop that is not patient to the end.
            try? await shutdown.pause(for: .seconds(1), clock: parts.clock, giveUpAt: .aborting)
        }
        let grace = Duration.seconds(parts.configuration.limits.stopGraceSeconds)
        let end = parts.uptime() + grace
        // Ended early by the second signal, which is just as well.
        try? await shutdown.pause(for: min(grace, Self.brief), clock: parts.clock, giveUpAt: .aborting)
        while parts.uptime() < end, shutdown.phase < .aborting, !Task.isCancelled, await admission.syncCalls > 0 {
            try? await shutdown.pause(for: .milliseconds(250), clock: parts.clock, giveUpAt: .aborting)
        }
        guard !Task.isCancelled else { return }
        shutdown.advance(to: .aborting)
        wake.ring()
    }
}
