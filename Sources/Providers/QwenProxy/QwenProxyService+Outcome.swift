import HTTPTypes
import ProviderSupport
import RenderCore

/// What became of a submit. A task's name counts whatever else stands there, then a link to the result, then the kind of failure.
extension QwenProxyService {
    func outcome(of answer: ProxyAnswer, isFilm: Bool) async throws -> SubmitOutcome {
        guard (200..<300).contains(answer.status) else { return await refusal(of: answer) }
        guard let json = answer.json, answer.isOfProxy else {
            return .unknown(lost(failures.byStatus(answer, "the answer").failure))
        }
        if isFilm, let task = answer.taskID { return .accepted(TaskID(task), requestID: nil) }
        guard answer.error == nil else { return try await failure(in: answer) }
        let outputs = MediaLinks.all(in: json, isFilm: isFilm, isLocal: root.address.isLoopback)
        guard outputs.isEmpty else { return .completed(result(outputs, json, task: nil, status: "completed")) }
        // Perhaps another version answers by now, which makes no such thing.
        await probe.forget()
        let said = json["choices"]?.array?.first?["message"]?["content"]?.string ?? json["content"]?.string ?? ""
        return .refused(failures.notMedia(answer, film: isFilm, said: said))
    }

    private func refusal(of answer: ProxyAnswer) async -> SubmitOutcome {
        // A route that the dialect has is missing: somebody has installed another version.
        if answer.status == 404, answer.isOfProxy {
            await probe.forget()
            var failure = failures.byStatus(answer, "the answer").failure
            failure.fault = .provider
            failure.scope = .provider
            failure.retryable = true
            return .refused(failure)
        }
        if answer.json?["verification"]?.bool == true {
            return .refused(failures.failure("verification", ProxyFailures.needsPerson, answer))
        }
        if answer.status < 500, answer.saysRateLimited, answer.isOfProxy, answer.retryAfterSeconds == nil {
            return .refused(daily(until: pause.begin(at: now()), status: answer.status))
        }
        let (failure, isProof) = failures.byStatus(answer, "the answer")
        return isProof ? .refused(failure) : .unknown(lost(failure))
    }

    /// A failure with status 200. Its kind is told by what stands beside `error`.
    private func failure(in answer: ProxyAnswer) async throws -> SubmitOutcome {
        let json = answer.json
        if json?["verification"]?.bool == true {
            return .refused(failures.failure("verification", ProxyFailures.needsPerson, answer))
        }
        if answer.saysRateLimited { return .refused(daily(until: pause.begin(at: now()), status: answer.status)) }
        if json?["rawResponse"] != nil {
            // The site took the request, and gave no name for the task.
            return .unknown(
                lost(
                    Failure(
                        .answerUnknown, .answerOfUnknownForm(origin: root.origin), fault: .provider, retryable: false,
                        httpStatus: answer.status)))
        }
        if json?["details"] != nil { return .refused(failures.failure("refused", ProxyFailures.refused, answer)) }
        guard json?["chatId"] != nil else {
            return .refused(failures.failure("not_ready", ProxyFailures.notReady, answer))
        }
        switch try await accounts() {
        case .waiting: return .refused(daily(until: pause.begin(at: now()), status: answer.status))
        case .signedOut: return .refused(failures.failure("signed_out", ProxyFailures.signedOut, answer))
        case .usable, .unclear:
            return .refused(
                failures.failure(
                    "no_account", ProxyFailures.unclear, answer,
                    retryAfter: Int(options.unclearPause.components.seconds)))
        }
    }

    func result(
        _ outputs: [RenderResult.Output], _ json: JSONValue, task: TaskID?, status: String
    ) -> RenderResult {
        RenderResult(
            task: task, requestID: nil, status: status, outputs: outputs,
            usage: json["usage"] ?? json["data"]?["usage"],
            learnedAt: now())
    }

    // MARK: The proxy's accounts

    enum Accounts: Sendable { case usable, waiting, signedOut, unclear }

    /// How the proxy's accounts are. An answer in words says that none took a request; only this says why.
    func accounts() async throws -> Accounts {
        do {
            let dialect = try await probe.dialect()
            return Self.accounts(of: try await calls.question(.get, dialect.tellsHealth ? "/health" : "/status"))
        } catch is Failure {
            return .unclear  // the reason is told at the next submit
        }
    }

    /// `{accounts: {available, invalid, waiting}}` or `{accounts: [{status}]}`.
    static func accounts(of answer: ProxyAnswer) -> Accounts {
        guard answer.isFine, let accounts = answer.json?["accounts"] else { return .unclear }
        if let list = accounts.array {
            let words = list.compactMap { $0["status"]?.string?.uppercased() }
            if words.contains("OK") { return .usable }
            if words.contains("WAIT") { return .waiting }
            return words.contains { $0 == "INVALID" || $0 == "EXPIRED" } ? .signedOut : .unclear
        }
        func count(_ key: String) -> Int { accounts[key]?.int ?? 0 }
        if count("available") > 0 { return .usable }
        if count("waiting") > 0 { return .waiting }
        return count("invalid") > 0 ? .signedOut : .unclear
    }
}
