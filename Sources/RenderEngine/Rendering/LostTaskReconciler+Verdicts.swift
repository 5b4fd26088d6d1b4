import Foundation
import RenderCore

/// Carries out the decisions about lost renders.
extension LostTaskReconciler {
    func apply(
        _ decision: LostTaskDecision, to lost: LostTaskFacts.Open, _ listed: [TaskListing]
    ) async throws {
        switch decision {
        case .query, .look: return
        case .adopt(let task):
            let row = listed.first { $0.task == task }
            try await move(lost, Verdict(.adopt(task), by: .search, listing: row))
        case .sendAgain where lost.attempt?.failure?.has(.answerUnknown) == true:
            // It did arrive; that the list does not show it tells only that the list is no help.
            try await ask(.unsearchable, about: lost)
        case .sendAgain: try await move(lost, Verdict(.resend, by: .search))
        case .ask(let question, let candidates):
            try await ask(.asked(question, candidates: candidates), about: lost)
        }
    }

    private func move(_ lost: LostTaskFacts.Open, _ verdict: Verdict) async throws {
        let render = lost.render
        // Asked before: once it is written down, nothing may keep it from being gone on with.
        let name = try await parts.ledger.job(render.id.job)?.name
        do {
            try await verdict.apply(to: render, ledger: parts.ledger, held: parts.held, at: parts.now())
        } catch LedgerError.conflict {
            // A person was faster: the next look sees what came of it.
            searches[render.plan.model]?.again = true
            return
        } catch LedgerError.taskTaken {
            return  // another render's by now: the next look leaves it out
        }
        let found: EngineEvent.Kind =
            switch verdict.kind {
            case .adopt(let task): .found(task)
            case .resend, .giveUp, .cancel, .retry: .neverArrived
            }
        events.send(
            EngineEvent(
                at: parts.now(), job: render.id.job, name: name, render: render.id.number, kind: found))
        handOver(render.id, render.attempts)
        await status.touch(render.id.job)
    }

    /// Passes the render to the main loop, which continues from the ledger. The order matters: a batch ends when
    /// nothing is searched for and nothing was handed over.
    func handOver(_ id: RenderID, _ attempt: Int) {
        moved.add(id)
        // Sent again it may have been lost again by now.
        if sought[id]?.attempt == attempt { sought[id] = nil }
    }

    /// Whether the next search comes soon, because the task may still appear.
    private func comesAtOnce(_ render: RenderRecord) -> Bool {
        searches[render.plan.model].map { $0.again || ($0.needsKey && $0.lessons > 0) } ?? false
    }

    /// Reports the question once, and keeps it in the ledger.
    private func ask(_ standing: LostAnswer.Standing, about lost: LostTaskFacts.Open) async throws {
        let render = lost.render
        guard case .undecided(let before) = render.state else { return }
        let failure = LostAnswer.failure(
            of: render.id, attempt: render.attempts, because: lost.attempt?.failure ?? .ledgerLost,
            price: render.plan.estimate, standing)
        guard sought[render.id]?.told != failure else {
            sought[render.id]?.isOpen = comesAtOnce(render)
            return
        }
        let name = try await parts.ledger.job(render.id.job)?.name
        if failure != before {
            do {
                guard case .step(let step) = try parts.outcome(of: render, on: .doubted(failure), at: render.since)
                else { return }
                try await parts.ledger.record(step)
            } catch LedgerError.conflict {
                searches[render.plan.model]?.again = true
                return  // decided by a person meanwhile
            }
        }
        guard sought[render.id]?.attempt ?? render.attempts == render.attempts else { return }
        sought[render.id] = Sought(
            model: render.plan.model, attempt: render.attempts, isOpen: comesAtOnce(render), told: failure)
        events.send(
            EngineEvent(
                at: parts.now(), job: render.id.job, name: name, render: render.id.number, kind: .undecided(failure)))
        await status.touch(render.id.job)
    }
}
