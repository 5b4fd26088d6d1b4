import Foundation
import RenderCore

extension RenderRunner {
    /// One try. Returns nil when the render stays in the queue.
    func submit(
        _ render: inout RenderRecord, of job: JobRecord, machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        if let limit = render.giveUpAt, parts.now() > limit {
            let failure = Failure(
                code: "gave_up", message: "waited for its turn until \(Timestamp.text(limit)), as give_up_after says",
                advice: "allow more time, or fewer jobs at once", fault: .job, retryable: true)
            return try await move(&render, of: job, &machine, .gaveUp(failure))
        }
        // Before its references are read: a folder that was taken away is an answer, not a missing file.
        guard try await courier.jobs.isAtHome(job.id) else { return nil }
        let prepared: PreparedSubmit
        do {
            prepared = try await parts.service.prepare(
                render.plan, references: parts.workspace.folder(of: job.id))
        } catch let failure as Failure {
            if failure.fault == .job { return try await move(&render, of: job, &machine, .gaveUp(failure)) }
            send(.refused(failure), render, job)
            await lanes.troubled(render.id, render.plan, failure)
            return nil
        } catch LedgerError.storage(let words) {
            // It remembers the uploads. No intent could be written, either.
            await lanes.troubled(render.id, render.plan, .ledgerStorage(words))
            return nil
        }
        try stopper.check()
        let attempt: AttemptRecord
        do {
            guard let begun = try await intend(&render, of: job, &machine, prepared) else { return machine.next }
            attempt = begun
        } catch LedgerError.overBudget(let scope, let cap, let committed, let wanted) {
            await holdForBudget(scope: scope, cap: cap, committed: committed, wanted: wanted)
            return nil
        }
        send(.submitting(attempt: attempt.number, mode: render.plan.mode), render, job)
        let outcome: SubmitOutcome
        if stopper.isStopping {
            outcome = .notSent(
                Failure(code: "stopped", message: "stopped before sending", advice: "", fault: .folder, retryable: true)
            )
        } else {
            do {
                outcome = try await parts.service.submit(prepared, plan: render.plan)
            } catch is CancellationError {
                // Cut off at the end of the grace, or by the second signal: written down now, so that nobody has to guess.
                outcome = .unknown(LostAnswer.cutOff)
            }
        }
        return try await answered(outcome, attempt, &render, of: job, &machine)
    }

    /// The intent with its reservation, in the ledger and in the job's journal.
    ///
    /// - Returns: nil where the journal's folder is gone: nothing is sent then, and the render has failed.
    func intend(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ prepared: PreparedSubmit
    ) async throws -> AttemptRecord? {
        let now = parts.now()
        let attempt = AttemptRecord(
            render: render.id, number: render.attempts + 1, intentAt: now, endpoint: prepared.endpoint,
            shown: prepared.shown, keyMark: prepared.keyMark, apiRoot: parts.service.apiRoot)
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let spend = SpendRecord(
            render: render.id, attempt: attempt.number, state: .reserved, estimate: render.plan.estimate, at: now,
            day: keys.day, month: keys.month, model: render.plan.model, folder: job.folder, account: job.account)
        var next = machine
        _ = next.handle(.intentWritten(attempt: attempt.number))
        let step = Step(
            render: render.id, from: render.state.name, attempts: render.attempts, to: next.state,
            facts: [.attemptBegan(attempt), .reserve(spend, caps: parts.spendCaps)], at: now)
        try await insistence.insist(until: .stopping, about: job) { [parts] in try await parts.ledger.record(step) }
        machine = next
        render.state = next.state
        render.since = now
        render.attempts = attempt.number
        let line: JSONValue = [
            "at": .string(Timestamp.text(now)), "event": "intent", "render": .int(render.id.number),
            "attempt": .int(attempt.number), "model": .string(render.plan.model),
            "endpoint": .string(prepared.endpoint), "root": .string(parts.service.apiRoot),
        ]
        let id = job.id
        do {
            try await insistence.insist(until: .stopping, about: job) { [parts] in
                try await parts.workspace.journal(id, line)
            }
        } catch let failure as Failure where !failure.isFolderOutOfOrder {
            // Taken away since it was asked for: the queue is closed, and what goes back into it is canceled. Else nobody may write
            // there.
            let isAway = try await !courier.jobs.isAtHome(id)
            let gone = Failure(
                code: "job_folder_gone", message: "the job's folder in working cannot be written: \(failure.message)",
                advice: "nothing was sent; drop the job file again", fault: isAway ? .folder : .job, retryable: isAway)
            _ = try await answered(.notSent(gone), attempt, &render, of: job, &machine)
            return nil
        } catch {
            // Nothing was sent, and this process still knows it: a restart must not take it for unknown.
            let stopped = Failure(
                code: "stopped", message: "stopped before sending", advice: "", fault: .folder, retryable: true)
            _ = try await answered(.notSent(stopped), attempt, &render, of: job, &machine)
            throw error
        }
        return attempt
    }

    /// Writes down what became of a submit, and says what is next.
    func answered(
        _ outcome: SubmitOutcome, _ begun: AttemptRecord, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let now = parts.now()
        var outcome = outcome
        if case .refused(let failure) = outcome, failure.subject != nil {
            let again = try await !wentAnew(render, begun, job)
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
                        status: "PENDING", acceptedAt: now)))
            event = .accepted(task)
        case .completed(let result):
            attempt.outcome = .completed
            attempt.submitRequestID = result.requestID
            event = .completed(result)
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
            event = Self.lost(render.plan, attempt: attempt.number, because: failure)
        }
        facts.insert(.attemptEnded(attempt), at: 0)
        let action: RenderMachine.Action
        do {
            action = try await move(&render, of: job, &machine, event, facts: facts)
        } catch let error as CancellationError {
            // Stopped before the ledger took it: the journal may, and is believed at the next start.
            await note(attempt, job)
            throw error
        }
        await note(attempt, job)
        switch outcome {
        case .accepted(let task, _):
            await lanes.succeeded(render.plan)
            await search.accepted(render.plan)
            send(.accepted(task), render, job)
        case .completed(let result):
            await lanes.succeeded(render.plan)
            if !result.outputs.isEmpty { send(.rendered(outputs: result.outputs.count), render, job) }
        case .refused(let failure) where failure.subject != nil:
            // The provider is in order: nothing else has to wait. At the job's end, too, so that who tries again uploads anew.
            if failure.fault != .job { send(.refused(failure), render, job) }
            await forgetUploads(of: render, sent: attempt.intentAt, job)
        case .refused(let failure), .notSent(let failure):
            if failure.fault != .job {
                send(.refused(failure), render, job)
                // A folder that was taken away says nothing of the lane.
                if !stopper.isStopping, failure.code != "job_folder_gone" {
                    await lanes.troubled(render.id, render.plan, failure)
                }
            }
        case .unknown(let failure):
            guard !stopper.isStopping else { break }
            // Each further one would need a decision, too: the lane slows down, or everything waits for one that tries.
            await lanes.troubled(render.id, render.plan, failure, isSafe: false)
        }
        return action
    }

    /// A restart finds an intent, and nobody knows what became of it.
    func lost(
        _ number: Int, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        let failure = LostAnswer.restarted
        var facts: [Fact] = []
        var ended: AttemptRecord?
        if var attempt = try await history(of: render, job)?.attempts.last, attempt.outcome == nil {
            attempt.outcome = .unknown
            attempt.failure = failure
            ended = attempt
            facts = [.attemptEnded(attempt)]
        }
        let action = try await move(
            &render, of: job, &machine, Self.lost(render.plan, attempt: number, because: failure), facts: facts)
        if let ended { await note(ended, job) }
        return action
    }

    /// The journal is the second copy: the ledger has the answer already, so a failure here loses nothing.
    func note(_ attempt: AttemptRecord, _ job: JobRecord) async {
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(attempt.answeredAt ?? parts.now())), "event": "answer",
            "render": .int(attempt.render.number), "attempt": .int(attempt.number),
            "outcome": .string(attempt.outcome?.rawValue ?? "unknown"),
        ]
        if let task = attempt.task { line["task"] = .string(task.text) }
        if let request = attempt.submitRequestID { line["request_id"] = .string(request) }
        if let failure = attempt.failure { line["code"] = .string(failure.code) }
        let written = JSONValue.object(line)
        do {
            try await parts.workspace.journal(job.id, written)
        } catch let failure as Failure where failure.code == "file_gone" {
            // The job's folder was taken away, which is told before the next submit.
        } catch let failure as Failure {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        } catch {
            // Only a cancelled task comes here; the ledger has it.
        }
    }

    func holdForBudget(scope: String, cap: Money, committed: Money, wanted: Money) async {
        let until = Timestamp.nextPeriod(after: parts.now(), scope: scope, in: parts.budgetZone)
        await lanes.holdForBudget(
            until: until,
            Failure(
                code: "over_budget",
                message: "the \(scope)'s budget of \(cap) has \(committed) committed; \(wanted) more do not fit",
                advice: "raise budget.\(scope) in watch.yaml, or wait until \(Timestamp.text(until))", fault: .account,
                retryable: true))
    }
}
