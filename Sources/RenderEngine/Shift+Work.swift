import Foundation
import RenderCore

extension Shift {
    /// Starts the work on one render, and its job's end if it was the last.
    func begin(_ render: RenderRecord, _ job: JobRecord, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        group.addTask {
            try await tend(render, of: job)
            // Its place is free before papers and folders are seen to.
            await lanes.release(render.id)
            try await end(job.id)
            await status.touch(job.id)
            await dispatcher.ended(render.id, moved)
            bell.ring()
        }
    }

    /// Ends a job that has nothing more to do, beside the loop: a folder that is away holds up its own jobs only.
    func close(_ job: JobID, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        closings.begin()
        group.addTask {
            try await end(job)
            closings.end()
            bell.ring()
        }
    }

    /// Takes a render as far as it goes. What goes wrong with one is told, and tried again later from what the ledger says:
    /// it never ends the others.
    ///
    /// - Throws: `LedgerError.unusable` only: without a ledger nothing may go on.
    private func tend(_ start: RenderRecord, of job: JobRecord) async throws {
        var failures = 0
        while true {
            var trouble: Failure
            do {
                guard let render = failures == 0 ? start : try await unfinished(start.id) else { return }
                return try await runner.run(render, of: job)
            } catch is CancellationError {
                return  // stopped: the ledger says where to go on
            } catch LedgerError.conflict where failures < 3 {
                // A person has moved it meanwhile: what the ledger says by now counts.
                failures += 1
                continue
            } catch {
                trouble = try Self.failure(error)
            }
            failures += 1
            tell(trouble, job)
            if mode != .watch, trouble.isFolderOutOfOrder || failures >= 3 || trouble.fault == .provider {
                // Waited as long as a batch waits.
                stuck.add(trouble)
                if trouble.isFolderOutOfOrder { stopper.advance(to: .stopping) }
                return
            }
            let isProviders = trouble.fault == .provider || trouble.fault == .throttled
            let delay = Backoff(first: .seconds(5), longest: .seconds(isProviders ? 10 : 300)).delay(
                after: failures, jitter: parts.jitter(),
                floor: trouble.retryAfterSeconds.map { .seconds(min($0, 3600)) })
            do {
                try await stopper.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
            } catch {
                return  // stopped
            }
        }
    }

    /// The render as the ledger has it; nil where there is nothing to go on with, or the dispatcher does.
    private func unfinished(_ id: RenderID) async throws -> RenderRecord? {
        guard let render = try await parts.ledger.history(of: id)?.render else { return nil }
        switch render.state {
        case .sending, .following, .rendered: return render
        case .queued, .undecided, .delivered, .failed, .canceled: return nil
        }
    }

    private func end(_ job: JobID) async throws {
        do {
            try await jobs.closeIfEnded(job)
        } catch is CancellationError {
            // Stopped: the next start closes it.
        } catch {
            let trouble = try Self.failure(error)
            tell(trouble)
            closings.failed(job)
            guard mode != .watch else { return }
            stuck.add(trouble)
            if trouble.isFolderOutOfOrder { stopper.advance(to: .stopping) }
        }
    }

    /// What an error means for the one thing that it hit.
    ///
    /// - Throws: `LedgerError.unusable`.
    private static func failure(_ error: any Error) throws -> Failure {
        switch error {
        case let failure as Failure: return failure
        case LedgerError.unusable: throw error
        case LedgerError.storage(let words): return .ledgerStorage(words)
        default:
            return Failure(
                code: "unexpected", message: "\(error)", advice: "it is tried again; tell us, if it stays", fault: .job,
                retryable: true)
        }
    }

    /// One event for a trouble, not one for every try.
    func tell(_ trouble: Failure, _ job: JobRecord? = nil) {
        guard told.add(trouble, of: job?.id) else { return }
        events.send(EngineEvent(at: parts.now(), job: job?.id, name: job?.name, kind: .trouble(trouble)))
    }

    // MARK: - The end of a batch

    /// - Parameter isHindered: the last look could not be made whole, because a folder is out of order.
    func isFinished(_ look: Intake.Pass, _ pass: Dispatcher.Pass, isHindered: Bool) async throws -> Bool {
        guard case .drain(let wait) = mode else { return false }
        let limit = parts.configuration.limits.unreachableSeconds
        if let out = await desk.unanswered {
            // A key that is refused stays refused; anything else may pass.
            if out.failure.fault == .account || parts.now().timeIntervalSince(out.since) >= limit { return true }
        }
        if let paused = await lanes.paused {
            let since = parts.now().timeIntervalSince(paused.since)
            if paused.failure.fault == .account || since >= limit {
                return await dispatcher.runningCount == 0 || since >= limit
            }
        }
        if let out = await search.unanswered {
            if out.failure.fault == .account || parts.now().timeIntervalSince(out.since) >= limit { return true }
        }
        guard await dispatcher.runningCount == 0, pass.running == 0, pass.starts.isEmpty, closings.count == 0 else {
            return false
        }
        // In this order: what the search has found was handed over before it stopped looking.
        // Neither begins before the journals were compared; where they cannot be, a batch does not wait for them.
        if compared.isOpen {
            guard await !search.isLooking else { return false }
        }
        if read.isOpen {
            // The pass may be of the moment before.
            guard wishes.hasLooked, !pass.isHeld else { return false }
        }
        guard moved.isEmpty else { return false }
        if !isHindered {
            guard look.unsettled == 0, !hinted.isSet, await jobs.away.isEmpty else { return false }
        }
        let budgetHolds = await lanes.overBudget != nil
        if pass.blocked > pass.hopeless, !budgetHolds { return false }
        if pass.hopeless > 0 { return true }
        guard wait, !isHindered else { return true }
        do {
            let counts = try await parts.ledger.counts()
            return (counts[.queued] ?? 0) == 0 && look.held == 0
        } catch LedgerError.storage {
            return false  // the next pass meets it, too, and tells it
        }
    }

    func outcome(_ look: Intake.Pass, isLedgerOut: Bool) async throws -> Engine.Outcome {
        var outcome = Engine.Outcome()
        outcome.jobsDone = await jobs.succeeded
        outcome.jobsFailed = await jobs.failed
        if isLedgerOut { stuck.add(.ledgerStorage("it has not answered for too long")) }
        do {
            let counts = try await parts.ledger.counts()
            outcome.undecided = counts[.undecided] ?? 0
            outcome.queued = counts[.queued] ?? 0
        } catch LedgerError.storage(let words) {
            stuck.add(.ledgerStorage(words))  // what was done is done, and is told without these two figures
        }
        outcome.waiting = look.waiting.filter { !$0.isTaken }
        outcome.overBudget = await lanes.overBudget ?? look.overBudget
        var all = stuck.all
        // A pause that holds nothing back hinders nothing.
        if let paused = await lanes.paused, outcome.queued > 0 { all.append(paused.failure) }
        if outcome.queued > 0 { all += await lanes.hopeless }
        if let lack = await room.lack, outcome.queued > 0 { all.append(lack.failure) }
        if let out = await desk.unanswered { all.append(out.failure) }
        if let out = await search.unanswered { all.append(out.failure) }
        for failure in all {
            switch failure.fault {
            case .provider, .throttled: outcome.unreachable = outcome.unreachable ?? unreachable(failure)
            case .job, .account, .folder: outcome.troubles.append(failure)
            }
        }
        return outcome
    }

    private func unreachable(_ failure: Failure) -> Failure {
        Failure(
            code: failure.code, message: "no luck with the provider at \(parts.service.apiRoot): \(failure.message)",
            advice: "run again when it is back; every task goes on where it stood", fault: .provider, retryable: true)
    }
}
