import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// A queue that is closed in one transaction, and opened again.
@Suite struct CancelContract {
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
    func `closing cancels what is queued and leaves a wish, all at once`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            let wish = Wish(job: job, kind: .cancel, at: now)
            let number = try #require(try await ledger.closeQueue(of: job, at: now, leaving: wish))
            #expect(try await states(ledger) == [.delivered, .following, .canceled, .canceled])
            #expect(try await ledger.renders(of: job).map(\.since)[2] == now)
            #expect(try await ledger.job(job)?.queueClosedAt == now)
            #expect(try await ledger.openWishes() == [NumberedWish(number: number, wish: wish)])
            #expect(try await ledger.due(perLane: 9, at: now).isEmpty)
            // Once more: the same moment stays.
            #expect(try await ledger.closeQueue(of: job, at: now + 9, leaving: nil) == nil)
            #expect(try await ledger.job(job)?.queueClosedAt == now)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the intent of whoever had picked a render fails and writes nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now, leaving: nil)
            let spend = Fixtures.spend(id(3))
            await #expect(throws: LedgerError.conflict(id(3), stands: .canceled)) {
                try await ledger.record(
                    Step(
                        render: id(3), from: .queued, attempts: 0, to: .sending(attempt: 1),
                        facts: [.attemptBegan(Fixtures.attempt(id(3))), .reserve(spend, caps: SpendCaps())], at: now))
            }
            #expect(try await ledger.history(of: id(3))?.spend == [])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `what would come back into a closed queue is canceled`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now, leaving: nil)
            try await ledger.record(Step(render: id(2), from: .following, to: .queued, at: now))
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
                try await ledger.closeQueue(of: job, at: now, leaving: nil)
            }
            var ended = Fixtures.job()
            ended.state = .done
            try await ledger.add(ended, renders: [Fixtures.render(job, 1)])
            let wish = Wish(job: job, kind: .cancel, at: now)
            #expect(try await ledger.closeQueue(of: job, at: now, leaving: wish) == nil)
            #expect(try await ledger.openWishes().isEmpty)
            #expect(try await ledger.job(job)?.queueClosedAt == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `reopening puts back what failed or was canceled, and answers its wish`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            try await ledger.closeQueue(of: job, at: now, leaving: nil)
            try await ledger.record(
                Step(render: id(2), from: .following, to: .failed(Fixtures.failure), at: now))
            var ended = try #require(try await ledger.job(job))
            ended.state = .canceled
            ended.finishedAt = now
            try await ledger.update(ended)
            let wish = try await ledger.add(Wish(job: job, kind: .retry, at: now))
            let answer = WishAnswer(isDone: true, words: "again", at: now)
            let reopening = Reopening(
                job: job, from: .canceled,
                renders: [1, 2, 3].map { .init(number: $0, giveUpAt: $0 == 2 ? now + 60 : nil) },
                at: now + 5, wish: wish, answer: answer)
            try await ledger.reopen(reopening)
            #expect(try await states(ledger) == [.delivered, .queued, .queued, .canceled])
            #expect(try await ledger.renders(of: job)[1].giveUpAt == now + 60)
            // Its tries are counted anew.
            let tried = try await ledger.renders(of: job)[1]
            #expect(tried.attempts > 0 && tried.attemptsBefore == tried.attempts)
            let open = try #require(try await ledger.job(job))
            #expect(open.state == .active && open.queueClosedAt == nil && open.finishedAt == nil)
            #expect(try await ledger.due(perLane: 9, at: now + 5).map(\.id.number) == [2, 3])
            #expect(try await ledger.answer(toWish: wish) == answer)
            #expect(try await ledger.openWishes().isEmpty)
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
                    Step(render: id(number), from: state, to: .failed(Fixtures.failure), at: now))
            }
            let wish = try await ledger.add(Wish(job: job, kind: .retry, at: now))
            let answer = WishAnswer(isDone: true, words: "again", at: now)
            func reopening(_ from: JobRecord.State, _ wish: Int? = nil) -> Reopening {
                Reopening(
                    job: job, from: from, renders: [.init(number: 2, giveUpAt: nil)], at: now, wish: wish,
                    answer: wish == nil ? nil : answer)
            }
            // All of it has ended: the job is about to be closed, and its folder to leave.
            await #expect(throws: LedgerError.self) { try await ledger.reopen(reopening(.active, wish)) }
            #expect(try await ledger.openWishes().map(\.number) == [wish])
            #expect(try await ledger.close(ended))
            await #expect(throws: LedgerError.self) { try await ledger.reopen(reopening(.active)) }
            // Whoever keeps an older row does not make it active again.
            try await ledger.update(old)
            #expect(try await ledger.job(job) == ended)
            try await ledger.reopen(reopening(.failed, wish))
            #expect(try await ledger.job(job)?.state == .active)
            #expect(try await !ledger.close(ended), "reopened meanwhile")
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `jobs at work are found by their name, in any case`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let first = Fixtures.job()
            try await ledger.add(first, renders: [])
            var ended = Fixtures.job(Fixtures.jobID(2))
            ended.state = .done
            try await ledger.add(ended, renders: [])
            let second = Fixtures.job(Fixtures.jobID(3))
            try await ledger.add(second, renders: [])
            var third = Fixtures.job(Fixtures.jobID(4))
            (third.name, third.source) = (first.name.uppercased(), "other.yml")
            try await ledger.add(third, renders: [])
            var apart = Fixtures.job(Fixtures.jobID(5))
            apart.folder = "elsewhere"
            try await ledger.add(apart, renders: [])
            let found = try await ledger.jobs(JobFilter(atWorkNamed: .init(first)))
            #expect(found.map(\.id) == [third.id, second.id, first.id])
            #expect(try await ledger.jobs(JobFilter(atWorkNamed: .init(name: "other", folder: first.folder))).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `jobs are found by the end of their id, their output folder, and what they try again`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            var old = Fixtures.job()
            old.outputFolder = "campaign/four"
            try await ledger.add(old, renders: [])
            var again = Fixtures.job(Fixtures.jobID(2))
            again.retryOf = old.id
            try await ledger.add(again, renders: [])
            #expect(try await ledger.jobs(matching: "four~" + old.id.tail).map(\.id) == [old.id])
            #expect(try await ledger.jobs(matching: again.id.tail.uppercased()).map(\.id) == [again.id])
            #expect(try await ledger.jobs(matching: "campaign/four").map(\.id) == [old.id])
            #expect(try await ledger.jobs(retrying: old.id).map(\.id) == [again.id])
            #expect(try await ledger.jobs(retrying: again.id).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the money of one job is told by render and attempt`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await begun(ledger)
            for number in [3, 4] {
                try await ledger.record(
                    Step(
                        render: id(number), from: .queued, to: .sending(attempt: 1),
                        facts: [
                            .attemptBegan(Fixtures.attempt(id(number))),
                            .reserve(Fixtures.spend(id(number)), caps: SpendCaps()),
                        ], at: now))
            }
            #expect(try await ledger.spend(of: job).map(\.render.number) == [3, 4])
            #expect(try await ledger.spend(of: Fixtures.jobID(7)).isEmpty)
        }
    }
}
