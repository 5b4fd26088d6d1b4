import ProviderSupport
import RenderCore

import struct Foundation.Date

/// Reads what a query brings: all but the state may be missing.
enum TaskAnswer {
    /// - Returns: nil where the answer tells nothing about this task.
    static func report(_ answer: APIAnswer, task: TaskID, endpoint: Endpoint, now: Date) -> TaskReport? {
        guard let json = answer.json, let output = json["output"], let word = output["task_status"]?.filledText,
            output["task_id"]?.filledText.map({ $0 == task.text }) ?? true
        else { return nil }
        let state: TaskReport.State =
            switch TaskStatus(word) {
            case .pending, .suspended: .pending
            // A word that we do not know is not an end: the task is asked after again.
            case .running, .unknown: .running
            case .canceled: .canceled
            case .gone: .unknown
            case .failed: .failed(failure(output, answer: answer, endpoint: endpoint))
            case .succeeded:
                succeeded(json, answer: answer, task: task, status: word, endpoint: endpoint, now: now)
            }
        return TaskReport(task: task, state: state, requestID: answer.requestID)
    }

    private static func succeeded(
        _ json: JSONValue, answer: APIAnswer, task: TaskID, status: String, endpoint: Endpoint, now: Date
    ) -> TaskReport.State {
        guard
            let result = AnswerReaders.result(
                of: json, task: task, requestID: answer.requestID, status: status, learnedAt: now)
        else {
            // It is done and may be billed: that nobody can read what came of it is no failure of the provider's.
            return .succeeded(
                RenderResult(
                    task: task, requestID: answer.requestID, status: status, outputs: [],
                    usage: json["usage"] ?? json["output"]?["usage"], learnedAt: now))
        }
        if result.outputs.isEmpty, let part = result.failedParts.first {
            return .failed(
                ErrorMapping.failure(
                    code: part.code, message: part.message, status: answer.status, requestID: answer.requestID,
                    endpoint: endpoint
                ).failure)
        }
        return .succeeded(result)
    }

    private static func failure(_ output: JSONValue, answer: APIAnswer, endpoint: Endpoint) -> Failure {
        guard let code = output.saidCode else {
            return Failure(
                .taskFailed, .taskFailedWithoutReason(), fault: .provider, retryable: true,
                httpStatus: answer.status, requestID: answer.requestID, scope: .provider, atItsEnd: .providerFailed())
        }
        let message = ProviderText.safe(output.saidMessage ?? "", key: nil)
        var failure = ErrorMapping.failure(
            code: ProviderText.safe(code, key: nil), message: message, status: answer.status,
            requestID: answer.requestID, endpoint: endpoint
        ).failure
        failure.retryAfterSeconds = nil  // it speaks of the query
        return failure
    }
}
