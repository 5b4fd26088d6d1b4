import Foundation
import RenderCore

/// Takes one render from where it stands to its end, or to where it has to wait again.
///
/// Every answer is written down before the next step begins; a step that costs money is written down before it is taken.
struct RenderRunner: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let insistence: Insistence
    let lanes: Lanes
    let desk: PollDesk
    let courier: Courier
    let status: StatusDesk

    /// - Throws: `CancellationError` at a stop; the ledger then says where to go on.
    func run(_ start: RenderRecord, of job: JobRecord) async throws {
        var render = start
        var machine = RenderMachine(start.state)
        var action = machine.next
        // Only the dispatcher admits: what comes back to the queue, also of a former run, waits for its next turn there.
        var isAdmitted = start.state.name == .queued
        var expired = 0
        while true {
            switch action {
            case .admit:
                guard isAdmitted else { return }
                isAdmitted = false
                guard let event = try await submit(&render, of: job, machine: &machine) else { return }
                action = event
            case .send(let attempt):
                action = try await lost(attempt, &render, of: job, &machine)
            case .follow(let task):
                action = try await follow(task, &render, of: job, &machine)
            case .deliver(let result):
                action = try await deliver(result, &render, of: job, &machine)
                if case .follow = action {
                    // New links are asked for at once, and less and less often where these are dead, too.
                    expired += 1
                    if expired > 1 {
                        let delay = Backoff(first: .seconds(5), longest: .seconds(300)).delay(
                            after: expired - 1, jitter: parts.jitter())
                        try await stopper.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
                    }
                }
            case .ask where mayResend(render.plan):
                action = try await move(&render, of: job, &machine, .sendAgain)
            case .ask:
                if case .undecided(let failure) = render.state { send(.undecided(failure), render, job) }
                return
            case .close:
                if case .failed(let failure) = render.state { send(.renderFailed(failure), render, job) }
                return
            case .none:
                return
            }
        }
    }

    // MARK: - Submit

    /// One try. Returns nil when the render stays in the queue.
    private func submit(
        _ render: inout RenderRecord, of job: JobRecord, machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        if let limit = render.giveUpAt, parts.now() > limit {
            let failure = Failure(
                code: "gave_up", message: "waited for its turn until \(Timestamp.text(limit)), as give_up_after says",
                advice: "allow more time, or fewer jobs at once", fault: .job, retryable: true)
            return try await move(&render, of: job, &machine, .gaveUp(failure))
        }
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
            outcome = try await parts.service.submit(prepared, plan: render.plan)
        }
        return try await answered(outcome, attempt, &render, of: job, &machine)
    }

    /// The intent with its reservation, in the ledger and in the job's journal.
    ///
    /// - Returns: nil where the journal's folder is gone: nothing is sent then, and the render has failed.
    private func intend(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ prepared: PreparedSubmit
    ) async throws -> AttemptRecord? {
        let now = parts.now()
        let attempt = AttemptRecord(
            render: render.id, number: render.attempts + 1, intentAt: now, endpoint: prepared.endpoint,
            shown: prepared.shown)
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let spend = SpendRecord(
            render: render.id, attempt: attempt.number, state: .reserved, estimate: render.plan.estimate, at: now,
            day: keys.day, month: keys.month, model: render.plan.model, folder: job.folder, account: job.account)
        var next = machine
        _ = next.handle(.intentWritten(attempt: attempt.number))
        let step = Step(
            render: render.id, from: render.state.name, to: next.state,
            facts: [.attemptBegan(attempt), .reserve(spend, caps: parts.spendCaps)], at: now)
        try await insistence.insist(until: .stopping, about: job) { [parts] in try await parts.ledger.record(step) }
        machine = next
        render.state = next.state
        render.since = now
        render.attempts = attempt.number
        let line: JSONValue = [
            "at": .string(Timestamp.text(now)), "event": "intent", "render": .int(render.id.number),
            "attempt": .int(attempt.number), "model": .string(render.plan.model),
            "endpoint": .string(prepared.endpoint),
        ]
        let id = job.id
        do {
            try await insistence.insist(until: .stopping, about: job) { [parts] in
                try await parts.workspace.journal(id, line)
            }
        } catch let failure as Failure where !failure.isFolderOutOfOrder {
            let gone = Failure(
                code: "job_folder_gone", message: "the job's folder in working cannot be written: \(failure.message)",
                advice: "nothing was sent; drop the job file again", fault: .job, retryable: false)
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
    private func answered(
        _ outcome: SubmitOutcome, _ begun: AttemptRecord, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let now = parts.now()
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
            event = .lost(Self.answerUnknown(attempt: attempt.number, because: failure.message, failure))
        }
        facts.insert(.attemptEnded(attempt), at: 0)
        let action = try await move(&render, of: job, &machine, event, facts: facts)
        await note(attempt, job)
        switch outcome {
        case .accepted(let task, _):
            await lanes.succeeded(render.plan)
            send(.accepted(task), render, job)
        case .completed(let result):
            await lanes.succeeded(render.plan)
            send(.rendered(outputs: result.outputs.count), render, job)
        case .refused(let failure), .notSent(let failure):
            if failure.fault != .job {
                send(.refused(failure), render, job)
                if !stopper.isStopping { await lanes.troubled(render.id, render.plan, failure) }
            }
        case .unknown(let failure):
            // Each further one would need a decision, too: the lane slows down, or everything waits for one that tries.
            await lanes.troubled(render.id, render.plan, failure)
        }
        return action
    }

    /// A restart finds an intent, and nobody knows what became of it.
    private func lost(
        _ number: Int, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        let failure = Self.answerUnknown(attempt: number, because: "renderdrop ended before the answer came")
        var facts: [Fact] = []
        var ended: AttemptRecord?
        if var attempt = try await history(of: render, job)?.attempts.last, attempt.outcome == nil {
            attempt.outcome = .unknown
            attempt.failure = failure
            ended = attempt
            facts = [.attemptEnded(attempt)]
        }
        let action = try await move(&render, of: job, &machine, .lost(failure), facts: facts)
        if let ended { await note(ended, job) }
        return action
    }

    /// The journal is the second copy: the ledger has the answer already, so a failure here loses nothing.
    private func note(_ attempt: AttemptRecord, _ job: JobRecord) async {
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
        } catch let failure as Failure {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        } catch {
            // Only a cancelled task comes here; the ledger has it.
        }
    }

    private func holdForBudget(scope: String, cap: Money, committed: Money, wanted: Money) async {
        let until = Timestamp.nextPeriod(after: parts.now(), scope: scope, in: parts.budgetZone)
        await lanes.holdForBudget(
            until: until,
            Failure(
                code: "over_budget",
                message: "the \(scope)'s budget of \(cap) has \(committed) committed; \(wanted) more do not fit",
                advice: "raise budget.\(scope) in watch.yaml, or wait until \(Timestamp.text(until))", fault: .account,
                retryable: true))
    }

    /// A synchronous call cannot be looked for at the provider; who prefers a double bill to a question says so.
    private func mayResend(_ plan: RenderPlan) -> Bool {
        plan.mode == .sync && parts.configuration.provider.lostAnswer == .resend
    }

    // MARK: - Follow and deliver

    private func follow(
        _ task: TaskID, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        let shown = render
        let report = try await desk.follow(task, model: render.plan.model, acceptedAt: render.since) {
            events.send(
                EngineEvent(
                    at: parts.now(), job: job.id, name: job.name, render: shown.id.number, kind: .running))
        }
        var row = TaskRecord(
            id: task, render: render.id, attempt: render.attempts, model: render.plan.model, status: "UNKNOWN",
            acceptedAt: render.since, lastQueryAt: parts.now(), endedAt: parts.now())
        switch report.state {
        case .succeeded(let result):
            row.status = result.status
            send(.rendered(outputs: result.outputs.count), render, job)
            return try await move(&render, of: job, &machine, .completed(result), facts: [.task(row)])
        case .failed(let failure):
            row.status = "FAILED"
            let again = try await mayTryAgain(render, failure, job)
            send(.taskFailed(failure, again: again), render, job)
            if again { await lanes.troubled(render.id, render.plan, failure) }
            let facts = [.task(row)] + (try await releaseLatest(render, job))
            return try await move(
                &render, of: job, &machine, .taskFailed(failure, mayTryAgain: again), facts: facts)
        case .canceled:
            row.status = "CANCELED"
            let facts = [.task(row)] + (try await releaseLatest(render, job))
            return try await move(&render, of: job, &machine, .taskCanceled, facts: facts)
        case .pending, .running, .unknown:
            let failure = Failure(
                code: "task_gone",
                message: "the provider no longer knows task \(task); it keeps tasks for 24 hours after their end",
                advice:
                    "the render may have been billed; look for the task in the provider's console, then drop the job "
                    + "again if it has to be rendered anew", fault: .job, retryable: false)
            return try await move(&render, of: job, &machine, .taskGone(failure), facts: [.task(row)])
        }
    }

    /// The provider's own failure costs nothing; the render is sent again a few times.
    private func mayTryAgain(_ render: RenderRecord, _ failure: Failure, _ job: JobRecord) async throws -> Bool {
        guard failure.retryable, failure.fault != .job else { return false }
        let tries = try await history(of: render, job)?.attempts.filter { $0.outcome == .accepted }.count
        return (tries ?? 1) < parts.configuration.limits.attempts
    }

    private func deliver(
        _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        guard !result.outputs.isEmpty else {
            let part = result.failedParts.first
            let failure = Failure(
                code: part?.code ?? "no_output",
                message: part.map { "no picture came out: \($0.message)" } ?? "the provider's answer holds no picture",
                advice: "change the prompt or the references, then try again", fault: .job, retryable: false,
                requestID: result.requestID)
            return try await move(
                &render, of: job, &machine, .taskGone(failure), facts: try await releaseLatest(render, job))
        }
        let cost = parts.service.cost(of: result, plan: render.plan)
        do {
            try await courier.deliver(result, of: render, job: job)
        } catch let failure as Failure where failure.code == "link_expired" && result.task != nil {
            return try await move(&render, of: job, &machine, .linksExpired)
        } catch let failure as Failure where failure.code == "link_expired" || failure.fault == .job || isDead(result) {
            // It was rendered and is billed, whatever became of the files.
            var failure = failure
            failure.fault = .job
            failure.retryable = false
            return try await move(
                &render, of: job, &machine, .taskGone(failure), facts: try await settle(render, job, cost))
        }
        let files = try await courier.seal(render, job: job, result: result, cost: cost)
        if let estimate = render.plan.estimate, let cost, cost.micros < estimate.micros { await lanes.budgetFreed() }
        let action = try await move(&render, of: job, &machine, .published)
        send(.delivered(files: files, cost: cost), render, job)
        return action
    }

    /// Links live 24 hours; a result that could not be fetched in that time, for whatever reason, never will be.
    private func isDead(_ result: RenderResult) -> Bool {
        parts.now().timeIntervalSince(result.learnedAt) > 24 * 3600
    }

    // MARK: - Steps

    /// Moves the machine and writes the move down; insists, because what is known must not be lost.
    private func move(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ event: RenderMachine.Event,
        facts: [Fact] = []
    ) async throws -> RenderMachine.Action {
        var next = machine
        let action = next.handle(event)
        guard action != .none else { return .none }
        let step = Step(render: render.id, from: render.state.name, to: next.state, facts: facts, at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        machine = next
        render.state = next.state
        render.since = step.at
        if facts.contains(where: \.freesMoney) { await lanes.budgetFreed() }
        await status.touch(job.id)
        return action
    }

    private func history(of render: RenderRecord, _ job: JobRecord) async throws -> RenderHistory? {
        try await insistence.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.history(of: render.id)
        }
    }

    /// The attempt's reservation is given back: nothing will be billed.
    private func release(_ attempt: AttemptRecord, _ job: JobRecord) async throws -> [Fact] {
        let history = try await insistence.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.history(of: attempt.render)
        }
        guard var spend = history?.spend.first(where: { $0.attempt == attempt.number }), spend.state == .reserved
        else { return [] }
        spend.state = .released
        return [.spend(spend)]
    }

    private func releaseLatest(_ render: RenderRecord, _ job: JobRecord) async throws -> [Fact] {
        guard let latest = try await history(of: render, job)?.attempts.last else { return [] }
        return try await release(latest, job)
    }

    private func settle(_ render: RenderRecord, _ job: JobRecord, _ cost: Money?) async throws -> [Fact] {
        guard var spend = try await history(of: render, job)?.spend.last, spend.state == .reserved else { return [] }
        spend.state = .settled
        spend.actual = cost
        return [.spend(spend)]
    }

    private func send(_ kind: EngineEvent.Kind, _ render: RenderRecord, _ job: JobRecord) {
        events.send(
            EngineEvent(at: parts.now(), job: job.id, name: job.name, render: render.id.number, kind: kind))
    }

    private static func answerUnknown(attempt: Int, because reason: String, _ cause: Failure? = nil) -> Failure {
        Failure(
            code: cause?.code ?? "answer_lost",
            message: "whether the provider accepted attempt \(attempt) is not known: \(reason)",
            advice:
                "it may have been billed and is not sent again by itself; look for it in the provider's console, then "
                + "drop the job again if nothing was rendered",
            fault: .provider, retryable: false, httpStatus: cause?.httpStatus, requestID: cause?.requestID)
    }
}

extension Fact {
    fileprivate var freesMoney: Bool {
        if case .spend(let spend) = self { spend.state != .reserved } else { false }
    }
}
