import Foundation
import RenderCore

extension RenderRunner {
    /// One attempt. Returns nil if the render stays in the queue.
    func submit(
        _ render: inout RenderRecord, of job: JobRecord, machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        if let limit = render.giveUpAt, parts.now() > limit {
            let failure = Failure(
                .gaveUp, .waitedTooLong(until: parts.times.text(limit, at: parts.now())), fault: .job, retryable: true
            )
            return try await move(&render, of: job, &machine, .gaveUp(failure))
        }
        // Before its references are read: a folder that was taken away is an answer, not a missing file.
        guard try await deliverer.jobs.isAtHome(job.id) else { return nil }
        let prepared: PreparedSubmit
        do {
            prepared = try await parts.service.prepare(
                render.plan, references: parts.workspace.folder(of: job.id))
        } catch let failure as Failure {
            if failure.fault == .job { return try await move(&render, of: job, &machine, .gaveUp(failure)) }
            send(.refused(failure), render, job)
            await admission.troubled(render.id, render.plan, failure)
            return nil
        } catch LedgerError.storage(let words) {
            // It remembers the uploads. No intent could be written, either.
            await admission.troubled(render.id, render.plan, .ledgerStorage(words))
            return nil
        }
        let price = try await prices.price(of: render.plan)
        if let price, let most = render.plan.priceMax, price.currency == most.currency, price.micros > most.micros {
            let failure = Failure(
                .overMaxCost, .askedTooMuch(price, for: render.plan.model, most: most), fault: .job, retryable: true)
            return try await move(&render, of: job, &machine, .gaveUp(failure))
        }
        try shutdown.check()
        guard try await isTurn(render, job) else { return nil }
        let attempt: AttemptRecord
        do {
            guard let begun = try await intend(&render, of: job, &machine, prepared, price) else { return machine.next }
            attempt = begun
        } catch LedgerError.cancelAsked {
            // Carried out within a second. Until then this render keeps its place, so that it is not prepared again and again.
            try await shutdown.pause(for: .milliseconds(500), clock: parts.clock, giveUpAt: .stopping)
            return nil
        } catch LedgerError.overBudget(let scope, let cap, let committed, let wanted) {
            // The provider asks more than the estimate that was compared with the caps before the claim: one dear render must not hold
            // the others for ever.
            if let estimate = render.plan.estimate, estimate.currency == wanted.currency,
                wanted.micros > estimate.micros,
                cap.currency == wanted.currency, let never = BudgetFit.refusal(of: [wanted], under: parts.spendCaps)
            {
                return try await move(&render, of: job, &machine, .gaveUp(never))
            }
            await holdForBudget(scope: scope, cap: cap, committed: committed, wanted: wanted)
            return nil
        }
        send(.submitting(attempt: attempt.number, mode: render.plan.mode), render, job)
        let outcome: SubmitOutcome
        do {
            outcome = try await parts.service.submit(prepared, plan: render.plan)
            await admission.answered(render.id, render.plan)
        } catch is CancellationError {
            // Cut off at the end of the grace, or by the second signal: written down now, so that nobody has to guess.
            outcome = .unknown(LostAnswer.cutOff)
        }
        return try await answered(outcome, attempt, &render, of: job, &machine)
    }

    /// Waits until the lane's rate lets the bytes leave. Here and not at the admission: uploads take one submit longer than another, so
    /// what was admitted a second apart would arrive closer together. Before the intent: a process that is killed while it waits has sent
    /// nothing, and knows it; and what is canceled meanwhile is not sent. What the intent's flushes take is seen by the answer.
    ///
    /// - Returns: false if it stays in the queue, because a stop has begun or something has changed while it waited.
    private func isTurn(_ render: RenderRecord, _ job: JobRecord) async throws -> Bool {
        var hasWaited = false
        while !shutdown.isStopping {
            guard let wait = await admission.send(render.id, render.plan) else {
                guard hasWaited else { return true }
                if let limit = render.giveUpAt, parts.now() > limit { return false }
                return try await deliverer.jobs.isAtHome(job.id)
            }
            hasWaited = true
            do {
                try await shutdown.pause(for: wait, clock: parts.clock, giveUpAt: .stopping)
            } catch {
                return false
            }
        }
        return false
    }

    /// Records the intent with its reservation, in the ledger and in the job's journal.
    ///
    /// - Parameter price: what is reserved; nil: nobody knows a price.
    /// - Returns: nil if the journal's folder is gone: then nothing is sent, and the render has failed.
    func intend(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ prepared: PreparedSubmit,
        _ price: Money?
    ) async throws -> AttemptRecord? {
        let now = parts.now()
        let attempt = AttemptRecord(
            render: render.id, number: render.attempts + 1, intentAt: now, endpoint: prepared.endpoint,
            shown: prepared.shown, keyMark: prepared.keyMark, apiRoot: parts.service.apiRoot,
            route: render.plan.route?.at(parts.service.apiRoot))
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let spend = SpendRecord(
            render: render.id, attempt: attempt.number, state: .reserved, estimate: price, at: now,
            day: keys.day, month: keys.month, model: render.plan.model, folder: job.folder,
            account: render.plan.route?.account ?? job.account)
        let facts: [Fact] = [.attemptBegan(attempt), .reserve(spend, caps: parts.spendCaps)]
        let event = RenderMachine.Event.intentWritten(attempt: attempt.number)
        guard case .step(let step) = try parts.outcome(of: render, on: event, facts: facts, at: now) else { return nil }
        let line = try JournalLine.step(step)
        try await outages.insist(until: .stopping, about: job) { [parts] in try await parts.ledger.record(step) }
        book.add(step)
        machine = RenderMachine(step.to)
        render.state = step.to
        render.since = now
        render.attempts = attempt.number
        let id = job.id
        do {
            try await outages.insist(until: .stopping, about: job) { [parts] in
                try await parts.workspace.journal(id, line, .now)
            }
        } catch let failure as Failure where !failure.isFolderOutOfOrder {
            // Taken away since it was asked for: the queue is closed, and what goes back into it is canceled. Else nobody may write
            // there.
            let isAway = try await !deliverer.jobs.isAtHome(id)
            let gone = Failure(
                .jobFolderGone, .jobFolderNotWritable(because: failure.message), fault: isAway ? .folder : .job,
                retryable: isAway)
            _ = try await answered(.notSent(gone), attempt, &render, of: job, &machine)
            return nil
        } catch {
            // Nothing was sent, and this process still knows it: a restart must not take it for unknown.
            let stopped = Failure(.stopped, .stoppedBeforeSending(), fault: .folder, retryable: true)
            _ = try await answered(.notSent(stopped), attempt, &render, of: job, &machine)
            throw error
        }
        return attempt
    }

    /// Records the outcome of a submit, and returns the next step.
    func answered(
        _ outcome: SubmitOutcome, _ begun: AttemptRecord, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let now = parts.now()
        var outcome = outcome
        if case .refused(let failure) = outcome, failure.subject != nil {
            let again = try await !wentAnew(begun, job)
            outcome = .refused(aboutMedia(failure, render.plan, mayGoAnew: again))
        }
        var attempt = begun
        attempt.answeredAt = now
        var facts: [Fact] = []
        let event: RenderMachine.Event
        switch outcome {
        case .accepted(let task, let requestID):
            attempt.outcome = .accepted
            attempt.task = task
            attempt.submitRequestID = requestID
            facts.append(
                .task(
                    TaskRecord(
                        id: task, render: render.id, attempt: attempt.number, model: render.plan.model,
                        status: TaskStage.pending.rawValue, acceptedAt: now)))
            event = .accepted(task)
        case .completed(let result):
            attempt.outcome = .completed
            attempt.submitRequestID = result.requestID
            event = .completed(result.kept(for: parts.service.traits.resultSeconds))
        case .refused(let failure):
            attempt.outcome = .refused
            attempt.failure = failure
            attempt.submitRequestID = failure.requestID
            facts += try await release(attempt, job)
            event = .refused(failure)
        case .notSent(let failure):
            attempt.outcome = .notSent
            attempt.failure = failure
            facts += try await release(attempt, job)
            event = .notSent(failure)
        case .unknown(let failure):
            attempt.outcome = .unknown
            attempt.failure = failure
            attempt.submitRequestID = failure.requestID
            event = lost(render, attempt: attempt.number, because: failure)
        }
        facts.insert(.attemptEnded(attempt), at: 0)
        let action: RenderMachine.Action?
        do {
            action = try await move(&render, of: job, &machine, event, facts: facts)
        } catch let error as CancellationError {
            // Stopped before the ledger took it: the journal may, and is believed at the next start.
            if case .step(let step) = try parts.outcome(of: render, on: event, facts: facts, at: now) {
                await note(step, job)
            }
            throw error
        }
        switch outcome {
        case .accepted(let task, _):
            await admission.succeeded(render.plan)
            await search.accepted(render.plan)
            send(.accepted(task), render, job)
        case .completed(let result):
            await admission.succeeded(render.plan)
            if !result.outputs.isEmpty { send(.rendered(outputs: result.outputs.count), render, job) }
        case .refused(let failure) where failure.subject != nil:
            // The provider is in order: nothing else has to wait. At the job's end, too, so that who tries again uploads anew.
            if failure.fault != .job { send(.refused(failure), render, job) }
            await forgetUploads(of: render, sent: attempt.intentAt, job)
        case .refused(let failure), .notSent(let failure):
            if failure.fault != .job {
                send(.refused(failure), render, job)
                // A folder that was taken away says nothing of the lane.
                if !shutdown.isStopping, !failure.has(.jobFolderGone) {
                    await admission.troubled(render.id, render.plan, failure)
                }
            }
        case .unknown(let failure):
            guard !shutdown.isStopping else { break }
            // Each further one would need a decision, too: the lane slows down, or everything waits for one that tries.
            await admission.troubled(render.id, render.plan, failure, isSafe: false)
        }
        // What waited for this answer may go on, or has another reason to wait.
        deliverer.wake.ring()
        return action
    }

    /// A restart finds an intent without a recorded outcome.
    func lost(
        _ number: Int, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let failure = LostAnswer.restarted
        var facts: [Fact] = []
        if var attempt = try await history(job).attempts.last, attempt.outcome == nil {
            attempt.outcome = .unknown
            attempt.failure = failure
            facts = [.attemptEnded(attempt)]
        }
        return try await move(
            &render, of: job, &machine, lost(render, attempt: number, because: failure), facts: facts)
    }

    /// Writes a step into the journal that the ledger does not have.
    private func note(_ step: Step, _ job: JobRecord) async {
        do {
            try await parts.workspace.journal(job.id, JournalLine.step(step), .now)
        } catch let failure as Failure where failure.has(.fileGone) {
            // The job's folder was taken away, which is told before the next submit.
        } catch let failure as Failure {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        } catch {
            // Only a cancelled task comes here.
        }
    }

    func holdForBudget(scope: String, cap: Money, committed: Money, wanted: Money) async {
        let until = Timestamp.nextPeriod(after: parts.now(), scope: scope, in: parts.budgetZone)
        if let never = BudgetFit.refusal(of: [wanted], under: parts.spendCaps) {
            return await admission.holdForBudget(until: until, never)
        }
        await admission.holdForBudget(
            until: until,
            Failure(
                .overBudget,
                .overBudget(
                    scope: scope, cap: cap, committed: committed, queued: Money(micros: 0, currency: cap.currency),
                    wanted: wanted, isJob: false, until: parts.times.text(until, at: parts.now())),
                fault: .account, retryable: true))
    }
}
