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
    let search: SearchDesk
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
                        let delay = Backoff(first: .seconds(5), longest: .seconds(10)).delay(
                            after: expired - 1, jitter: parts.jitter())
                        try await stopper.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
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
                if case .failed(let failure) = render.state { send(.renderFailed(failure), render, job) }
                return
            case .none:
                return
            }
        }
    }

    /// A synchronous call cannot be looked for at the provider; who prefers a double bill to a question says so.
    /// No oftener than anything else is tried: each may have been billed.
    private func mayResend(_ render: RenderRecord) -> Bool {
        // An answer that came and that nobody can read was not lost: it would come again, and be billed again.
        if case .undecided(let failure) = render.state, failure.code == Failure.answerUnknown { return false }
        return render.plan.mode == .sync && parts.configuration.provider.lostAnswer == .resend
            && render.attempts - render.attemptsBefore < parts.configuration.limits.attempts
    }

    // MARK: - Steps

    /// Moves the machine and writes the move down; insists, because what is known must not be lost.
    func move(
        _ render: inout RenderRecord, of job: JobRecord, _ machine: inout RenderMachine, _ event: RenderMachine.Event,
        facts: [Fact] = []
    ) async throws -> RenderMachine.Action {
        var next = machine
        let action = next.handle(event)
        guard action != .none else { return .none }
        let step = Step(
            render: render.id, from: render.state.name, attempts: render.attempts, to: next.state, facts: facts,
            at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        machine = next
        render.state = next.state
        render.since = step.at
        if facts.contains(where: \.freesMoney) { await lanes.budgetFreed() }
        await status.touch(job.id)
        return action
    }

    func history(of render: RenderRecord, _ job: JobRecord) async throws -> RenderHistory? {
        try await insistence.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.history(of: render.id)
        }
    }

    /// The attempt's reservation is given back: nothing will be billed.
    func release(_ attempt: AttemptRecord, _ job: JobRecord) async throws -> [Fact] {
        let history = try await insistence.insist(until: .aborting, about: job) { [parts] in
            try await parts.ledger.history(of: attempt.render)
        }
        guard var spend = history?.spend.first(where: { $0.attempt == attempt.number }), spend.state == .reserved
        else { return [] }
        spend.state = .released
        return [.spend(spend)]
    }

    func releaseLatest(_ render: RenderRecord, _ job: JobRecord) async throws -> [Fact] {
        guard let latest = try await history(of: render, job)?.attempts.last else { return [] }
        return try await release(latest, job)
    }

    func settle(_ render: RenderRecord, _ job: JobRecord, _ cost: Money?) async throws -> [Fact] {
        guard var spend = try await history(of: render, job)?.spend.last, spend.state == .reserved else { return [] }
        spend.state = .settled
        spend.actual = cost
        return [.spend(spend)]
    }

    func send(_ kind: EngineEvent.Kind, _ render: RenderRecord, _ job: JobRecord) {
        events.send(
            EngineEvent(at: parts.now(), job: job.id, name: job.name, render: render.id.number, kind: kind))
    }

    /// Nobody knows what became of a submit.
    static func lost(_ plan: RenderPlan, attempt: Int, because cause: Failure) -> RenderMachine.Event {
        .lost(
            LostAnswer.failure(
                attempt: attempt, because: cause, price: plan.estimate,
                plan.isSearchable ? .lookedFor : .unsearchable))
    }
}

extension Fact {
    fileprivate var freesMoney: Bool {
        if case .spend(let spend) = self { spend.state != .reserved } else { false }
    }
}
