import Foundation
import RenderCore

/// Journals that know more than the ledger.
extension JournalReconciler {
    /// A journal may contain submits that the ledger does not: an older copy of the ledger was restored, or a watcher
    /// on another machine had the inbox for a while. They were sent, and are never sent again.
    ///
    /// - Parameter shelf: the folder where the job has ended, judged by its place.
    func catchUp(
        _ job: JobRecord, with leftover: WorkingJob, on shelf: Shelf? = nil, _ found: inout Comparison
    ) async throws {
        guard job.state == .active else {
            // One that came back into the inbox after its end.
            guard shelf == nil else { return }
            // Nothing says that it ended: it was taken back, and that run ended before the ledger knew.
            if job.state != .done, !JournalReplay(job.id, leftover.journal).isClosed {
                // A command that asked for it is carried out, and answered, by the command that it left.
                let commands = try await parts.ledger.openCommands().map(\.command)
                guard !commands.contains(where: { $0.render.job == job.id && $0.wholeJob == true && $0.kind == .retry })
                else { return }
                _ = try await parts.workspace.takeBack(
                    job.id, folder: job.folder, file: (job.source as NSString).lastPathComponent, sha256: job.sha256)
                found.unsettled += 1  // its journal is compared first
                return try await comeback.goOn(job, from: nil)
            }
            _ = try await parts.workspace.finish(
                job.id, in: job.state == .done ? .archive : .failed, folder: job.folder, name: job.name, files: [:])
            return
        }
        let replay = JournalReplay(job.id, leftover.journal)
        let standings = replay.standings
        var renders = try await parts.ledger.renders(of: job.id)
        let isBehind = renders.contains { $0.attempts < standings[$0.id.number]?.attempts ?? 0 }
        let wasOpen = renders.contains { !$0.state.name.isFinal }
        for index in renders.indices where !renders[index].state.name.isFinal {
            let render = renders[index]
            let standing = standings[render.id.number]
            let state: RenderMachine.State
            if let shelf {
                let told = standing?.state
                state = told.flatMap { $0.name.isFinal ? $0 : nil } ?? shelf.end
            } else if let standing, standing.knowsMore(than: render) {
                // A line that cannot be read may have told that it was sent again.
                let isDoubtful = leftover.damagedLines > 0 && standing.state == .queued
                state = isDoubtful ? .undecided(.ledgerLost) : standing.state
                if state.name == render.state.name, standing.attempts == render.attempts { continue }
            } else if isBehind, leftover.damagedLines > 0, render.state == .queued {
                // A line that cannot be read may have told that this one was sent, too.
                state = .undecided(.ledgerLost)
            } else {
                continue
            }
            let history = replay.history(
                of: render.id.number, plan: render.plan, job: job, zone: parts.budgetZone)
            renders[index].state = state
            renders[index].attempts = max(render.attempts, standing?.attempts ?? 0)
            try await believe(
                renders[index], history, before: render, of: job, at: standing?.since ?? parts.now())
        }
        if wasOpen, renders.allSatisfy(\.state.name.isFinal) { await report(.ended(job.id)) }
    }

    /// Writes the journal's record of a render into the ledger.
    private func believe(
        _ render: RenderRecord, _ history: RenderHistory?, before: RenderRecord, of job: JobRecord, at date: Date
    ) async throws {
        // An attempt that is told as begun raises the count; the row then says how it ended.
        var facts = (history?.attempts ?? []).map { Fact.attemptEnded($0) }
        if let last = history?.attempts.last, last.number > before.attempts {
            facts.insert(.attemptBegan(last), at: 0)
        }
        facts += (history?.tasks ?? []).map { .task($0) } + (history?.outputs ?? []).map { .output($0) }
        facts += (history?.spend ?? []).map { .spend($0) }
        let event = RenderMachine.Event.reconciled(render.state)
        guard case .step(let step) = try parts.outcome(of: before, on: event, facts: facts, at: date) else { return }
        try await outages.insist(until: .stopping, about: job) { [parts] in
            try await parts.ledger.record(step)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .warning(Message.journalKnowsMore().line)))
        // What is followed or delivered already meets the new row at its next step, and goes on from it.
        let wasIdle = [.queued, .undecided].contains(before.state.name)
        if render.state.name == .undecided || wasIdle && [.following, .rendered].contains(render.state.name) {
            await report(.continues(render))
        }
    }
}

extension Shelf {
    /// How a render ended whose journal does not say it.
    fileprivate var end: RenderMachine.State {
        switch self {
        case .archive: .delivered
        case .failed: .failed(.ledgerLost)
        }
    }
}

extension JournalReplay.Standing {
    /// Whether the journal records a later attempt, or an end of the render or of an attempt that the ledger does not
    /// have.
    fileprivate func knowsMore(than render: RenderRecord) -> Bool {
        if attempts > render.attempts { return true }
        if attempts == render.attempts, state.name.isFinal { return true }
        guard attempts == render.attempts, attempts > 0, [.sending, .undecided].contains(render.state.name) else {
            return false
        }
        return ![.sending, .undecided].contains(state.name)
    }
}
