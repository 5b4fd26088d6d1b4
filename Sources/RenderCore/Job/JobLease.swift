/// One start of a process that works on jobs. A ledger gives each number once, and a later term has a higher one.
public struct Term: Sendable, Hashable, Comparable {
    public let number: Int

    public init(_ number: Int) { self.number = number }

    public static func < (one: Term, other: Term) -> Bool { one.number < other.number }
}

/// The right to change one job and its renders. The ledger gives it (`RenderQueue.take`, `add`, `restore`, `reopen`), and
/// every write that moves the job or one of its renders demands it.
///
/// A write under a lease that is not the current one changes nothing and throws `LedgerError.notOurs`: a process that
/// slept while another one took over the job cannot move it any more. In a ledger that one process uses at a time a lease
/// ends only when a later term takes the job.
public struct JobLease: Sendable, Hashable {
    public let job: JobID
    /// Who holds the job.
    public let term: Term
    /// How often the job changed hands, from one.
    public let epoch: Int

    public init(job: JobID, term: Term, epoch: Int) {
        self.job = job
        self.term = term
        self.epoch = epoch
    }
}
