import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `OperatorCommands`: a command is answered once; a cancel forbids every submit from any process, until whoever
/// holds the job has closed its queue. A closed queue is opened again.
@Suite struct OperatorCommandsContract {
    private let job = Fixtures.jobID()
    private let now = Fixtures.start.addingTimeInterval(60)

    private func id(_ number: Int) -> RenderID { RenderID(job: job, number: number) }

    private func states(_ ledger: any Ledger) async throws -> [RenderMachine.State.Name] {
        try await ledger.renders(of: job).map(\.state.name)
    }

    /// One render delivered, one at the provider, two in the queue.
    private func begun(_ ledger: any Ledger) async throws {
        var renders = (1...4).map { Fixtures.render(job, $0) }
        renders[0].state = .delivered
        renders[1].state = .following(TaskID("task-2"))
        renders[1].attempts = 1
        try await ledger.add(Fixtures.job(), renders: renders)
    }

    @Test(arguments: LedgerBackend.allCases)
    func `closing cancels what is queued, and nothing else`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now)
            #expect(try await states(ledger) == [.delivered, .following, .canceled, .canceled])
            #expect(try await ledger.renders(of: job).map(\.since)[2] == now)
            #expect(try await ledger.job(job)?.queueClosedAt == now)
            #expect(try await ledger.due(perLane: 9, at: now).isEmpty)
            // Once more: the same moment stays.
            try await ledger.closeQueue(of: job, at: now + 9)
            #expect(try await ledger.job(job)?.queueClosedAt == now)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `closing moves queued renders alone, and reopening failed and canceled ones alone`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let before = JobHistoryContract.everyState(of: job)
            try await ledger.add(Fixtures.job(), renders: before)
            // Another job's renders stay, whatever becomes of this one's.
            let other = Fixtures.jobID(2)
            let others = JobHistoryContract.everyState(of: other).filter { $0.state.name != .following }
            try await ledger.add(Fixtures.job(other), renders: others)
            // The second is being sent: somebody claimed it just before.
            #expect(before[1].state == .sending(attempt: 2))
            try await ledger.closeQueue(of: job, at: now)
            var closed = before
            (closed[0].state, closed[0].since) = (.canceled, now)
            #expect(try await ledger.renders(of: job) == closed)

            let reopening = Reopening(
                job: job, from: .active,
                renders: before.map { .init(number: $0.id.number, giveUpAt: now + Double($0.id.number)) }, at: now + 5)
            try await ledger.reopen(reopening)
            var open = closed
            for place in open.indices where [.failed, .canceled].contains(open[place].state.name) {
                (open[place].state, open[place].since) = (.queued, now + 5)
                open[place].attemptsBefore = open[place].attempts
                open[place].giveUpAt = now + Double(open[place].id.number)
            }
            #expect(open.count { $0.state == .queued } == 3)
            #expect(try await ledger.renders(of: job) == open)
            #expect(try await ledger.renders(of: other) == others)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the intent of whoever had picked a render fails and writes nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now)
            let spend = Fixtures.spend(id(3))
            await #expect(throws: LedgerError.conflict(id(3), stands: .canceled)) {
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id(3)), render: id(3), from: .queued, attempts: 0,
                        to: .sending(attempt: 1),
                        facts: [.attemptBegan(Fixtures.attempt(id(3))), .reserve(spend, caps: SpendCaps())], at: now))
            }
            #expect(try await ledger.history(of: id(3))?.spend == [])
        }
    }

    private func intent(_ number: Int) -> Step {
        let (id, attempt) = (id(number), number == 2 ? 2 : 1)
        return Step(
            lease: Fixtures.lease(id), render: id, from: .queued, attempts: attempt - 1, to: .sending(attempt: attempt),
            facts: [
                .attemptBegan(Fixtures.attempt(id, attempt)),
                .reserve(Fixtures.spend(id, attempt: attempt), caps: SpendCaps()),
            ], at: now)
    }

    @Test(arguments: LedgerBackend.allCases)
    func `as long as a cancel is not answered nothing of its job is sent, and nothing moves`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            let other = Fixtures.jobID(2)
            try await ledger.add(Fixtures.job(other), renders: [Fixtures.render(other)])
            let number = try await ledger.add(OperatorCommand(job: job, kind: .cancel, at: now))
            let before = try await ledger.renders(of: job)
            for render in [3, 4] {
                await #expect(throws: LedgerError.cancelAsked(id(render))) {
                    try await ledger.record(intent(render))
                }
            }
            #expect(try await ledger.renders(of: job) == before)
            let kept = try #require(try await ledger.history(of: id(3)))
            #expect(kept.spend.isEmpty && kept.attempts.isEmpty)
            // What is at the provider goes on, and so does everybody else's.
            try await ledger.record(
                Step(lease: Fixtures.lease(id(2)), render: id(2), from: .following, to: .queued, at: now))
            let foreign = RenderID(job: other, number: 1)
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(foreign), render: foreign, from: .queued, attempts: 0,
                    to: .sending(attempt: 1), facts: [.attemptBegan(Fixtures.attempt(foreign))], at: now))
            // One that fails takes the others of its commit with it.
            await #expect(throws: LedgerError.cancelAsked(id(2))) { try await ledger.record(intent(2)) }
            try await ledger.answer(command: number, OperatorCommandAnswer(isDone: false, words: "no", at: now))
            try await ledger.record(intent(3))
            #expect(try await states(ledger) == [.delivered, .queued, .sending, .queued])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a cancel of one render forbids that one alone, and another command none`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            _ = try await ledger.add(OperatorCommand(render: id(3), kind: .cancel, attempts: 0, at: now))
            _ = try await ledger.add(OperatorCommand(render: id(4), kind: .resend, attempts: 0, at: now))
            _ = try await ledger.add(OperatorCommand(job: job, kind: .retry, at: now))
            await #expect(throws: LedgerError.cancelAsked(id(3))) { try await ledger.record(intent(3)) }
            try await ledger.record(intent(4))
            #expect(try await states(ledger) == [.delivered, .following, .queued, .sending])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `what would come back into a closed queue is canceled`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now)
            try await ledger.record(
                Step(lease: Fixtures.lease(id(2)), render: id(2), from: .following, to: .queued, at: now))
            #expect(try await states(ledger) == [.delivered, .canceled, .canceled, .canceled])
            // Whoever keeps an older row of the job does not open it.
            try await ledger.update(Fixtures.job())
            #expect(try await ledger.job(job)?.queueClosedAt == now)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job that has ended, or is not there, has no queue to close`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            await #expect(throws: LedgerError.noSuchJob(job.text)) {
                try await ledger.closeQueue(of: job, at: now)
            }
            var ended = Fixtures.job()
            ended.state = .done
            try await ledger.add(ended, renders: [Fixtures.render(job, 1)])
            try await ledger.closeQueue(of: job, at: now)
            #expect(try await ledger.job(job)?.queueClosedAt == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `reopening puts back what failed or was canceled, and answers its command`(backend: LedgerBackend) async throws
    {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now)
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(id(2)), render: id(2), from: .following, to: .failed(Fixtures.failure),
                    at: now))
            var ended = try #require(try await ledger.job(job))
            ended.state = .canceled
            ended.finishedAt = now
            try await ledger.update(ended)
            let command = try await ledger.add(OperatorCommand(job: job, kind: .retry, at: now))
            let answer = OperatorCommandAnswer(isDone: true, words: "again", at: now)
            let reopening = Reopening(
                job: job, from: .canceled,
                renders: [1, 2, 3].map { .init(number: $0, giveUpAt: $0 == 2 ? now + 60 : nil) },
                at: now + 5, command: command, answer: answer)
            try await ledger.reopen(reopening)
            #expect(try await states(ledger) == [.delivered, .queued, .queued, .canceled])
            #expect(try await ledger.renders(of: job)[1].giveUpAt == now + 60)
            // Its tries are counted anew.
            let tried = try await ledger.renders(of: job)[1]
            #expect(tried.attempts > 0 && tried.attemptsBefore == tried.attempts)
            let open = try #require(try await ledger.job(job))
            #expect(open.state == .active && open.queueClosedAt == nil && open.finishedAt == nil)
            #expect(try await ledger.due(perLane: 9, at: now + 5).map(\.id.number) == [2, 3])
            #expect(try await ledger.answer(toCommand: command) == answer)
            #expect(try await ledger.openCommands().isEmpty)
        }
    }

    /// What another writer has seen is not what stands there now.
    @Test(arguments: LedgerBackend.allCases)
    func `a job is closed and reopened only as it was seen`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            var ended = try #require(try await ledger.job(job))
            let old = ended
            ended.state = .failed
            ended.finishedAt = now
            #expect(try await !ledger.close(ended), "renders have not ended")
            #expect(try await ledger.job(job)?.state == .active)
            for (number, state) in [(2, RenderMachine.State.Name.following), (3, .queued), (4, .queued)] {
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id(number)), render: id(number), from: state,
                        to: .failed(Fixtures.failure), at: now))
            }
            let command = try await ledger.add(OperatorCommand(job: job, kind: .retry, at: now))
            let answer = OperatorCommandAnswer(isDone: true, words: "again", at: now)
            func reopening(_ from: JobRecord.State, _ command: Int? = nil) -> Reopening {
                Reopening(
                    job: job, from: from, renders: [.init(number: 2, giveUpAt: nil)], at: now, command: command,
                    answer: command == nil ? nil : answer)
            }
            // All of it has ended: the job is about to be closed, and its folder to leave.
            await #expect(throws: LedgerError.self) { try await ledger.reopen(reopening(.active, command)) }
            #expect(try await ledger.openCommands().map(\.number) == [command])
            #expect(try await ledger.close(ended))
            await #expect(throws: LedgerError.self) { try await ledger.reopen(reopening(.active)) }
            // Whoever keeps an older row does not make it active again.
            try await ledger.update(old)
            #expect(try await ledger.job(job) == ended)
            let lease = try await ledger.reopen(reopening(.failed, command), by: Fixtures.term)
            #expect(try await ledger.job(job)?.state == .active)
            await #expect(throws: LedgerError.notOurs(job)) { try await ledger.close(ended) }
            #expect(try await !ledger.close(ended, under: lease), "reopened meanwhile")
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a command is answered once`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            #expect(try await ledger.openCommands().isEmpty)
            let command = OperatorCommand(render: id(1), kind: .adopt(TaskID("t")), attempts: 1, at: now)
            let first = try await ledger.add(command)
            let second = try await ledger.add(OperatorCommand(render: id(1), kind: .cancel, attempts: 1, at: now))
            #expect(first < second)
            #expect(try await ledger.openCommands().map(\.number) == [first, second])
            #expect(try await ledger.openCommands().first?.command == command)
            #expect(try await ledger.answer(toCommand: first) == nil)
            let done = OperatorCommandAnswer(isDone: true, words: "done", at: now)
            try await ledger.answer(command: first, done)
            try await ledger.answer(command: first, OperatorCommandAnswer(isDone: false, words: "late", at: now))
            #expect(try await ledger.answer(toCommand: first) == done)
            #expect(try await ledger.openCommands().map(\.number) == [second])
            #expect(try await ledger.answer(toCommand: 99) == nil)
        }
    }
}
