import Foundation
import RenderCore

extension EngineRun {
    /// Starts work on one render, and ends its job if it was the last.
    func begin(_ render: RenderRecord, _ job: JobRecord, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        group.addTask {
            try await tend(render, of: job)
            // Its place is free before papers and folders are seen to.
            await admission.release(render.id)
            try await end(job.id)
            await status.touch(job.id)
            await dispatcher.ended(render.id, moved)
            wake.ring()
        }
    }

    /// Ends a job that has nothing more to do, outside the main loop: an unavailable folder delays its own jobs only.
    func close(_ job: JobID, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        closings.begin()
        group.addTask {
            try await end(job)
            closings.end()
            wake.ring()
        }
    }

    /// Writes down what an undecided render waits for from now on, and continues it: outside the main loop, because a journal is written.
    func restate(
        _ render: RenderRecord, _ job: JobRecord, _ standing: LostAnswer.Standing,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        closings.begin()
        group.addTask {
            do {
                try await write(standing, of: render, job)
            } catch is CancellationError {
                // Stopped: the next start says it.
            } catch LedgerError.conflict {
                // A person has decided meanwhile.
            } catch {
                let trouble = try Self.failure(error)
                tell(trouble, job)
                if mode != .watch { stuck.add(trouble) }
            }
            closings.end()
            wake.ring()
        }
    }

    private func write(_ standing: LostAnswer.Standing, of render: RenderRecord, _ job: JobRecord) async throws {
        let cause = try await parts.ledger.history(of: render.id)?.attempts.last?.failure ?? .ledgerLost
        let failure = LostAnswer.failure(
            of: render.id, attempt: render.attempts, because: cause, price: render.plan.estimate, standing)
        let outcome = try parts.outcome(of: render, on: .doubted(failure), at: render.since)
        guard case .step(let step) = outcome else { return }
        try await parts.ledger.record(step)
        await status.touch(job.id)
        var render = render
        render.state = .undecided(failure)
        await leaveOpen(render, job)
    }

    /// Takes a render as far as possible. A failure is reported, and retried later from the ledger: it never ends the
    /// other renders.
    ///
    /// - Throws: `LedgerError.unusable` only: without a ledger nothing may continue.
    private func tend(_ start: RenderRecord, of job: JobRecord) async throws {
        var failures = 0
        while true {
            var trouble: Failure
            do {
                guard let render = failures == 0 ? start : try await unfinished(start.id) else { return }
                return try await runner[render.plan](render).run(render, of: job)
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
                if trouble.isFolderOutOfOrder { shutdown.advance(to: .stopping) }
                return
            }
            let isProviders = trouble.fault == .provider || trouble.fault == .throttled
            let delay = Backoff(first: .seconds(5), longest: .seconds(isProviders ? 10 : 300)).delay(
                after: failures, jitter: parts.jitter(),
                floor: trouble.retryAfterSeconds.map { .seconds(min($0, 3600)) })
            do {
                try await shutdown.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
            } catch {
                return  // stopped
            }
        }
    }

    /// The render's row; nil if there is nothing to continue, or if the dispatcher continues it.
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
            if trouble.isFolderOutOfOrder { shutdown.advance(to: .stopping) }
        }
    }

    /// What an error means for the render or job that it concerns.
    ///
    /// - Throws: `LedgerError.unusable`.
    private static func failure(_ error: any Error) throws -> Failure {
        switch error {
        case let failure as Failure: return failure
        case LedgerError.unusable: throw error
        case LedgerError.storage(let words): return .ledgerStorage(words)
        default:
            return Failure(.unexpected, .unexpected("\(error)"), fault: .job, retryable: true)
        }
    }

    /// One event for each problem, not one for every attempt.
    func tell(_ trouble: Failure, _ job: JobRecord? = nil) {
        guard told.add(trouble, of: job?.id) else { return }
        events.send(EngineEvent(at: parts.now(), job: job?.id, name: job?.name, kind: .trouble(trouble)))
    }

    // MARK: - The end of a batch

    /// Everything that decides whether a batch has ended, but for what only the main loop knows.
    func snapshot(
        staysForHeld: Bool, _ pass: Dispatcher.Pass, _ scans: ScanLoop.State
    ) async throws -> BatchSnapshot {
        let now = parts.now()
        func outage(_ failure: Failure, _ since: Date) -> BatchSnapshot.Outage {
            BatchSnapshot.Outage(isOfAccount: failure.fault == .account, seconds: now.timeIntervalSince(since))
        }
        var snapshot = BatchSnapshot()
        snapshot.staysForHeld = staysForHeld
        snapshot.patience = parts.configuration.limits.unreachableSeconds
        // With several accounts only once nothing but their unanswered tasks is at work.
        let (running, followed) = (await dispatcher.runningCount, await accounts.followed)
        if accounts.isSingle || running <= followed, let out = await accounts.unanswered {
            snapshot.queries = outage(out.failure, out.since)
        }
        if let out = await admission.paused { snapshot.submits = outage(out.failure, out.since) }
        if let out = await search.unanswered { snapshot.searches = outage(out.failure, out.since) }
        snapshot.isKeyKnown = await start.isAnswered
        // One that has ended since the pass began may be back in the queue.
        snapshot.running = await dispatcher.runningCount + pass.running + pass.starts.count
        snapshot.closing = closings.count
        // Neither begins before the journals were compared; where they cannot be, a batch does not wait for them.
        if compared.isOpen { snapshot.isSearching = await search.isLooking }
        if read.isOpen { snapshot.isReadingCommands = !commands.hasLooked || pass.isHeld }
        snapshot.inbox = scans.trouble == nil ? .seen : .hindered
        snapshot.unsettled = scans.last.unsettled
        snapshot.away = await jobs.away.count
        snapshot.held = scans.last.held
        snapshot.waitsForBudget = scans.last.overBudget != nil
        snapshot.blocked = pass.blocked
        snapshot.hopeless = pass.hopeless
        let isHeld = await admission.overBudget != nil
        snapshot.isBudgetSpent = isHeld && pass.waitsForBudgetOnly
        guard staysForHeld else { return snapshot }
        do {
            snapshot.queued = try await parts.ledger.counts()[.queued] ?? 0
        } catch LedgerError.storage {
            snapshot.queued = nil  // the next pass meets it, too, and tells it
        }
        return snapshot
    }

    func outcome(_ scan: ScanResult, isLedgerOut: Bool) async throws -> Engine.Outcome {
        var outcome = Engine.Outcome()
        outcome.jobsDone = await jobs.succeeded
        outcome.jobsFailed = await jobs.failed
        outcome.ended = await jobs.ended
        if isLedgerOut { stuck.add(.ledgerStorage("it has not answered for too long")) }
        do {
            let counts = try await parts.ledger.counts()
            outcome.undecided = counts[.undecided] ?? 0
            outcome.queued = counts[.queued] ?? 0
        } catch LedgerError.storage(let words) {
            stuck.add(.ledgerStorage(words))  // what was done is done, and is told without these two figures
        }
        outcome.waiting = scan.waiting.filter { !$0.isTaken }
        if await start.refusal != nil {
            // It ended before it could see whether they still grow.
            for index in outcome.waiting.indices where outcome.waiting[index].kind == .copying {
                let drop = outcome.waiting[index]
                outcome.waiting[index] = WaitingDrop(
                    folder: drop.folder, name: drop.name, .keyRefused, parts.times, at: parts.now())
            }
        }
        outcome.overBudget = await admission.overBudget ?? scan.overBudget
        var all = stuck.all
        // A pause that holds nothing back hinders nothing.
        if let paused = await admission.paused, outcome.queued > 0 { all.append(paused.failure) }
        if let refusal = await start.refusal, !all.contains(where: { $0.code == refusal.code }) { all.append(refusal) }
        if outcome.queued > 0 { all += await admission.hopeless }
        if let lack = await room.lack, outcome.queued > 0 { all.append(lack.failure) }
        all += await accounts.failures
        if let missing = scan.accountMissing { all.append(missing) }
        if let out = await search.unanswered { all.append(out.failure) }
        for failure in all {
            switch failure.fault {
            case .provider, .throttled: outcome.unreachable = outcome.unreachable ?? unreachable(failure)
            case .job, .account, .folder:
                // Two desks may have met the same trouble. Of another account the pause, which comes first, says more than a question
                // about one of its tasks.
                let isTold = outcome.troubles.contains {
                    $0.code == failure.code && ($0.message == failure.message || failure.has(.otherAccount))
                }
                if !isTold { outcome.troubles.append(failure) }
            }
        }
        return outcome
    }

    /// The failure's own words name the host: with several accounts, and hosts for results, it need not be the standard account's.
    private func unreachable(_ failure: Failure) -> Failure {
        Failure(
            code: failure.code, .providerOutOfReach(said: failure.message), fault: .provider, retryable: true)
    }
}
