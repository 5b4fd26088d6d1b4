import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// Jobs that grow while they run, and jobs that are not needed any more.
@Suite struct GrowthContract {
    private let job = Fixtures.jobID()

    private func renders(_ numbers: ClosedRange<Int>) -> [RenderRecord] { numbers.map { Fixtures.render(job, $0) } }

    @Test(arguments: LedgerBackend.allCases)
    func `renders are appended after the last one, once`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let term = try await ledger.join(as: "box/1")
            let lease = try await ledger.add(Fixtures.job(), renders: renders(1...2), by: term)
            try await ledger.append(renders(3...5), after: 2, under: lease)
            try await ledger.append(renders(3...5), after: 2, under: lease)
            #expect(try await ledger.renders(of: job) == renders(1...5))
            await #expect(throws: LedgerError.cursorMoved(job, last: 5)) {
                try await ledger.append(renders(3...4), after: 2, under: lease)
            }
            await #expect(throws: LedgerError.cursorMoved(job, last: 5)) {
                try await ledger.append(renders(8...8), after: 5, under: lease)
            }
            await #expect(throws: LedgerError.notOurs(job)) {
                try await ledger.append(renders(6...6), after: 5, under: Fixtures.lease(job, epoch: 7))
            }
            #expect(try await ledger.renders(of: job).count == 5)
            try await ledger.closeQueue(of: job, at: Fixtures.start)
            try await ledger.append(renders(6...6), after: 5, under: lease)
            #expect(try await ledger.renders(of: job).last?.state == .canceled)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `ended jobs are pruned with what hangs on them, and what was spent stays`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let end = Fixtures.start + 100
            func job(_ index: Int, _ change: (inout JobRecord) -> Void = { _ in }) -> JobRecord {
                var job = Fixtures.job(Fixtures.jobID(index))
                job.state = .done
                job.finishedAt = Fixtures.start + Double(index)
                change(&job)
                return job
            }
            let jobs = [
                job(1), job(2), job(3) { $0.leftInPlace = true }, job(4) { $0.finishedAt = end },
                job(5) { ($0.state, $0.finishedAt) = (.active, nil) },
            ]
            for job in jobs {
                let id = RenderID(job: job.id, number: 1)
                let task = TaskRecord(
                    id: TaskID("task-\(job.id)"), render: id, attempt: 1, model: "m", status: "SUCCEEDED",
                    acceptedAt: Fixtures.start)
                try await ledger.restore(
                    RestoredJob(
                        job: job,
                        renders: [
                            RenderHistory(
                                render: Fixtures.render(job.id), attempts: [Fixtures.attempt(id)], tasks: [task],
                                outputs: [Fixtures.output(id)], spend: [Fixtures.spend(id)])
                        ]))
            }
            let before = try await ledger.committed(day: "2026-11-21", month: "2026-11").day
            #expect(try await ledger.prune(endedBefore: end, atMost: 1) == 1)
            #expect(try await ledger.job(jobs[0].id) == nil, "the oldest first")
            #expect(try await ledger.prune(endedBefore: end, atMost: 9) == 1)
            #expect(try await ledger.prune(endedBefore: end, atMost: 9) == 0)
            #expect(Set(try await ledger.jobs(JobFilter()).map(\.id)) == Set(jobs[2...].map(\.id)))
            #expect(try await ledger.renders(of: jobs[1].id).isEmpty)
            #expect(try await ledger.history(of: RenderID(job: jobs[1].id, number: 1)) == nil)
            #expect(try await ledger.outputs(of: jobs[1].id).isEmpty)
            #expect(try await ledger.spend(of: jobs[1].id).count == 1)
            #expect(try await ledger.committed(day: "2026-11-21", month: "2026-11").day == before)
            // Its task is free again: nothing of the job stands in the way of another.
            try await ledger.restore(RestoredJob(job: jobs[1], renders: []))
            #expect(try await ledger.job(jobs[1].id) != nil)
        }
    }
}
