import RenderCore

/// Describes an undecided render to people and to the restart: the words change, the state does not.
enum LostAnswer {
    /// How far the search has come.
    enum Standing: Sendable, Equatable {
        /// Its task is being searched for; this may settle it without a person.
        case lookedFor
        /// Only a person can decide, although the search continues.
        case asked(LostTaskDecision.Question, candidates: [TaskID])
        /// A synchronous call leaves no task to search for, or the provider lists none.
        case unsearchable
        /// The account that it was sent with is not configured any more, so nobody can search there.
        case accountMissing(String, provider: String)
    }

    /// What is said of a render that a restart finds between its intent and its answer.
    static let restarted = Failure(
        .answerLost, .endedBeforeAnswer(), fault: .provider, retryable: false)

    /// What is said of a call that was cut off because renderdrop had to exit.
    static let cutOff = Failure(
        .stopped, .stoppedDuringCall(), fault: .provider, retryable: false)

    /// - Parameters:
    ///   - cause: what became of the call, as far as it is known.
    ///   - price: what may have been billed; nil: not known.
    static func failure(
        of render: RenderID, attempt: Int, because cause: Failure, price: Money?, _ standing: Standing
    ) -> Failure {
        let (code, message): (String, Message) =
            switch standing {
            case .lookedFor: (cause.code, .answerSearchedFor(attempt: attempt, because: cause.message))
            case .asked(let question, let candidates):
                (
                    question.code.rawValue,
                    .answerAskedFor(
                        render, attempt: attempt, because: cause.message, question: question.sentence,
                        candidates: candidates, price: price)
                )
            case .unsearchable:
                (cause.code, .answerUnsearchable(render, attempt: attempt, because: cause.message, price: price))
            case .accountMissing(let account, let provider):
                (
                    LocalCode.accountMissing.rawValue,
                    .answerOfMissingAccount(
                        render, attempt: attempt, because: cause.message, account: account, provider: provider,
                        price: price)
                )
            }
        return Failure(
            code: code, message, fault: .provider, retryable: standing == .lookedFor, httpStatus: cause.httpStatus,
            requestID: cause.requestID)
    }
}
