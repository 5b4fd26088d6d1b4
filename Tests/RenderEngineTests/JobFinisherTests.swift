import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine

/// What is kept of jobs: a watcher runs for months.
@Suite(.timeLimit(.minutes(5))) struct JobFinisherTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `nothing is kept of jobs that have ended`() async throws {
        for index in 0..<3 { try bench.drop("job-\(index).yaml") }
        try bench.drop("bad.yaml", "promt: a cat\n")
        let run = EngineRun(
            parts: bench.parts(), events: EngineEvents(), shutdown: Shutdown(), mode: .drain(wait: false))
        #expect(try await run.work().jobsDone == 3)
        #expect(await run.jobs.remembered == 0)
    }

    @Test func `the renders of a job are read only when it ends`() async throws {
        let render = try await bench.past(.queued)
        let reads = Counter()
        var parts = bench.parts()
        parts.ledger = CountedRenders(ledger: parts.ledger, reads: reads)
        let jobs = JobFinisher(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        try await jobs.closeIfEnded(render.job)
        #expect(reads.value == 0)
        try await bench.ledger.record(
            Step(lease: Fixtures.lease(render), render: render, from: .queued, to: .canceled, facts: [], at: bench.now))
        try await jobs.closeIfEnded(render.job)
        #expect(reads.value > 0)
        #expect(await bench.jobs([.canceled]).count == 1)
    }

    @Test func `a row that was read while its job ended is not kept`() async throws {
        let render = try await bench.past(.queued)
        let gate = Gate()
        let reads = Counter()
        var parts = bench.parts()
        parts.ledger = GatedLedger(
            ledger: parts.ledger,
            afterJob: {
                if reads.add() == 1 { await gate.pass() }
            })
        let jobs = JobFinisher(
            parts: parts, events: EngineEvents(),
            outages: OutageRetry(parts: parts, events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        async let row = jobs.job(render.job)
        await gate.isReached()
        try await bench.ledger.record(
            Step(lease: Fixtures.lease(render), render: render, from: .queued, to: .canceled, facts: [], at: bench.now))
        try await jobs.closeIfEnded(render.job)
        #expect(await bench.jobs([.canceled]).count == 1)
        gate.open()
        _ = try await row
        #expect(await jobs.remembered == 0)
    }
}

/// Counts how often all renders of a job are handed out.
private struct CountedRenders: LedgerDecorator {
    let ledger: any Ledger
    let reads: Counter

    func renders(of job: JobID) async throws -> [RenderRecord] {
        reads.add()
        return try await ledger.renders(of: job)
    }

    func ended(_ job: JobID) async throws -> EndedJob? {
        let ended = try await ledger.ended(job)
        if ended != nil { reads.add() }
        return ended
    }
}

/// A ledger that has read a job's row and does not answer yet.
private struct GatedLedger: LedgerDecorator {
    let ledger: any Ledger
    let afterJob: @Sendable () async -> Void

    func job(_ id: JobID) async throws -> JobRecord? {
        let job = try await ledger.job(id)
        await afterJob()
        return job
    }
}
