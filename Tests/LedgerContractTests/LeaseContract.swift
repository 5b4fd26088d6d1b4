import RenderTestSupport
import Testing

@testable import RenderCore

/// Who holds a job: every write that moves a job or a render demands the lease that the ledger gave last.
@Suite struct LeaseContract {
    private let job = Fixtures.jobID()
    private let other = Fixtures.jobID(2)
    private let render = RenderID(job: Fixtures.jobID(), number: 1)

    private func canceling(_ lease: JobLease) throws -> Step {
        let outcome = try RenderMachine.step(
            of: Fixtures.render(job), on: .cancelAsked, under: lease, at: Fixtures.start)
        guard case .step(let step) = outcome else { throw LedgerError.noSuchRender(render) }
        return step
    }

    @Test(arguments: LedgerBackend.allCases)
    func `terms have rising numbers, and a new job is its adder's`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let first = try await ledger.join(as: "box/1")
            let lease = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: first)
            #expect(lease == JobLease(job: job, term: first, epoch: 1))
            #expect(try await ledger.add(Fixtures.job(), renders: [], by: first) == lease, "a repetition")
            try await ledger.record(canceling(lease))
            #expect(try await ledger.renders(of: job).map(\.state) == [.canceled])
            #expect(try await ledger.join(as: "box/1") > first)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the first call gives a new term all active jobs, and a repetition the same`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let first = try await ledger.join(as: "box/1")
            _ = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: first)
            _ = try await ledger.add(Fixtures.job(other), renders: [Fixtures.render(other)], by: first)
            var ended = Fixtures.job(Fixtures.jobID(3))
            ended.state = .failed
            _ = try await ledger.add(ended, renders: [], by: first)
            let second = try await ledger.join(as: "box/2")
            #expect(try await ledger.take(by: second, atMost: 1).map(\.job) == [job])
            let taken = try await ledger.take(by: second, atMost: nil)
            #expect(taken == [job, other].map { JobLease(job: $0, term: second, epoch: 2) })
            #expect(try await ledger.take(by: second, atMost: nil) == taken)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a write under a lease that another term took over fails and changes nothing`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let first = try await ledger.join(as: "box/1")
            let stale = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: first)
            let second = try await ledger.join(as: "box/2")
            let lease = try #require(try await ledger.take(by: second, atMost: nil).first)
            await #expect(throws: LedgerError.notOurs(job)) { try await ledger.record(canceling(stale)) }
            var row = Fixtures.job()
            row.outputFolder = "stale"
            await #expect(throws: LedgerError.notOurs(job)) { try await ledger.update(row, under: stale) }
            row.state = .failed
            await #expect(throws: LedgerError.notOurs(job)) { try await ledger.close(row, under: stale) }
            #expect(try await ledger.job(job) == Fixtures.job())
            #expect(try await ledger.renders(of: job).map(\.state) == [.queued])
            try await ledger.record(canceling(lease))
            #expect(try await ledger.close(row, under: lease))
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a term that is over takes, adds and reopens nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let first = try await ledger.join(as: "box/1")
            let second = try await ledger.join(as: "box/2")
            var ended = Fixtures.job()
            ended.state = .failed
            _ = try await ledger.add(ended, renders: [Fixtures.render(job)], by: second)
            let over = LedgerError.termIsOver(first)
            await #expect(throws: over) { try await ledger.take(by: first, atMost: nil) }
            await #expect(throws: over) { try await ledger.add(Fixtures.job(other), renders: [], by: first) }
            await #expect(throws: over) {
                try await ledger.restore(RestoredJob(job: Fixtures.job(other), renders: []), by: first)
            }
            await #expect(throws: over) {
                try await ledger.reopen(
                    Reopening(job: job, from: .failed, renders: [], at: Fixtures.start), by: first)
            }
            await #expect(throws: over) { try await ledger.recordRoot("https://one.example", by: first) }
            #expect(try await ledger.jobs(JobFilter()).map(\.state) == [.failed])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `who reopens an ended job has a new lease of it`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let term = try await ledger.join(as: "box/1")
            let lease = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: term)
            try await ledger.record(canceling(lease))
            var ended = Fixtures.job()
            ended.state = .canceled
            #expect(try await ledger.close(ended, under: lease))
            let reopening = Reopening(
                job: job, from: .canceled, renders: [.init(number: 1, giveUpAt: nil)], at: Fixtures.start)
            let again = try await ledger.reopen(reopening, by: term)
            #expect(again == JobLease(job: job, term: term, epoch: 2))
            await #expect(throws: LedgerError.notOurs(job)) { try await ledger.record(canceling(lease)) }
            try await ledger.record(canceling(again))
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `an active job of another term is not reopened, and its queue is not closed`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let first = try await ledger.join(as: "box/1")
            let lease = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: first)
            let second = try await ledger.join(as: "box/2")
            await #expect(throws: LedgerError.notOurs(job)) {
                try await ledger.reopen(
                    Reopening(job: job, from: .active, renders: [], at: Fixtures.start), by: second)
            }
            let leases = try await ledger.take(by: second, atMost: nil)
            let own = try #require(leases.first { $0.job == job })
            await #expect(throws: LedgerError.notOurs(job)) {
                try await ledger.closeQueue(of: job, at: Fixtures.start, under: lease)
            }
            #expect(try await ledger.job(job)?.queueClosedAt == nil)
            #expect(try await ledger.renders(of: job).map(\.state) == [.queued])
            try await ledger.closeQueue(of: job, at: Fixtures.start, under: own)
            #expect(try await ledger.renders(of: job).map(\.state) == [.canceled])
            // Also where nothing is queued, and no render would move.
            let third = try await ledger.join(as: "box/3")
            _ = try await ledger.add(
                Fixtures.job(other), renders: [Fixtures.render(other, state: .following(TaskID("t")))], by: third)
            let stale = JobLease(job: other, term: second, epoch: 1)
            await #expect(throws: LedgerError.notOurs(other)) {
                try await ledger.closeQueue(of: other, at: Fixtures.start, under: stale)
            }
            #expect(try await ledger.job(other)?.queueClosedAt == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `several steps are one commit, whichever jobs they are of`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let term = try await ledger.join(as: "box/1")
            let lease = try await ledger.add(Fixtures.job(), renders: [Fixtures.render(job)], by: term)
            let second = try await ledger.add(Fixtures.job(other), renders: [Fixtures.render(other)], by: term)
            func step(_ id: JobID, _ lease: JobLease) throws -> Step {
                Step(
                    lease: lease, render: RenderID(job: id, number: 1), from: .queued, to: .canceled, at: Fixtures.start
                )
            }
            let stale = JobLease(job: other, term: term, epoch: 9)
            await #expect(throws: LedgerError.notOurs(other)) {
                try await ledger.record([step(job, lease), step(other, stale)])
            }
            #expect(try await ledger.counts()[.queued] == 2, "one that fails takes the others with it")
            try await ledger.record([step(job, lease), step(other, second)])
            #expect(try await ledger.counts()[.canceled] == 2)
        }
    }
}
