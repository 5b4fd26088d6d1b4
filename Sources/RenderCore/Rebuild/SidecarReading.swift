import struct Foundation.Date

/// Reads a sidecar back: its job and its render.
///
/// Values that are not in a sidecar are no longer needed for a render that has ended: lane, priority, file-name
/// template.
struct SidecarReading: Sendable, Equatable {
    var job: JobRecord
    /// Nil: the job never became renders.
    var history: RenderHistory?
    /// How many renders the job has.
    var renders: Int
    /// The sidecar does not contain the cost of its attempts: it is from an older version.
    var isWithoutMoney: Bool

    /// - Parameters:
    ///   - account: for a sidecar that names none.
    ///   - folder: the inbox folder that the job came from.
    ///   - spelling: of the provider whose plans it reads back; nil: they are kept as the sidecar shows them.
    /// - Returns: nil where it is no sidecar, or lacks what a sidecar has.
    init?(_ sidecar: JSONValue, account: String, folder: String, spelling: (any RequestSpelling)? = nil) {
        guard sidecar["schema"]?.string == Sidecar.schema, let about = sidecar["job"],
            let id = about["id"]?.string.flatMap({ JobID($0) }), let name = about["name"]?.string,
            let source = about["source"]?.string, let sha256 = about["sha256"]?.string, let bytes = about["bytes"]?.int,
            let dropped = Self.date(sidecar["timings"]?["dropped"]),
            let claimed = Self.date(sidecar["timings"]?["claimed"]),
            let outcome = sidecar["outcome"]?.string.flatMap(Sidecar.Outcome.init)
        else { return nil }
        job = JobRecord(
            id: id, name: name, source: source, folder: folder, sha256: sha256, bytes: bytes,
            owner: about["dropped_by"]?.string, droppedAt: dropped, claimedAt: claimed,
            account: about["account"]?.string ?? account, watcher: "", configurationDigest: "",
            retryOf: about["retry_of"]?.string.flatMap { JobID($0) }, leftInPlace: about["left_in_place"]?.bool)
        let error = Self.failure(sidecar["error"])
        guard let number = about["render"]?["number"]?.int, let count = about["render"]?["count"]?.int else {
            job.failure = error
            history = nil
            renders = 0
            isWithoutMoney = false
            return
        }
        renders = count
        let render = RenderID(job: id, number: number)
        guard let plan = Self.plan(sidecar, number: number, spelling: spelling) else { return nil }
        let attempts = (sidecar["attempts"]?.array ?? []).compactMap {
            Self.attempt($0, of: render, body: sidecar["request"]?["body"])
        }
        let outputs = Self.outputs(sidecar, of: render)
        let state: RenderMachine.State =
            switch outcome {
            case .delivered: .delivered
            case .failed: .failed(error ?? .ledgerLost)
            case .canceled: .canceled
            }
        let end =
            Self.date(sidecar["timings"]?["delivered"]) ?? Self.date(sidecar["timings"]?["provider_done"])
            ?? attempts.last?.answeredAt ?? claimed
        let record = RenderRecord(
            id: render, plan: plan, state: state, attempts: attempts.last?.number ?? 0,
            giveUpAt: nil, since: end, result: Self.result(sidecar, outputs: outputs, at: end))
        isWithoutMoney = (sidecar["attempts"]?.array ?? []).contains { $0["billing"] == nil }
        history = RenderHistory(
            render: record, attempts: attempts, tasks: Self.tasks(sidecar, attempts, of: render, model: plan.model),
            outputs: outputs, spend: Self.spend(sidecar, attempts, plan: plan, job: job))
    }

    static func date(_ value: JSONValue?) -> Date? { value?.string.flatMap(Timestamp.date) }

    static func failure(_ value: JSONValue?) -> Failure? {
        guard let code = value?["code"]?.string, let message = value?["message"]?.string else { return nil }
        return Failure(
            code: code, message: message, advice: value?["advice"]?.string ?? "", fault: .job,
            retryable: value?["retryable"]?.bool ?? false)
    }

    static func money(_ value: JSONValue?, _ currency: JSONValue?) -> Money? {
        guard let amount = value?.double, let currency = currency?.string, amount.magnitude < 1e9 else { return nil }
        return Money(micros: Int((amount * 1_000_000).rounded()), currency: currency)
    }
}
