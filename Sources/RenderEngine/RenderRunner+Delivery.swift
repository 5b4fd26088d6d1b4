import Foundation
import RenderCore

extension RenderRunner {
    func follow(
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
    func mayTryAgain(_ render: RenderRecord, _ failure: Failure, _ job: JobRecord) async throws -> Bool {
        guard failure.retryable, failure.fault != .job else { return false }
        let tries = try await history(of: render, job)?.attempts.filter { $0.outcome == .accepted }.count
        return (tries ?? 1) < parts.configuration.limits.attempts
    }

    func deliver(
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
    func isDead(_ result: RenderResult) -> Bool {
        parts.now().timeIntervalSince(result.learnedAt) > 24 * 3600
    }
}
