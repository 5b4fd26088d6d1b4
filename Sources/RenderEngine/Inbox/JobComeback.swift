import Foundation
import RenderCore

/// Lets a job continue whose folder was taken back into `working/`. Confined to the scanner.
final class JobComeback {
    private let parts: EngineParts
    private let events: EngineEvents
    private let claims: OpenClaims
    private let report: InboxReport

    init(parts: EngineParts, events: EngineEvents, claims: OpenClaims, report: @escaping InboxReport) {
        self.parts = parts
        self.events = events
        self.claims = claims
        self.report = report
    }

    /// The job's folder is in `working/` again: canceled and failed renders are queued again, and nothing that was sent
    /// is sent again.
    ///
    /// - Parameter folder: where it was in the inbox; nil: an earlier process took it back, and ended before it
    ///   reported it.
    func goOn(_ job: JobRecord, from folder: String?) async throws {
        let place = "inbox" + (folder.map { "/" + $0 } ?? "")
        // Its journal may know more than the ledger, which may be an older copy: compared before anything more is sent.
        claims.cameBack(job.id)
        do {
            try await reopen(job, place)
        } catch {
            await report(.cameBack(job.id))
            throw error
        }
        await report(.cameBack(job.id))
    }

    private func reopen(_ job: JobRecord, _ place: String) async throws {
        func say(_ words: String) {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .warning(words)))
        }
        guard job.state != .done else {
            return say(Message.returnedWhole(place, output: job.outputFolder).line)
        }
        let renders = try await parts.ledger.renders(of: job.id)
        // A single render that a person took back stays so.
        let isClosed = job.state != .active || job.queueClosedAt != nil
        let again = renders.filter { render in
            isClosed && render.state.name == .canceled || job.state != .active && render.state.name == .failed
        }
        if isClosed {
            let now = parts.now()
            let reopening = Reopening(
                job: job.id, from: job.state,
                renders: again.map { render in
                    Reopening.Render(
                        number: render.id.number, giveUpAt: render.plan.giveUpAfterSeconds.map { now + $0 })
                }, at: now)
            // The journal first: where it said that the queue is closed, it would be believed.
            try await parts.workspace.journal(job.id, JournalLine.reopened(reopening), .now)
            parts.held.keep(try await parts.ledger.reopen(reopening, by: parts.held.term))
        }
        let kept = renders.count - renders.count { $0.state.name == .queued } - again.count
        say(Message.jobContinues(place, kept: kept, of: renders.count).line)
    }
}
