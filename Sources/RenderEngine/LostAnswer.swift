import RenderCore

/// What an undecided render says of itself, to people and to the restart: the words change, the state does not.
enum LostAnswer {
    /// Where it stands.
    enum Standing: Sendable, Equatable {
        /// Its task is looked for; it may come right by itself.
        case lookedFor
        /// Nobody but a person can tell, though looking goes on.
        case asked(LostTaskDecision.Question, candidates: [TaskID])
        /// A synchronous call leaves no task that could be looked for.
        case unsearchable
    }

    /// Of a render that a restart finds between its intent and its answer.
    static let restarted = Failure(
        code: "answer_lost", message: "renderdrop ended before the answer came", advice: "", fault: .provider,
        retryable: false)

    /// Of a call that was cut off because renderdrop had to end.
    static let cutOff = Failure(
        code: "stopped", message: "renderdrop was stopped while the provider was at work on it", advice: "",
        fault: .provider, retryable: false)

    /// - Parameters:
    ///   - cause: what became of the call, as far as it is known.
    ///   - price: what may have been billed; nil: not known.
    static func failure(
        attempt: Int, because cause: Failure, price: Money?, _ standing: Standing
    ) -> Failure {
        let billed = "it may have been billed" + (price.map { " (about \($0))" } ?? "")
        let lost = "whether the provider accepted attempt \(attempt) is not known: \(cause.message)"
        let answer = "say `renderdrop retry` with --adopt TASK, --resend or --give-up"
        var code = cause.code
        var message = lost
        let advice: String
        switch standing {
        case .lookedFor:
            advice = "it is being looked for among the provider's tasks; nothing has to be done"
        case .asked(let question, let candidates):
            code = "lost_" + question.rawValue
            message += "; \(question.sentence)"
            let tasks = candidates.prefix(5).map(\.text).joined(separator: ", ")
            advice =
                (candidates.isEmpty
                    ? "\(billed); look for it in the provider's console, then "
                    : "see in the provider's console whether it is \(candidates.count > 5 ? "one of " : "")\(tasks), then ")
                + answer
        case .unsearchable:
            advice =
                "\(billed) and is not sent again by itself; look for it in the provider's console, then " + answer
        }
        return Failure(
            code: code, message: message, advice: advice, fault: .provider, retryable: standing == .lookedFor,
            httpStatus: cause.httpStatus, requestID: cause.requestID)
    }
}

extension RenderPlan {
    /// Whether the provider can be asked what became of a submit.
    var isSearchable: Bool { mode == .async && leavesTask != false }
}

extension Failure {
    /// Of an undecided render: it may still come right by itself.
    var isLookedFor: Bool { retryable }
}
