import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `RenderQueue`: jobs enter, and their renders stand in line. Steps, leases and growth have suites of their own.
@Suite struct RenderQueueContract {
    private static let now = Date(epochMilliseconds: 1_795_269_600_000)

    private static func render(
        _ number: Int, lane: String = "a", priority: JobPriority = .normal, notBefore: Double? = nil,
        giveUp: Double? = nil
    ) -> RenderRecord {
        var render = Fixtures.render(Fixtures.jobID(), number)
        render.plan.lane.group = lane
        render.plan.priority = priority
        render.plan.notBefore = notBefore.map { now + $0 }
        render.giveUpAt = giveUp.map { now + $0 }
        return render
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a full lane never hides another`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let crowd = (1...30).map { Self.render($0) }
            try await ledger.add(
                Fixtures.job(), renders: crowd + [Self.render(31, lane: "b"), Self.render(32, priority: .high)])
            let due = try await ledger.due(perLane: 3, at: Self.now).map(\.id.number)
            #expect(due == [32, 1, 2, 31])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `what is not due is not in line, and nextChange says when it is`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(
                Fixtures.job(),
                renders: [
                    Self.render(1, notBefore: 60), Self.render(2, notBefore: -60), Self.render(3, notBefore: 0),
                    Self.render(4, giveUp: 30),
                ])
            #expect(try await ledger.due(perLane: 9, at: Self.now).map(\.id.number) == [2, 3, 4])
            #expect(try await ledger.nextChange(after: Self.now) == Self.now + 30)
            #expect(try await ledger.nextChange(after: Self.now + 31) == Self.now + 60)
            #expect(try await ledger.nextChange(after: Self.now + 61) == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `overdue is what has waited longer than it may`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: [Self.render(1, giveUp: 30), Self.render(2)])
            #expect(try await ledger.overdue(at: Self.now + 30, limit: 9).isEmpty)
            #expect(try await ledger.overdue(at: Self.now + 31, limit: 9).map(\.id.number) == [1])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the state of the queue is what its questions say`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            try await ledger.add(
                Fixtures.job(),
                renders: [
                    Self.render(1), Self.render(2), Self.render(3, lane: "b"), Self.render(4, giveUp: -30),
                    Self.render(5, giveUp: -60), Self.render(6, notBefore: 60),
                ])
            let state = try await ledger.queueState(at: Self.now, perLane: 1, overdueAtMost: 1)
            #expect(state.next == Self.now + 60)
            #expect(state.overdue.map(\.id.number) == [5])
            #expect(state.due.map(\.id.number) == [1, 3])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `of many overdue renders the first are read`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let renders = [30.0, 20, 10, 20].enumerated().map { Self.render($0 + 1, giveUp: $1) }
            try await ledger.add(Fixtures.job(), renders: renders)
            #expect(try await ledger.overdue(at: Self.now + 31, limit: 3).map(\.id.number) == [3, 2, 4])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the queue of a job that has ended is empty`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            try await ledger.add(job, renders: [Self.render(1, giveUp: 30), Self.render(2, notBefore: 60)])
            job.state = .canceled
            try await ledger.update(job)
            #expect(try await ledger.due(perLane: 9, at: Self.now).isEmpty)
            #expect(try await ledger.overdue(at: Self.now + 99, limit: 9).isEmpty)
            #expect(try await ledger.nextChange(after: Self.now) == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `adding a job again changes nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let job = Fixtures.job()
            try await ledger.add(job, renders: [Fixtures.render()])
            var other = job
            other.name = "other"
            try await ledger.add(
                other, renders: [Fixtures.render(job.id, 1, state: .delivered), Fixtures.render(job.id, 2)])
            #expect(try await ledger.job(job.id) == job)
            #expect(try await ledger.renders(of: job.id) == [Fixtures.render()])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job's row is written as it is now`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            await #expect(throws: LedgerError.noSuchJob(job.id.text)) { try await ledger.update(job) }
            try await ledger.add(job, renders: [])
            job.state = .failed
            job.failure = Fixtures.failure
            job.outputFolder = "x"
            job.finishedAt = Fixtures.start
            try await ledger.update(job)
            #expect(try await ledger.job(job.id) == job)
        }
    }
}
