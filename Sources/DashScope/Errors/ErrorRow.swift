import RenderCore

/// What one code of the provider means, and what follows from it.
struct ErrorRow: Sendable, Equatable {
    /// Whether a submit that is answered with this code may have been accepted all the same.
    enum Acceptance: Sendable, Equatable {
        case never(because: String)
        case perhaps(because: String)
    }

    /// As the provider spells it, with its other spellings; compared without regard to case.
    var codes: [String]
    /// Lower-case stretches of the message, one of which must be there: only where one code means several things.
    var said: [String] = []
    var meaning: String
    var fault: Failure.Fault
    /// Whether the same thing may work later without anybody changing anything.
    var retryable: Bool
    var acceptance: Acceptance
    /// `{region}` and `{host}` stand for those in use.
    var advice: String

    func fits(message: String) -> Bool {
        said.isEmpty || said.contains { message.contains($0) }
    }
}

extension ErrorRow.Acceptance {
    static let checked = Self.never(because: "the request is checked before any work begins")
    static let gate = Self.never(because: "it is turned away at the gate, before any work begins")
    static let judged = Self.never(because: "it ended without a result, and only results are billed")
    static let midway = Self.perhaps(because: "it may have failed after the work was taken on")
}

extension ErrorRow {
    /// The job is at fault: the same request can never work.
    static func job(
        _ codes: String..., said: [String] = [], meaning: String, acceptance: Acceptance = .checked, advice: String
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .job, retryable: false, acceptance: acceptance,
            advice: advice)
    }

    /// A person has to mend the account, the key or the bill.
    static func account(_ codes: String..., said: [String] = [], meaning: String, advice: String) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .account, retryable: false, acceptance: .gate,
            advice: advice)
    }

    static func throttled(_ codes: String..., meaning: String, advice: String) -> ErrorRow {
        ErrorRow(
            codes: codes, meaning: meaning, fault: .throttled, retryable: true, acceptance: .gate, advice: advice)
    }

    /// The provider or the network is at fault: later it may work.
    static func provider(
        _ codes: String..., said: [String] = [], meaning: String, acceptance: Acceptance, advice: String
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .provider, retryable: true, acceptance: acceptance,
            advice: advice)
    }
}
