public import RenderCore

public import struct Foundation.Date

extension Fixtures {
    /// The term of a test that never restarts.
    public static let term = Term(1)

    /// The first lease of a job, which a new ledger gives for `term`.
    public static func lease(_ job: JobID, epoch: Int = 1) -> JobLease { JobLease(job: job, term: term, epoch: epoch) }

    public static func lease(_ render: RenderID, epoch: Int = 1) -> JobLease { lease(render.job, epoch: epoch) }
}

/// Writes under the first lease of a job, for tests that are not about leases.
extension RenderQueue {
    public func add(_ job: JobRecord, renders: [RenderRecord]) async throws {
        _ = try await add(job, renders: renders, by: Fixtures.term)
    }

    public func restore(_ job: RestoredJob) async throws { _ = try await restore(job, by: Fixtures.term) }

    public func update(_ job: JobRecord) async throws { try await update(job, under: Fixtures.lease(job.id)) }

    public func close(_ job: JobRecord) async throws -> Bool {
        try await close(job, under: Fixtures.lease(job.id))
    }

    public func closeQueue(of job: JobID, at now: Date) async throws {
        try await closeQueue(of: job, at: now, under: Fixtures.lease(job))
    }
    public func reopen(_ reopening: Reopening) async throws { _ = try await reopen(reopening, by: Fixtures.term) }
}
