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
    /// One image that was asked for.
    enum Part: Sendable {
        case picture(PictureSpec)
        case failed(code: String, message: String)
    }

    var id: String
    /// Of the submit.
    var requestID: String
    var owner: SimulatorKey
    var row: ModelRow
    var endpoint: Endpoint
    /// Order of arrival.
    var number: Int
    var submit: CheckedSubmit
    var originalPrompt: String
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
    /// Result links, one for each picture, once succeeded.
    var links: [Int: String] = [:]

    var lane: Lane { Lane(account: owner.account, model: row.id) }
    var isSync: Bool { !endpoint.isAsync }

    var pictures: Int {
        parts.reduce(0) { count, part in if case .picture = part { count + 1 } else { count } }
    }

    /// What an observer at `instant` sees; nil before the submit.
    func status(at instant: Date) -> Status? {
        guard submitted <= instant else { return nil }
        if let canceled, canceled <= instant { return .canceled }
        guard let scheduled, scheduled <= instant else { return .pending }
        guard let ended, ended <= instant else { return .running }
        return failure == nil && pictures > 0 ? .succeeded : .failed
    }

    var finalFailure: Refusal? {
        if let failure { return failure }
        guard pictures == 0, case .failed(let code, let message)? = parts.first else { return nil }
        return Refusal(400, code, message)
    }

    /// CNY for what succeeded.
    func price(region: SimulatorRegion) -> Double {
        guard finalFailure == nil else { return 0 }
        let price = row.price
        func here(_ pair: (beijing: Double, elsewhere: Double)) -> Double {
            region == .beijing ? pair.beijing : pair.elsewhere
        }
        var each = here((price.beijing, price.elsewhere))
        if let large = price.large, submit.size.area > 2_250_000 { each = here(large) }
        if submit.extendsPrompt { each *= price.extendFactor }
        return each * Double(pictures) + here(price.input) * Double(submit.references.count)
    }
}

/// Where tasks queue for one another.
struct Lane: Hashable, Sendable {
    var account: String
    var model: String
}
