import Foundation
import RenderCore

/// Takes one render from its current state to its end, or to a point where it has to wait again.
///
/// Every answer is recorded before the next step begins. A step that costs money is recorded before it is taken.
struct RenderRunner: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    let outages: OutageRetry
    let admission: AdmissionControl
    /// Of all accounts.
    let admissions: PerAccount<AdmissionControl>
    let prices: PriceReader
    let desk: TaskPoller
    let search: LostTaskReconciler
    let deliverer: ResultDeliverer
    let status: any StatusObserver
    /// Of the render.
    let book: RenderBook

    /// - Throws: `CancellationError` at a shutdown; the ledger then has the state to continue from.
    func run(_ start: RenderRecord, of job: JobRecord) async throws {
        var render = start
        var machine = RenderMachine(start.state)
        var action: RenderMachine.Action? = machine.next
        // Only the dispatcher admits: what comes back to the queue, also of a former run, waits for its next turn there.
        var isAdmitted = start.state.name == .queued
        var expired = 0
        while true {
            switch action {
            case .admit:
                guard isAdmitted else { return }
                isAdmitted = false
                action = try await submit(&render, of: job, machine: &machine)
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
                        let delay = Backoff(first: .seconds(5), longest: .seconds(10)).delay(
                            after: expired - 1, jitter: parts.jitter())
                        try await shutdown.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
                    }
                }
            case .ask where mayResend(render):
                action = try await move(&render, of: job, &machine, .sendAgain)
            case .ask:
                guard case .undecided(let failure) = render.state else { return }
                send(failure.isLookedFor ? .lost(failure) : .undecided(failure), render, job)
                await search.lookFor(render)
                return
            case .close:
                if case .failed(let failure) = render.state { send(.renderFailed(failure.naming(job.id)), render, job) }
                return
            case nil:
                return
            }
        }
    }

    /// A synchronous call leaves no task to search for; with `lost_answer: resend` the user prefers a double bill to a
    /// question. Limited like other attempts: each may have been billed.
    private func mayResend(_ render: RenderRecord) -> Bool {
        // An answer that came and that nobody can read was not lost: it would come again, and be billed again.
        if case .undecided(let failure) = render.state, failure.has(.answerUnknown) { return false }
        return render.plan.mode == .sync && parts.configuration.provider.lostAnswer == .resend
            && render.attempts - render.attemptsBefore < parts.configuration.limits.attempts
    }

    // MARK: - Steps

    /// Moves the machine and records the change; retries until it is recorded, because it must not be lost.
    ///
    /// - Returns: what to do next; nil: the event is late, and there is nothing to do.
    /// - Throws: `IllegalEvent`.
    func move(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ event: RenderMachine.Event,
        facts: [Fact] = []
    ) async throws -> RenderMachine.Action? {
        guard case .step(let step) = try parts.outcome(of: render, on: event, facts: facts) else { return nil }
        try await outages.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        book.add(step)
        machine = RenderMachine(step.to)
        render.state = step.to
        render.since = step.at
        if facts.contains(where: \.freesMoney) { await admissions.budgetFreed() }
        await status.touch(job.id)
        return step.next
    }

    func history(_ job: JobRecord) async throws -> RenderHistory {
        try await outages.insist(until: .aborting, about: job) { [book] in try await book.history }
    }

    /// Releases the attempt's reservation: nothing will be billed.
    func release(_ attempt: AttemptRecord, _ job: JobRecord) async throws -> [Fact] {
        let spent = try await history(job).spend.first { $0.attempt == attempt.number }
        guard var spend = spent, spend.state == .reserved else { return [] }
        spend.state = .released
        return [.spend(spend)]
    }

    func releaseLatest(_ job: JobRecord) async throws -> [Fact] {
        guard let latest = try await history(job).attempts.last else { return [] }
        return try await release(latest, job)
    }

    func settle(_ job: JobRecord, _ cost: Money?) async throws -> [Fact] {
        guard var spend = try await history(job).spend.last, spend.state == .reserved else { return [] }
        spend.state = .settled
        spend.actual = cost
        return [.spend(spend)]
    }

    func send(_ kind: EngineEvent.Kind, _ render: RenderRecord, _ job: JobRecord) {
        events.send(
            EngineEvent(at: parts.now(), job: job.id, name: job.name, render: render.id.number, kind: kind))
    }

    /// Nobody knows what became of a submit.
    func lost(_ render: RenderRecord, attempt: Int, because cause: Failure) -> RenderMachine.Event {
        .lost(
            LostAnswer.failure(
                of: render.id, attempt: attempt, because: cause, price: render.plan.estimate,
                parts.service.canSearch(for: render.plan) ? .lookedFor : .unsearchable))
    }
}

extension Fact {
    fileprivate var freesMoney: Bool {
        guard case .spend(let spend) = self else { return false }
        switch spend.state {
        case .reserved: return false
        case .released: return true
        case .settled: return (spend.actual?.micros ?? .max) < (spend.estimate?.micros ?? 0)
        }
    }
}
