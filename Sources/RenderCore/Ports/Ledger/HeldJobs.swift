import Synchronization

/// The jobs that one term holds, each with its lease.
public final class HeldJobs: Sendable {
    public let term: Term
    private let leases = Mutex<[JobID: JobLease]>([:])

    public init(_ term: Term) { self.term = term }

    /// Takes every active job that nobody holds, and remembers those that this term holds already.
    ///
    /// - Throws: `LedgerError`.
    public func take(from queue: any RenderQueue) async throws {
        for lease in try await queue.take(by: term, atMost: nil) { keep(lease) }
    }

    public func keep(_ lease: JobLease) {
        leases.withLock { $0[lease.job] = lease }
    }

    /// Forgets the lease of a job that has ended. A newer lease stays: the job was reopened meanwhile.
    public func drop(_ lease: JobLease) {
        leases.withLock { if $0[lease.job] == lease { $0[lease.job] = nil } }
    }

    /// - Throws: `LedgerError.notOurs` if this term does not hold the job.
    public func lease(of job: JobID) throws(LedgerError) -> JobLease {
        guard let lease = leases.withLock({ $0[job] }) else { throw .notOurs(job) }
        return lease
    }
}
