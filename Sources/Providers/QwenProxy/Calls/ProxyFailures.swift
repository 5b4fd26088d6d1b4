import ProviderSupport
import RenderCore

/// What an answer that is no result means: whose fault it is, what waits, and whether it proves that nothing was begun.
///
/// The kind comes from the HTTP status and from the fields beside `error`, never from its text, which is Russian or English.
///
/// - Source: the code of the dialects, as read on 2026-11-21; what of it proves that nothing was begun is our own decision.
struct ProxyFailures: Sendable {
    let root: QwenProxyRoot

    init(_ root: QwenProxyRoot) { self.root = root }

    /// The first words of an answer usually explain it.
    private static let saidMax = 200
    private static let again = "renderdrop tries again"
    private static let person =
        "open the proxy's browser window or its log, do what the site asks there; renderdrop tries again"

    // MARK: By status

    /// A row for each status that is not fine. `isProof`: of a submit, that nothing was begun.
    struct Row: Sendable {
        var statuses: ClosedRange<Int>
        var meaning: String
        var isProof: Bool
        var fault: Failure.Fault
        var scope: Failure.Scope
        var retryable: Bool
        var advice: String

        init(
            _ statuses: ClosedRange<Int>, _ meaning: String, isProof: Bool = true, _ fault: Failure.Fault,
            _ scope: Failure.Scope, retryable: Bool = false, _ advice: String
        ) {
            self.statuses = statuses
            self.meaning = meaning
            self.isProof = isProof
            self.fault = fault
            self.scope = scope
            self.retryable = retryable
            self.advice = advice
        }
    }

    static let rows: [Row] = [
        Row(
            401...401, "the proxy does not accept the key", .account, .key,
            "set key_file or key_env of the account to a key of the proxy's list"),
        Row(403...403, "the site or the proxy blocks the request", .account, .account, person),
        Row(
            408...408, "the request timed out on its way", isProof: false, .provider, .provider, retryable: true, again),
        Row(
            425...425, "the request timed out on its way", isProof: false, .provider, .provider, retryable: true, again),
        Row(429...429, "too many requests", .throttled, .model, retryable: true, "renderdrop tries again, more slowly"),
        Row(
            499...499, "the request was cut off on its way", isProof: false, .provider, .provider, retryable: true,
            again),
        Row(400...498, "the proxy refuses the request", .job, .job, "correct what the message names"),
        Row(500...599, "the proxy had an internal error", isProof: false, .provider, .provider, retryable: true, again),
    ]

    static let strange = Row(
        100...999, "it is no answer of this proxy", isProof: false, .provider, .provider, retryable: true,
        "check QWEN_PROXY_URL; if this continues, check whether another program listens there")

    static func row(of status: Int) -> Row { rows.first { $0.statuses.contains(status) } ?? strange }

    func byStatus(_ answer: ProxyAnswer, _ what: String) -> (failure: Failure, isProof: Bool) {
        let isFine = (200..<300).contains(answer.status)
        let row = isFine ? Self.strange : Self.row(of: answer.status)
        guard answer.isOfProxy, !isFine else {
            // Another server knows nothing of the job: a wrong address must not fail one job after the other.
            let isElsewhere = isFine || row.fault == .job
            let failure = Failure(
                code: isFine ? LocalCode.answerUnreadable.rawValue : LocalCode.text(ofStatus: answer.status),
                .answerOfAnotherServer(
                    what, origin: root.origin, page: nil, status: answer.status, meaning: row.meaning,
                    next: Self.strange.advice, isBaseURLSet: false),
                fault: isElsewhere ? .provider : row.fault, retryable: isElsewhere || row.retryable,
                httpStatus: answer.status, retryAfterSeconds: answer.retryAfterSeconds,
                scope: isElsewhere ? .provider : row.scope)
            return (failure, !isFine && row.isProof)
        }
        return (failure(LocalCode.text(ofStatus: answer.status), row, answer), row.isProof)
    }

    /// A call that costs nothing is asked again, whatever its status is, but for the key.
    func question(_ answer: ProxyAnswer, _ what: String) -> Failure {
        var failure = byStatus(answer, "the answer about \(what)").failure
        if failure.fault == .job {
            failure.fault = .provider
            failure.scope = .provider
            failure.retryable = true
        }
        return failure
    }

    // MARK: By kind

    static let needsPerson = Row(200...200, "the site wants a person to confirm something", .account, .account, person)
    static let signedOut = Row(
        200...200, "the site refuses every account of the proxy", .account, .account,
        "sign in again at the proxy; renderdrop tries again")
    static let notReady = Row(200...200, "the proxy is not ready", .provider, .provider, retryable: true, again)
    static let refused = Row(
        200...200, "the site refuses the request", .job, .job,
        "read the proxy's words and its log; `retry` makes it again")
    static let unclear = Row(
        200...200, "no account of the proxy could take the request", .throttled, .account, retryable: true,
        "renderdrop tries again later")
    static let failed = Row(
        200...200, "the task failed", isProof: false, .job, .job,
        "read the proxy's words; changing the prompt may help, and `retry` makes it again")

    func failure(_ code: String, _ row: Row, _ answer: ProxyAnswer, retryAfter: Int? = nil) -> Failure {
        let said = answer.error ?? ""
        return Failure(
            code: code, message: said.isEmpty ? row.meaning : "\(row.meaning): \(said)", advice: row.advice,
            fault: row.fault, retryable: row.retryable, httpStatus: answer.status,
            retryAfterSeconds: retryAfter ?? answer.retryAfterSeconds, scope: row.scope)
    }

    static func cannot(_ dialect: ProxyDialect, film: Bool) -> Failure {
        let what = film ? "films" : "pictures"
        return Failure(
            .dialectCannot, .proxyDialectCannot(dialect.word, what), fault: .job, retryable: false, scope: .job)
    }

    /// An answer in which no link to a picture or a film stands.
    func notMedia(_ answer: ProxyAnswer, film: Bool, said: String) -> Failure {
        Failure(
            .notMedia,
            .answerIsNoMedia(film: film, said: String(ProviderText.safe(said, key: nil).prefix(Self.saidMax))),
            fault: .job, retryable: false,
            httpStatus: answer.status, scope: .job)
    }

    func daily(until midnight: String, seconds: Int, _ status: Int?) -> Failure {
        Failure(
            .dailyLimit, .dailyLimit(until: midnight), fault: .throttled, retryable: true, httpStatus: status,
            retryAfterSeconds: seconds, scope: .account)
    }
}
