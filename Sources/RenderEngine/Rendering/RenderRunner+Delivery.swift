import Foundation
import RenderCore

extension RenderRunner {
    /// How often a task is queried whose result cannot be read.
    private static let looksAtUnread = 4

    func follow(
        _ task: TaskID, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let shown = render
        let before = try await history(job)
        let known = before.tasks.first { $0.id == task }
        // The time of the submit counts, also where it was rendered before and its links died since.
        let acceptedAt =
            known?.acceptedAt ?? before.attempts.last { $0.task == task }?.answeredAt ?? render.since
        var report: TaskReport
        var looks = 0
        repeat {
            if looks > 0 {
                // To ask costs nothing, and an answer may be odd for once.
                try await shutdown.pause(for: .seconds(min(10, 5 * looks)), clock: parts.clock, giveUpAt: .stopping)
            }
            looks += 1
            report = try await desk.follow(
                task, model: render.plan.model, acceptedAt: acceptedAt, isTight: await admission.isTight(render.plan),
                onProgress: { send(.progress($0), shown, job) }, onRunning: { send(.running, shown, job) })
        } while report.isUnread && looks < Self.looksAtUnread
        // Its place at the provider is free, also while its result is fetched.
        let late = report.seconds.map { parts.now().timeIntervalSince(acceptedAt) - $0 }
        await admission.taskEnded(render.id, render.plan, late: late)
        deliverer.wake.ring()
        var row = TaskRecord(
            id: task, render: render.id, attempt: render.attempts, model: render.plan.model, status: "UNKNOWN",
            acceptedAt: acceptedAt, lastQueryAt: parts.now(), endedAt: parts.now())
        switch report.state {
        case .succeeded(let result) where result.outputs.isEmpty && before.render.result?.outputs.isEmpty == false:
            row.status = result.status
            row.endedAt = known?.endedAt ?? row.endedAt
            guard let former = before.render.result else { return nil }
            return try await lost(
                former, row, &render, of: job, &machine, isUnread: true)
        case .succeeded(let told):
            var result = told.kept(for: parts.service.traits.resultSeconds)
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
            if again, failure.subject == nil { await admission.troubled(render.id, render.plan, failure) }
            let facts = [.task(row)] + (try await releaseLatest(job))
            let sent = before.attempts.last?.intentAt ?? acceptedAt
            let action = try await move(
                &render, of: job, &machine, .taskFailed(failure, mayTryAgain: again), facts: facts)
            if failure.subject != nil { await forgetUploads(of: render, sent: sent, job) }
            return action
        case .canceled:
            row.status = "CANCELED"
            let facts = [.task(row)] + (try await releaseLatest(job))
            return try await move(&render, of: job, &machine, .taskCanceled, facts: facts)
        case .pending, .running, .unknown:
            row.endedAt = known?.endedAt ?? row.endedAt
            if let result = before.render.result {
                return try await lost(result, row, &render, of: job, &machine)
            }
            let failure = Failure(
                .taskGone, .taskForgotten(task, price: render.plan.estimate), fault: .job, retryable: false)
            return try await move(&render, of: job, &machine, .taskGone(failure), facts: [.task(row)])
        }
    }

    /// The provider's own failure costs nothing; the render is sent again a few times.
    func mayTryAgain(_ render: RenderRecord, _ failure: Failure, _ job: JobRecord) async throws -> Bool {
        guard failure.retryable, failure.fault != .job else { return false }
        let tries = try await history(job).attempts.count { attempt in
            attempt.outcome == .accepted && attempt.number > render.attemptsBefore
        }
        return tries < parts.configuration.limits.attempts
    }

    func deliver(
        _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        guard !result.outputs.isEmpty || render.plan.makesTexts == true && result.isArticle else {
            return try await nothingCame(result, &render, of: job, &machine)
        }
        let cost = parts.service.cost(of: result, plan: render.plan)
        let files: [String]
        let facts: [Fact]
        do {
            let id = render.id
            let output = try await deliverer.deliver(result, of: render, book, job: job) { [admission, deliverer] in
                // The provider is done with it: while the outbox is away its place is another's.
                await admission.release(id)
                deliverer.wake.ring()
            }
            do {
                (files, facts) = try await deliverer.seal(
                    render, book, job: job, result: result, cost: cost, publishing: output?.record)
            } catch let failure as Failure where failure.isFolderOutOfOrder {
                guard let output else { throw failure }
                try await deliverer.record(output)
                (files, facts) = try await deliverer.seal(
                    render, book, job: job, result: result, cost: cost, publishing: nil)
            }
        } catch let failure as Failure where failure.has(.linkExpired) && result.task != nil {
            // What the provider said is kept: should the task be gone, it tells what was paid for.
            return try await move(
                &render, of: job, &machine, .linksExpired, facts: [.result(result.withoutLinks)])
        } catch let failure as Failure where isLost(failure, result) {
            var failure = failure
            let saved: Int
            do {
                // What lies in the spool is not lost with what could not be fetched.
                saved = try await deliverer.salvage(result, of: render, book, job: job)
            } catch let failure as Failure where failure.isFolderOutOfOrder {
                return try await parked(failure, render)
            }
            let loss = Message.resultLost(
                because: failure.message, count: result.outputs.count, saved: saved, cost: cost)
            failure.message = loss.what
            failure.advice = loss.next
            return try await lost(failure, result, &render, of: job, &machine, facts: [])
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            return try await parked(failure, render)
        }
        let action = try await move(&render, of: job, &machine, .published, facts: facts)
        await deliverer.results.end(render.id)
        send(.delivered(files: files, cost: cost), render, job)
        return action
    }

    /// An end without a picture: a failed part is not billed, an unreadable one counts as billed.
    private func nothingCame(
        _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine
    ) async throws -> RenderMachine.Action? {
        let noun = (render.plan.medium == .film ? MediaKind.video : .image).noun
        let cost = parts.service.cost(of: result, plan: render.plan)
        let code: String
        let message: Message
        var facts: [Fact] = [.result(result.withoutLinks)]
        if let part = result.failedParts.first {
            code = part.code
            message = .partFailed(noun, said: part.message)
            facts += try await releaseLatest(job)
        } else if !result.isUnread {
            code = LocalCode.noOutput.rawValue
            message = .noOutput(noun, text: result.shortText, cost: cost.flatMap { $0.micros > 0 ? $0 : nil })
            facts += try await cost == nil ? releaseLatest(job) : settle(job, cost)
        } else {
            code = LocalCode.resultUnread.rawValue
            message = .resultUnreadable(result.task, price: cost ?? render.plan.estimate)
            facts += try await settle(job, cost)
        }
        let failure = Failure(code: code, message, fault: .job, retryable: false, requestID: result.requestID)
        return try await move(&render, of: job, &machine, .taskGone(failure), facts: facts)
    }

    // MARK: - What does not come home

    /// A batch does not wait for the outbox without limit; the next batch publishes what is in the spool.
    ///
    /// - Returns: nil: there is nothing to do for now.
    /// - Throws: `failure` if something may still be lost, or if there is no hurry.
    private func parked(_ failure: Failure, _ render: RenderRecord) async throws -> RenderMachine.Action? {
        guard outages.patience != nil, await deliverer.results.isLocal(render.id) else { throw failure }
        deliverer.stuck.add(failure)
        return nil
    }

    /// Whether it can never be fetched. An unavailable folder does not decide this: the links do.
    private func isLost(_ failure: Failure, _ result: RenderResult) -> Bool {
        switch failure.fault {
        case .job: true
        case .folder: false
        case .throttled, .provider, .account:
            failure.has(.linkExpired) || ResultLife(of: result).isOver(at: parts.now())
        }
    }

    /// It was rendered, its links have expired, and its task is gone too. Files in the spool are still published.
    private func lost(
        _ result: RenderResult, _ row: TaskRecord, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine, isUnread: Bool = false
    ) async throws -> RenderMachine.Action? {
        let saved: Int
        do {
            saved = try await deliverer.salvage(result, of: render, book, job: job)
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            return try await parked(failure, render)
        }
        if saved >= result.outputs.count {
            return try await move(&render, of: job, &machine, .completed(result), facts: [.task(row)])
        }
        let cost = parts.service.cost(of: result, plan: render.plan)
        let failure = Failure(
            .resultLost,
            .resultLost(row.id, isUnread: isUnread, count: result.outputs.count, saved: saved, cost: cost), fault: .job,
            retryable: false, requestID: result.requestID)
        return try await lost(failure, result, &render, of: job, &machine, facts: [.task(row)])
    }

    /// It was rendered and is billed, whatever became of the files.
    private func lost(
        _ failure: Failure, _ result: RenderResult, _ render: inout RenderRecord, of job: JobRecord,
        _ machine: inout RenderMachine, facts: [Fact]
    ) async throws -> RenderMachine.Action? {
        var failure = failure
        failure.fault = .job
        failure.retryable = false
        let settled = try await settle(job, parts.service.cost(of: result, plan: render.plan))
        let action = try await move(
            &render, of: job, &machine, .taskGone(failure),
            facts: facts + [.result(result.withoutLinks)] + settled)
        await deliverer.results.end(render.id)
        return action
    }

}

extension TaskReport {
    /// It succeeded, but its result cannot be read.
    fileprivate var isUnread: Bool {
        if case .succeeded(let result) = state { result.isUnread } else { false }
    }
}
