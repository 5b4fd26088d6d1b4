import ProviderSupport
import RenderCore

import struct Foundation.Date

/// Decides what became of a submit: accepted, done, refused, not sent, or nobody knows.
struct SubmitAnswer {
    let endpoint: Endpoint
    let client: APIClient

    /// In this order: what broke off proves nothing; a result or a task's name counts whatever else stands there; then a code
    /// that proves that nothing was accepted; everything else proves nothing.
    func outcome(of answer: APIAnswer, now: Date) -> SubmitOutcome {
        if answer.isCut { return .unknown(lost(client.brokenOff(answer))) }
        if answer.status == 200, let json = answer.json {
            let task = json["output"]?["task_id"]?.filledText.map { TaskID($0) }
            let status = json["output"]?["task_status"]?.filledText ?? "SUCCEEDED"
            let result = AnswerReaders.result(
                of: json, task: task, requestID: answer.requestID, status: status, learnedAt: now)
            if let result, !result.outputs.isEmpty { return .completed(result) }
            if let task { return .accepted(task, requestID: answer.requestID) }
            if let result, answer.errorCode == nil { return .completed(result) }
        }
        if answer.status == 200, answer.errorCode == nil, answer.json.map(isOfAModel) ?? false {
            return .unknown(lost(client.ofAnotherForm(answer)))
        }
        let (failure, isProof) =
            answer.errorCode.map { code in
                ErrorMapping.failure(
                    code: code, message: answer.errorMessage, status: answer.status, requestID: answer.requestID,
                    retryAfterSeconds: answer.retryAfterSeconds, endpoint: endpoint)
            } ?? client.byStatus(answer, "the answer")
        return isProof ? .refused(failure) : .unknown(lost(failure))
    }

    /// A gateway's page may be JSON, too, and tells nothing of what the provider did.
    private func isOfAModel(_ json: JSONValue) -> Bool {
        ["output", "request_id", "usage", "choices", "data", "task_id", "id"].contains { json[$0] != nil }
    }

    func outcome(of error: TransportError) -> SubmitOutcome {
        let failure = Failure(error, origin: endpoint.address.origin, endpoint: endpoint)
        // A redirect is an answer: whoever gives it has not taken the request.
        if error.code == .redirected { return .refused(failure) }
        return error.mayHaveArrived ? .unknown(lost(failure)) : .notSent(failure)
    }

    private func lost(_ failure: Failure) -> Failure {
        var failure = failure
        failure.advice = Message.mayBeAccepted(failure.message, next: failure.advice).next
        return failure
    }
}
