import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// What every ledger does with a render's moves and the facts that go with them.
@Suite struct StepContract {
    let id = RenderID(job: Fixtures.jobID(), number: 1)

    private func begun(_ ledger: any Ledger, renders: Int = 2) async throws {
        try await ledger.add(Fixtures.job(), renders: (1...renders).map { Fixtures.render(Fixtures.jobID(), $0) })
    }

    private func step(
        _ from: RenderMachine.State.Name, _ to: RenderMachine.State, _ facts: [Fact] = [], render: RenderID? = nil
    ) -> Step {
        Step(
            lease: Fixtures.lease(render ?? id), render: render ?? id, from: from, to: to, facts: facts,
            at: Fixtures.start.addingTimeInterval(9))
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a render's way from queue to delivery is all there`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            var attempt = Fixtures.attempt(id)
            try await ledger.record(
                step(
                    .queued, .sending(attempt: 1),
                    [.attemptBegan(attempt), .reserve(Fixtures.spend(id), caps: SpendCaps())]))
            attempt.outcome = .accepted
            attempt.answeredAt = Fixtures.start.addingTimeInterval(5)
            attempt.task = TaskID("task-1")
            attempt.submitRequestID = "request-1"
            var task = Fixtures.task(id)
            try await ledger.record(step(.sending, .following(task.id), [.attemptEnded(attempt), .task(task)]))
            task.status = "RUNNING"
            task.lastQueryAt = Fixtures.start.addingTimeInterval(20)
            let result = Fixtures.result(outputs: 2)
            try await ledger.record(step(.following, .rendered(result), [.task(task), .result(result)]))
            #expect(try await ledger.history(of: id)?.render.state == .rendered(result))
            let outputs = [Fixtures.output(id, 2), Fixtures.output(id, 1)]
            let paid = Fixtures.spend(id, state: .settled, actual: 400_000)
            try await ledger.record(step(.rendered, .delivered, outputs.map(Fact.output) + [.spend(paid)]))

            let history = try #require(try await ledger.history(of: id))
            #expect(history.render.state == .delivered)
            #expect(history.render.attempts == 1)
            #expect(history.render.since == Fixtures.start.addingTimeInterval(9))
            #expect(history.render.result == result.withoutLinks)
            #expect(history.attempts == [attempt])
            #expect(history.tasks == [task])
            #expect(history.outputs.map(\.index) == [1, 2])
            #expect(history.outputs.last == outputs[0])
            #expect(history.spend == [paid])
            #expect(try await ledger.history(of: RenderID(job: id.job, number: 9)) == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a step from another state is a conflict and writes nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            await #expect(throws: LedgerError.conflict(id, stands: .queued)) {
                try await ledger.record(step(.sending, .following(TaskID("t")), [.task(Fixtures.task(id))]))
            }
            #expect(try await ledger.history(of: id)?.tasks.isEmpty == true)
            let stranger = RenderID(job: Fixtures.jobID(9), number: 1)
            await #expect(throws: LedgerError.noSuchRender(stranger)) {
                try await ledger.record(step(.queued, .canceled, render: stranger))
            }
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `of many who move a render exactly one wins`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        do {
                            try await ledger.record(
                                step(.queued, .sending(attempt: 1), [.attemptBegan(Fixtures.attempt(id))]))
                            return 1
                        } catch LedgerError.conflict { return 0 }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(wins == 1)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `an attempt's number is never used twice`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.record(step(.queued, .sending(attempt: 2), [.attemptBegan(Fixtures.attempt(id, 2))]))
            try await ledger.record(step(.sending, .queued))
            for number in [1, 2] {
                await #expect(throws: LedgerError.attemptExists(id, number: number)) {
                    try await ledger.record(
                        step(.queued, .sending(attempt: number), [.attemptBegan(Fixtures.attempt(id, number))]))
                }
            }
            #expect(try await ledger.history(of: id)?.attempts.map(\.number) == [2])
            #expect(try await ledger.history(of: id)?.render.state == .queued)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a task belongs to one render`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            let other = RenderID(job: id.job, number: 2)
            try await ledger.record(step(.queued, .following(TaskID("task-1")), [.task(Fixtures.task(id))]))
            await #expect(throws: LedgerError.taskTaken(TaskID("task-1"), by: id)) {
                try await ledger.record(
                    step(.queued, .following(TaskID("task-1")), [.task(Fixtures.task(other))], render: other))
            }
            #expect(try await ledger.history(of: other)?.render.state == .queued)
            let stranger = RenderID(job: Fixtures.jobID(9), number: 1)
            await #expect(throws: LedgerError.noSuchRender(stranger)) {
                try await ledger.record(
                    step(
                        .queued, .following(TaskID("task-2")), [.task(Fixtures.task(stranger, "task-2"))],
                        render: stranger))
            }
            let asked = ["task-1", "task-2", "'"].map { TaskID($0) }
            let facts = try await ledger.lostTaskFacts(model: "none", listed: asked, since: .distantPast)
            #expect(facts.knownTasks == [TaskID("task-1")])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a result is kept without its links, and a state keeps them only while it is rendered`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            var result = Fixtures.result()
            result.article = [.text("A red hat."), .output(1)]
            try await ledger.record(step(.queued, .rendered(result), [.result(result)]))
            #expect(try await ledger.history(of: id)?.render.state == .rendered(result))
            #expect(try await ledger.history(of: id)?.render.result == result.withoutLinks)
            try await ledger.record(step(.rendered, .following(TaskID("task-1"))))
            #expect(try await ledger.history(of: id)?.render.state == .following(TaskID("task-1")))
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a reservation beyond a cap writes nothing of its step`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger, renders: 4)
            func cny(_ micros: Int) -> Money { Money(micros: micros, currency: "CNY") }
            func reserve(_ number: Int, _ caps: SpendCaps, day: String = "2026-11-21") async throws {
                let render = RenderID(job: id.job, number: number)
                try await ledger.record(
                    step(
                        .queued, .sending(attempt: 1),
                        [
                            .attemptBegan(Fixtures.attempt(render)),
                            .reserve(Fixtures.spend(render, day: day), caps: caps),
                        ], render: render))
            }
            try await reserve(1, SpendCaps(day: cny(1_000_000), month: cny(1_000_000)))
            try await reserve(2, SpendCaps(day: cny(1_000_000), month: cny(1_000_000)))  // exactly full
            await #expect(
                throws: LedgerError.overBudget(
                    scope: "day", cap: cny(1_499_999), committed: cny(1_000_000), wanted: cny(500_000))
            ) { try await reserve(3, SpendCaps(day: cny(1_499_999))) }
            await #expect(
                throws: LedgerError.overBudget(
                    scope: "month", cap: cny(1_400_000), committed: cny(1_000_000), wanted: cny(500_000))
            ) { try await reserve(3, SpendCaps(day: cny(9_000_000), month: cny(1_400_000)), day: "2026-11-22") }
            let third = try #require(try await ledger.history(of: RenderID(job: id.job, number: 3)))
            #expect(third.render.state == .queued && third.render.attempts == 0)
            #expect(third.attempts.isEmpty && third.spend.isEmpty)

            // What was released, settled for less, or belongs to another month leaves room.
            try await ledger.record(
                step(.sending, .queued, [.spend(Fixtures.spend(id, state: .released))]))
            try await ledger.record(
                step(
                    .sending, .following(TaskID("t")),
                    [.spend(Fixtures.spend(RenderID(job: id.job, number: 2), state: .settled, actual: 300_000))],
                    render: RenderID(job: id.job, number: 2)))
            try await reserve(3, SpendCaps(day: cny(800_000), month: cny(800_000)))
            try await reserve(4, SpendCaps(month: cny(500_000)), day: "2026-12-01")
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a cap in another currency refuses, an unknown price does not`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            let cap = Money(micros: 9_000_000, currency: "USD")
            await #expect(
                throws: LedgerError.overBudget(
                    scope: "day", cap: cap, committed: Money(micros: 0, currency: "CNY"),
                    wanted: Money(micros: 500_000, currency: "CNY"))
            ) {
                try await ledger.record(
                    step(.queued, .sending(attempt: 1), [.reserve(Fixtures.spend(id), caps: SpendCaps(day: cap))]))
            }
            try await ledger.record(
                step(
                    .queued, .sending(attempt: 1),
                    [.reserve(Fixtures.spend(id, micros: nil), caps: SpendCaps(day: cap))]))
            #expect(try await ledger.history(of: id)?.spend.first?.estimate == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `many reservations at once never pass the cap`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger, renders: 12)
            let caps = SpendCaps(day: Money(micros: 2_600_000, currency: "CNY"))
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...12 {
                    group.addTask {
                        let render = RenderID(job: id.job, number: number)
                        do {
                            try await ledger.record(
                                step(
                                    .queued, .sending(attempt: 1), [.reserve(Fixtures.spend(render), caps: caps)],
                                    render: render))
                            return 1
                        } catch LedgerError.overBudget { return 0 }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 5)
            #expect(
                try await ledger.committed(day: "2026-11-21", month: "2026-11").day == [
                    Money(micros: 2_500_000, currency: "CNY")
                ])
        }
    }
}
