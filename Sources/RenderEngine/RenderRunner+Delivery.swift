import Foundation
import RenderCore

extension RenderRunner {
    /// How often a task is asked for whose end cannot be read.
    private static let looksAtUnread = 4

    func follow(
        _ task: TaskID, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        let shown = render
        let before = try await history(of: render, job)
        let known = before?.tasks.first { $0.id == task }
        // Of the submit, also where it was rendered before and its links died since.
        let acceptedAt =
            known?.acceptedAt ?? before?.attempts.last { $0.task == task }?.answeredAt ?? render.since
        var report: TaskReport
        var looks = 0
        repeat {
            if looks > 0 {
                // To ask costs nothing, and an answer may be odd for once.
                try await stopper.pause(for: .seconds(min(10, 5 * looks)), clock: parts.clock, giveUpAt: .stopping)
            }
            looks += 1
            report = try await desk.follow(task, model: render.plan.model, acceptedAt: acceptedAt) {
                events.send(
                    EngineEvent(
                        at: parts.now(), job: job.id, name: job.name, render: shown.id.number, kind: .running))
            }
        } while report.isUnread && looks < Self.looksAtUnread
        var row = TaskRecord(
            id: task, render: render.id, attempt: render.attempts, model: render.plan.model, status: "UNKNOWN",
            acceptedAt: acceptedAt, lastQueryAt: parts.now(), endedAt: parts.now())
        switch report.state {
        case .succeeded(let result) where result.outputs.isEmpty && before?.render.result?.outputs.isEmpty == false:
            row.status = result.status
            row.endedAt = known?.endedAt ?? row.endedAt
            guard let former = before?.render.result else { return .none }
            return try await lost(
                former, row, &render, of: job, &machine,
                "the provider's links died, and what it says now of task \(row.id) is in a form that is not known")
        case .succeeded(var result):
            row.status = result.status
            if let known, known.status == result.status, let ended = known.endedAt {
                // New links to an old result: they die with it.
                row.endedAt = ended
                result.learnedAt = min(result.learnedAt, ended)
            }
            if !result.outputs.isEmpty { send(.rendered(outputs: result.outputs.count), render, job) }
            return try await move(&render, of: job, &machine, .completed(result), facts: [.task(row)])
        case .failed(let told):
            row.status = "FAILED"
            var failure = aboutMedia(told, render.plan, mayGoAnew: true)
            let again = try await mayTryAgain(render, failure, job)
            // While it runs the words are for whoever waits, at its end for whoever has to act.
            if !again { failure = aboutMedia(told, render.plan, mayGoAnew: false).atItsEnd }
            send(.taskFailed(failure, again: again), render, job)
            if again, failure.subject == nil { await lanes.troubled(render.id, render.plan, failure) }
            let facts = [.task(row)] + (try await releaseLatest(render, job))
            let sent = before?.attempts.last?.intentAt ?? acceptedAt
            let action = try await move(
                &render, of: job, &machine, .taskFailed(failure, mayTryAgain: again), facts: facts)
            if failure.subject != nil { await forgetUploads(of: render, sent: sent, job) }
            return action
        case .canceled:
            row.status = "CANCELED"
            let facts = [.task(row)] + (try await releaseLatest(render, job))
            return try await move(&render, of: job, &machine, .taskCanceled, facts: facts)
        case .pending, .running, .unknown:
            row.endedAt = known?.endedAt ?? row.endedAt
            if let result = before?.render.result {
                return try await lost(result, row, &render, of: job, &machine)
            }
            let price = render.plan.estimate.map { " (about \($0))" } ?? ""
            let failure = Failure(
                code: "task_gone",
                message: "the provider no longer knows task \(task); it keeps tasks for 24 hours after their end",
                advice:
                    "the render may have been billed\(price); look for the task in the provider's console, then drop the "
                    + "job again if it has to be rendered anew", fault: .job, retryable: false)
            return try await move(&render, of: job, &machine, .taskGone(failure), facts: [.task(row)])
        }
    }

    /// The provider's own failure costs nothing; the render is sent again a few times.
    func mayTryAgain(_ render: RenderRecord, _ failure: Failure, _ job: JobRecord) async throws -> Bool {
        guard failure.retryable, failure.fault != .job else { return false }
        let tries = try await history(of: render, job)?.attempts.count { attempt in
            attempt.outcome == .accepted && attempt.number > render.attemptsBefore
        }
        return (tries ?? 1) < parts.configuration.limits.attempts
    }

    func deliver(
        _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        guard !result.outputs.isEmpty || render.plan.makesTexts == true && result.isArticle else {
            return try await nothingCame(result, &render, of: job, &machine)
        }
        let cost = parts.service.cost(of: result, plan: render.plan)
        let files: [String]
        do {
            let id = render.id
            try await courier.deliver(result, of: render, job: job) { [lanes, courier] in
                // The provider is done with it: while the outbox is away its place is another's.
                await lanes.release(id)
                courier.bell.ring()
            }
            files = try await courier.seal(render, job: job, result: result, cost: cost)
        } catch let failure as Failure where failure.code == "link_expired" && result.task != nil {
            // What the provider said is kept: should the task be gone, it tells what was paid for.
            return try await move(
                &render, of: job, &machine, .linksExpired, facts: [.result(result.withoutLinks)])
        } catch let failure as Failure where isLost(failure, result) {
            var failure = failure
            let saved: Int
            do {
                // What lies in the depot is not lost with what could not be fetched.
                saved = try await courier.salvage(result, of: render, job: job)
            } catch let failure as Failure where failure.isFolderOutOfOrder {
                return try await parked(failure, render)
            }
            failure.message += ". " + Self.loss(of: result, saved: saved, cost)
            failure.advice = Self.anew
            return try await lost(failure, result, &render, of: job, &machine, facts: [])
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            return try await parked(failure, render)
        }
        if let estimate = render.plan.estimate, let cost, cost.micros < estimate.micros { await lanes.budgetFreed() }
        let action = try await move(&render, of: job, &machine, .published)
        await courier.results.end(render.id)
        send(.delivered(files: files, cost: cost), render, job)
        return action
    }

    /// An end without a picture: what failed is not billed, what nobody can read counts as billed.
    private func nothingCame(
        _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action {
        let noun = (render.plan.family.makesFilms ? MediaKind.video : .image).noun
        let cost = parts.service.cost(of: result, plan: render.plan)
        var failure = Failure(
            code: "no_output", message: "", advice: "change the prompt or the references, then try again", fault: .job,
            retryable: false, requestID: result.requestID)
        var facts: [Fact] = [.result(result.withoutLinks)]
        if let part = result.failedParts.first {
            failure.code = part.code
            failure.message = "no \(noun) came out: \(part.message)"
            facts += try await releaseLatest(render, job)
        } else if !result.isUnread {
            let words = result.shortText.map { "; the provider writes: \($0)" } ?? ""
            failure.message = "no \(noun) came out\(words)"
            if let cost, cost.micros > 0 { failure.message += " (billed with \(cost))" }
            facts += try await cost == nil ? releaseLatest(render, job) : settle(render, job, cost)
        } else {
            let task = result.task.map { "task \($0)" } ?? "it"
            let price = (cost ?? render.plan.estimate).map { " (about \($0))" } ?? ""
            failure.code = "result_unread"
            failure.message = "the provider calls \(task) done, and its answer is in a form that is not known"
            failure.advice =
                "it counts as billed\(price): look for \(task) in the provider's console, which keeps the result for 24 "
                + "hours, before the job is dropped again"
            facts += try await settle(render, job, cost)
        }
        return try await move(&render, of: job, &machine, .taskGone(failure), facts: facts)
    }

    // MARK: - What does not come home

    /// A batch does not wait for the outbox for ever; what lies in the depot is published by the next one.
    ///
    /// - Throws: `failure` where something may still be lost, or somebody has all the time.
    private func parked(_ failure: Failure, _ render: RenderRecord) async throws -> RenderMachine.Action {
        guard insistence.patience != nil, await courier.results.isLocal(render.id) else { throw failure }
        courier.stuck.add(failure)
        return .none
    }

    /// Whether nobody will ever fetch it. A folder that is out of order says nothing of that: the links do.
    private func isLost(_ failure: Failure, _ result: RenderResult) -> Bool {
        switch failure.fault {
        case .job: true
        case .folder: false
        case .throttled, .provider, .account:
            failure.code == "link_expired" || ResultLife(learnedAt: result.learnedAt).isOver(at: parts.now())
        }
    }

    /// It was rendered, its links died, and now its task is gone, too. What lies in the depot is published all the same.
    private func lost(
        _ result: RenderResult, _ row: TaskRecord, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine, _ reason: String? = nil
    ) async throws -> RenderMachine.Action {
        let saved: Int
        do {
            saved = try await courier.salvage(result, of: render, job: job)
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            return try await parked(failure, render)
        }
        if saved >= result.outputs.count {
            return try await move(&render, of: job, &machine, .completed(result), facts: [.task(row)])
        }
        let cost = parts.service.cost(of: result, plan: render.plan)
        let failure = Failure(
            code: "result_lost",
            message: (reason ?? "the provider's links died, and it no longer knows task \(row.id)") + ". "
                + Self.loss(of: result, saved: saved, cost), advice: Self.anew, fault: .job, retryable: false,
            requestID: result.requestID)
        return try await lost(failure, result, &render, of: job, &machine, facts: [.task(row)])
    }

    /// It was rendered and is billed, whatever became of the files.
    private func lost(
        _ failure: Failure, _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine, facts: [Fact]
    ) async throws -> RenderMachine.Action {
        var failure = failure
        failure.fault = .job
        failure.retryable = false
        let settled = try await settle(render, job, parts.service.cost(of: result, plan: render.plan))
        let action = try await move(
            &render, of: job, &machine, .taskGone(failure),
            facts: facts + [.result(result.withoutLinks)] + settled)
        await courier.results.end(render.id)
        return action
    }

    /// What was paid and is lost, for people.
    private static func loss(of result: RenderResult, saved: Int, _ cost: Money?) -> String {
        let count = result.outputs.count
        let paid = cost.map { "paid with \($0)" } ?? "paid for"
        let what = count == 1 ? "1 result was \(paid) and is lost" : "\(count) results were \(paid)"
        guard count > 1 else { return what }
        return what + (saved == 0 ? " and are lost" : "; \(saved) came home, \(count - saved) are lost")
    }

    private static let anew = "to have it after all, drop the job again: it is rendered and paid for anew"
}

extension TaskReport {
    /// It ended well, and nobody can read what came of it.
    fileprivate var isUnread: Bool {
        if case .succeeded(let result) = state { result.isUnread } else { false }
    }
}
