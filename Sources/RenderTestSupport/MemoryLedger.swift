public import RenderCore

/// The ledger as dictionaries: for tests of whoever uses one. `LedgerContractTests` holds it to what the real ones do.
public actor MemoryLedger: Ledger {
    struct AttemptKey: Hashable {
        var render: RenderID
        var attempt: Int
    }

    /// `place`: as `Route.taskPlace`; empty: not recorded.
    struct TaskKey: Hashable {
        var id: TaskID
        var place: String
    }

    var jobs: [JobID: JobRecord] = [:]
    var renders: [RenderID: RenderRecord] = [:]
    var attempts: [AttemptKey: AttemptRecord] = [:]
    var tasks: [TaskKey: TaskRecord] = [:]
    var outputs: [AttemptKey: OutputRecord] = [:]
    var spend: [AttemptKey: SpendRecord] = [:]
    var uploads: [UploadKey: UploadRecord] = [:]
    var keyIDs: [String: String] = [:]
    /// Who holds a job; kept when it has ended.
    var leases: [JobID: JobLease] = [:]
    /// Number of the last term that joined.
    var lastTerm = 0
    var pictures: Set<LeftPicture> = []
    var commands: [(command: OperatorCommand, answer: OperatorCommandAnswer?)] = []

    public init() {}
}
