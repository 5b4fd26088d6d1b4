import struct Foundation.Date

/// The JSON beside a render's outputs, or beside its failed job file: request, result and cost.
/// `docs/sidecar.schema.json` describes every field; a test compares the two.
///
/// It never contains a key, a signed link or picture data: links lose their query, embedded pictures their data.
public struct Sidecar: Sendable, Equatable {
    public static let schema = "renderdrop/sidecar/1"

    /// The provider that rendered.
    public struct Provider: Sendable, Equatable {
        /// `dashscope`
        public var name: String
        public var region: String
        /// With `/api/v1`, without user info or query.
        public var apiRoot: String

        public init(name: String, region: String, apiRoot: String) {
            self.name = name
            self.region = region
            self.apiRoot = apiRoot
        }
    }

    public enum Outcome: String, Sendable, CaseIterable {
        case delivered, failed, canceled
    }

    public let job: JobRecord
    /// Nil: the job never became renders.
    public let history: RenderHistory?
    /// How many renders the job has.
    public let renders: Int
    public let provider: Provider
    /// Of renderdrop.
    public let version: String
    public let outcome: Outcome

    /// The sidecar of one render. It may stand in `rendered` (a sidecar is published before the ledger says
    /// `delivered`); `outputs` and `spend` of the history are then what is about to be recorded.
    ///
    /// - Returns: nil where the render is not at its end: there is nothing to tell yet.
    public init?(job: JobRecord, history: RenderHistory, renders: Int, provider: Provider, version: String) {
        switch history.render.state {
        case .rendered, .delivered: outcome = .delivered
        case .failed: outcome = .failed
        case .canceled: outcome = .canceled
        case .queued, .sending, .following, .undecided: return nil
        }
        self.job = job
        self.history = history
        self.renders = renders
        self.provider = provider
        self.version = version
    }

    /// The sidecar of a job that failed as a whole, before it became renders.
    ///
    /// - Returns: nil where `job.failure` is.
    public init?(failedJob job: JobRecord, provider: Provider, version: String) {
        guard job.failure != nil else { return nil }
        self.job = job
        history = nil
        renders = 0
        self.provider = provider
        self.version = version
        outcome = .failed
    }

    /// The file's text.
    public var json: String {
        var members: [JSONText.Member] = [
            .init("schema", .text(Self.schema)),
            .init("outcome", .text(outcome.rawValue)),
        ]
        if outcome == .failed, let failure { members.append(.init("error", Self.error(failure))) }
        members += [
            .init("job", jobMembers),
            .init("request", request),
            .init("answer", answer),
            .init("outputs", .array(history?.outputs.map(Self.output) ?? [])),
        ]
        if let article { members.append(.init("article", .text(article))) }
        if let warnings = history?.render.plan.warnings {
            members.append(.init("warnings", .array(warnings.map { .text($0) })))
        }
        members += [
            .init("attempts", .array(history?.attempts.map(attempt) ?? [])),
            .init("cost", Self.cost(history.map { [$0] } ?? [])),
            .init("timings", timings),
            .init("renderdrop", .object([.init("version", .text(version))])),
        ]
        return JSONText.object(members).pretty
    }

    /// Why it failed.
    var failure: Failure? {
        guard case .failed(let failure) = history?.render.state else { return history == nil ? job.failure : nil }
        return failure.naming(job.id)
    }

    /// The provider's result, from wherever it is stored.
    var result: RenderResult? {
        if let result = history?.render.result { return result.withoutLinks }
        guard case .rendered(let result) = history?.render.state else { return nil }
        return result.withoutLinks
    }

    /// The file with the answer's text; nil if there is none, or if the render failed.
    private var article: String? {
        guard let history, outcome == .delivered, result?.isArticle == true else { return nil }
        return OutputNaming.article(job: job.name, render: history.render.id.number, of: renders)
    }

    /// The attempt that the outcome came from.
    var lastAttempt: AttemptRecord? { history?.attempts.last }

    private var jobMembers: JSONText {
        let plan = history?.render.plan
        let place = history.map { history in
            JSONText.object([
                .init("number", .int(history.render.id.number)), .init("count", .int(renders)),
            ])
        }
        var members = Self.identity(job)
        if job.leftInPlace == true { members.append(.init("left_in_place", .bool(true))) }
        members.append(.init("account", .text(plan?.route?.account ?? job.account)))
        members.append(.init("retry_of", .text(job.retryOf?.text)))
        members.append(.init("tags", .array((plan?.tags ?? []).map { .text($0) })))
        members.append(.init("metadata", .value(.object(plan?.metadata ?? [:]))))
        members.append(.init("render", place ?? .null))
        if let remade = job.outputRemadeAt { members.append(.init("output_folder_remade", .text(remade.rfc3339))) }
        return .object(members)
    }

    private var timings: JSONText {
        let paid = history?.attempts.last { $0.outcome == .accepted || $0.outcome == .completed }
        let done = result?.learnedAt ?? history?.tasks.compactMap(\.endedAt).max()
        return .object([
            .init("dropped", .text(job.droppedAt.rfc3339)),
            .init("claimed", .text(job.claimedAt.rfc3339)),
            .init("submitted", .text((paid ?? lastAttempt)?.intentAt.rfc3339)),
            .init("provider_done", .text(done?.rfc3339)),
            .init("delivered", .text(history?.outputs.map(\.publishedAt).max()?.rfc3339)),
        ])
    }
}

extension Sidecar {
    /// What names a job, in sidecars and summaries alike.
    static func identity(_ job: JobRecord) -> [JSONText.Member] {
        [
            .init("id", .text(job.id.text)),
            .init("name", .text(job.name)),
            .init("source", .text(job.source)),
            .init("sha256", .text(job.sha256)),
            .init("bytes", .int(job.bytes)),
            .init("dropped_by", .text(job.owner)),
        ]
    }

    static func error(_ failure: Failure) -> JSONText {
        .object([
            .init("code", .text(failure.code)),
            .init("message", .text(failure.message)),
            .init("advice", .text(failure.advice)),
            .init("retryable", .bool(failure.retryable)),
        ])
    }

    static func output(_ output: OutputRecord) -> JSONText {
        .object([
            .init("index", .int(output.index)),
            .init("file", .text(output.file)),
            .init("bytes", .int(output.bytes)),
            .init("sha256", .text(output.sha256)),
            .init("sha256_received", .text(output.receivedSHA256 ?? output.sha256)),
            .init("media_type", .text(output.mediaType)),
            .init("width", .int(output.width)),
            .init("height", .int(output.height)),
            .init("duration", .double(output.durationSeconds)),
            .init("source_url", .text(Redaction.link(output.source))),
            .init("expires_at", .text(output.expiresAt?.rfc3339)),
        ])
    }

    func attempt(_ attempt: AttemptRecord) -> JSONText {
        .object([
            .init("number", .int(attempt.number)),
            .init("at", .text(attempt.intentAt.rfc3339)),
            .init("answered", .text(attempt.answeredAt?.rfc3339)),
            .init("outcome", .text(attempt.outcome?.rawValue)),
            .init("endpoint", .text(attempt.endpoint)),
            .init("submit_request_id", .text(attempt.submitRequestID)),
            .init("task_id", .text(attempt.task?.text)),
            .init("error", attempt.failure.map(Self.error) ?? .null),
            .init("billing", history?.spend.first { $0.attempt == attempt.number }.map(Self.billing) ?? .null),
        ])
    }

    /// Needed to rebuild a lost ledger with correct budgets.
    static func billing(_ spend: SpendRecord) -> JSONText {
        .object([
            .init("state", .text(spend.state.rawValue)),
            .init("estimated", spend.estimate.map { .number($0.decimal) } ?? .null),
            .init("actual", spend.actual.map { .number($0.decimal) } ?? .null),
            .init("currency", .text((spend.actual ?? spend.estimate)?.currency)),
            .init("day", .text(spend.day)),
        ])
    }

    /// What the renders were expected to cost and what they did, in one currency: the first that stands anywhere.
    ///
    /// `actual` is null until an attempt was settled or released (and then zero, if none was billed); `reserved` is what
    /// may still be billed.
    static func cost(_ histories: [RenderHistory]) -> JSONText {
        let spend = histories.flatMap(\.spend)
        let estimates = histories.map(\.render).filter { !$0.isKept }.compactMap(\.plan.estimate)
        let currency = (spend.compactMap(\.committed) + estimates).first?.currency
        let closed = spend.filter { $0.state != .reserved }
        func sum(_ amounts: [Money]) -> JSONText {
            let fitting = amounts.filter { $0.currency == currency }
            guard let currency, !fitting.isEmpty else { return .null }
            return .number(Money(micros: fitting.reduce(0) { $0 + $1.micros }, currency: currency).decimal)
        }
        return .object([
            .init("estimated", sum(estimates)),
            .init("actual", sum(closed.map { $0.committed ?? Money(micros: 0, currency: currency ?? "") })),
            .init("reserved", sum(spend.filter { $0.state == .reserved }.compactMap(\.committed))),
            .init("currency", .text(currency)),
        ])
    }
}
