import ProviderSupport
import RenderCore

/// Turns refusals into failures.
struct WaveSpeedFailures: Sendable {
    let root: WaveSpeedRoot
    let options: WaveSpeedOptions

    /// The code of a refusal whose words say that the account is empty. The provider documents none.
    static let emptyAccountCode = "insufficient_credits"

    /// - Returns: `isProof`: of a submit, that it was not accepted.
    func refusal(_ answer: Envelope, _ what: String) -> (failure: Failure, isProof: Bool) {
        guard answer.isOfAPI else { return byStatus(answer, what) }
        let isEmpty = saysEmpty(answer.message) && answer.refusal < 500
        let row = isEmpty ? RefusalTable.emptyAccount : RefusalTable.row(of: answer.refusal)
        let code =
            isEmpty ? Self.emptyAccountCode : answer.word ?? Self.text(of: answer.refusal)
        let failure = Failure(
            code: code, message: answer.message.isEmpty ? row.meaning : answer.message, advice: row.advice,
            fault: row.fault, retryable: row.retryable, httpStatus: answer.status, requestID: answer.requestID,
            retryAfterSeconds: answer.retryAfterSeconds, scope: row.scope, subject: row.subject)
        // A status of 5xx tells nothing of what it wraps.
        return (failure, row.isProof && answer.status < 500 && RefusalTable.row(of: answer.status).isProofOrSuccess)
    }

    /// An answer that is not the API's: a gateway's page, a sign-in page, something cut off. Its status is all that it tells.
    private func byStatus(_ answer: Envelope, _ what: String) -> (failure: Failure, isProof: Bool) {
        let row = RefusalTable.row(of: answer.status)
        let isFine = (200..<300).contains(answer.status)
        // A gateway knows nothing of the job: a wrong path in the base URL must not fail one job after the other. But it may limit sizes.
        let isOfJob = row.fault == .job && answer.status == 413
        let isElsewhere = isFine || row.fault == .job && !isOfJob
        let failure = Failure(
            code: isFine ? LocalCode.answerUnreadable.rawValue : LocalCode.text(ofStatus: answer.status),
            .answerOfAnotherServer(
                what, origin: root.origin, page: nil, status: answer.status,
                meaning: isFine ? "it is no document of this API" : row.meaning, next: row.advice, isBaseURLSet: false),
            fault: isElsewhere ? .provider : row.fault, retryable: isElsewhere || row.retryable,
            httpStatus: answer.status, requestID: answer.requestID, retryAfterSeconds: answer.retryAfterSeconds,
            scope: isElsewhere ? .provider : row.scope)
        return (failure, !isFine && row.isProof)
    }

    /// A call that costs nothing is asked again, whatever its answer's status is, but for the key and the account.
    func question(_ answer: Envelope, _ what: String) -> Failure {
        var failure = refusal(answer, what).failure
        if failure.fault == .job {
            failure.fault = .provider
            failure.scope = .provider
            failure.retryable = true
        }
        return failure
    }

    /// A task that ended without a result.
    func task(code: Int, said: String, of answer: Envelope) -> Failure {
        guard code != 0 || !said.isEmpty else {
            return Failure(
                .taskFailed, .taskFailedWithoutReason(), fault: .provider, retryable: options.retriesFailedTasks,
                httpStatus: answer.status, scope: .provider, atItsEnd: .providerFailed())
        }
        let row = RefusalTable.row(of: code == 0 ? 1405 : code)
        return Failure(
            code: code == 0 ? LocalCode.taskFailed.rawValue : Self.text(of: code),
            message: said.isEmpty ? row.meaning : said,
            // Nobody knows whether the failed task was billed: a new one is a person's decision.
            advice: row.retryable && !options.retriesFailedTasks
                ? Message.failedTaskMayBeBilled().next : row.advice, fault: row.fault,
            retryable: row.retryable && options.retriesFailedTasks, httpStatus: answer.status,
            requestID: answer.requestID, scope: row.scope, subject: row.subject)
    }

    /// `http_403` for a status, `1402` for a code of the provider's own.
    private static func text(of code: Int) -> String {
        code < 1000 ? LocalCode.text(ofStatus: code) : String(code)
    }

    private func saysEmpty(_ message: String) -> Bool {
        let said = message.lowercased()
        return options.emptyAccountWords.contains { words in words.allSatisfy(said.contains) }
    }

    /// An exchange that brought no answer.
    func transport(_ error: TransportError, origin: String? = nil) -> Failure {
        let place = origin ?? root.origin
        return Failure(error, origin: place, isAPI: place == root.origin, isBaseURLSet: false)
    }
}

extension RefusalRow {
    /// A status of 200 wraps every kind of refusal.
    fileprivate var isProofOrSuccess: Bool { isProof || codes.contains { $0.contains(200) } }
}
