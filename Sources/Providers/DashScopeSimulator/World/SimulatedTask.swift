import FoundationEssentials

/// One accepted submit, from its first moment to its last. Times say what it is at any instant.
struct SimulatedTask: Sendable {
    enum Status: String, Sendable {
        case pending = "PENDING"
        case running = "RUNNING"
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case canceled = "CANCELED"
        case unknown = "UNKNOWN"
    }
    /// One image or film that was asked for.
    enum Part: Sendable {
        case made(ResultContent)
        case failed(code: String, message: String)
    }

    var id: String
    /// Of the submit.
    var requestID: String
    var owner: SimulatorKey
    var endpoint: SubmitPath
    var family: Family
    /// Order of arrival.
    var number: Int
    var submit: CheckedSubmit
    var parts: [Part]
    /// Ends FAILED with this.
    var failure: Refusal?

    var submitted: Date
    /// Leaves the queue no earlier than this.
    var ready: Date
    var runSeconds: Double
    var scheduled: Date?
    /// Known as soon as the task runs.
    var ended: Date?
    var canceled: Date?
    var isSettled = false
    /// So many queries still say UNKNOWN.
    var unknownQueries = 0
    /// Put in over the admin API: listed, but nobody's bill.
    var isForeign = false
    /// Result links by part, once there are some.
    var links: [Int: String] = [:]

    var row: ModelRow { submit.row }
    var lane: Lane { Lane(account: owner.account, model: row.crowd ?? row.id) }
    var isSync: Bool { !endpoint.isAsync }

    /// How many parts did not fail.
    var made: Int {
        parts.count { part in if case .made = part { true } else { false } }
    }

    /// What an observer at `instant` sees; nil before the submit.
    func status(at instant: Date) -> Status? {
        guard submitted <= instant else { return nil }
        if let canceled, canceled <= instant { return .canceled }
        guard let scheduled, scheduled <= instant else { return .pending }
        guard let ended, ended <= instant else { return .running }
        return failure == nil && made > 0 ? .succeeded : .failed
    }

    var finalFailure: Refusal? {
        if let failure { return failure }
        guard made == 0, case .failed(let code, let message)? = parts.first else { return nil }
        return Refusal(400, code, message)
    }
}

/// Where tasks queue for one another.
struct Lane: Hashable, Sendable {
    var account: String
    /// A model, or a crowd of them.
    var model: String
}
