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
        "open the proxy's browser window or its log, do what the site asks there, then run `renderdrop retry`"

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
    }

    static let rows: [Row] = [
        Row(
            statuses: 401...401, meaning: "the proxy does not accept the key", isProof: true, fault: .account,
            scope: .key, retryable: false, advice: "set key_file or key_env of the account to a key of the proxy's list"
        ),
        Row(
            statuses: 403...403, meaning: "the site or the proxy blocks the request", isProof: true, fault: .account,
            scope: .account, retryable: false, advice: person),
        Row(
            statuses: 408...408, meaning: "the request timed out on its way", isProof: false, fault: .provider,
            scope: .provider, retryable: true, advice: again),
        Row(
            statuses: 425...425, meaning: "the request timed out on its way", isProof: false, fault: .provider,
            scope: .provider, retryable: true, advice: again),
        Row(
            statuses: 429...429, meaning: "too many requests", isProof: true, fault: .throttled, scope: .model,
            retryable: true, advice: "renderdrop tries again, more slowly"),
        Row(
            statuses: 499...499, meaning: "the request was cut off on its way", isProof: false, fault: .provider,
            scope: .provider, retryable: true, advice: again),
        Row(
            statuses: 400...498, meaning: "the proxy refuses the request", isProof: true, fault: .job, scope: .job,
            retryable: false, advice: "correct what the message names"),
        Row(
            statuses: 500...599, meaning: "the proxy had an internal error", isProof: false, fault: .provider,
            scope: .provider, retryable: true, advice: again),
    ]

    static let strange = Row(
        statuses: 100...999, meaning: "it is no answer of this proxy", isProof: false, fault: .provider,
        scope: .provider, retryable: true,
        advice: "check QWEN_PROXY_URL; if this continues, check whether another program listens there")

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

    static let needsPerson = Row(
        statuses: 200...200, meaning: "the site wants a person to confirm something", isProof: true, fault: .account,
        scope: .account, retryable: false, advice: person)
    static let signedOut = Row(
        statuses: 200...200, meaning: "the site refuses every account of the proxy", isProof: true, fault: .account,
        scope: .account, retryable: false,
        advice: "sign in again at the proxy, then run `renderdrop retry` or wait for the next try")
    static let notReady = Row(
        statuses: 200...200, meaning: "the proxy is not ready", isProof: true, fault: .provider, scope: .provider,
        retryable: true, advice: again)
    static let refused = Row(
        statuses: 200...200, meaning: "the site refuses the request", isProof: true, fault: .job, scope: .job,
        retryable: false, advice: "read the proxy's words and its log; `renderdrop retry` makes it again")
    static let unclear = Row(
        statuses: 200...200, meaning: "no account of the proxy could take the request", isProof: true,
        fault: .throttled, scope: .account, retryable: true, advice: "renderdrop tries again later")
    static let failed = Row(
        statuses: 200...200, meaning: "the task failed", isProof: false, fault: .job, scope: .job, retryable: false,
        advice: "read the proxy's words; changing the prompt may help, and `renderdrop retry` makes it again")

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
