import RenderCore

/// What one code of the provider means, and what follows from it.
struct ErrorRow: Sendable, Equatable {
    /// Whether a submit that is answered with this code may have been accepted all the same. A status of 408, 425 or 499 proves nothing
    /// whatever the code says.
    enum Acceptance: Sendable, Equatable {
        case never(because: String)
        case perhaps(because: String)
        /// The status decides: a 4xx is a refusal, a 5xx proves nothing.
        case byStatus(because: String)
    }

    /// As the provider spells it, with its other spellings; compared as `ErrorCode` does.
    var codes: [String]
    /// Lower-case parts of the message, one of which must be there: only where one code means several things.
    var said: [String] = []
    var meaning: String
    var fault: Failure.Fault
    /// What waits, or fails: that, and nothing else.
    var scope: Failure.Scope
    /// Whether the same thing may work later without anybody changing anything.
    var retryable: Bool
    var acceptance: Acceptance
    /// While it is tried again, or where it never is. `{region}` and `{host}` stand for those in use.
    var advice: String
    /// Once nothing more is tried; nil: as `advice`.
    var end: String?
    var subject: Failure.Subject?

    func fits(message: String) -> Bool {
        said.isEmpty || said.contains { message.contains($0) }
    }
}

extension ErrorRow.Acceptance {
    static let checked = Self.never(because: "the provider checks the request before any work begins")
    static let gate = Self.never(because: "the provider rejects it before any work begins")
    static let judged = Self.never(because: "it ended without a result, and only results are billed")
    static let midway = Self.byStatus(because: "it may have failed after the work began")

    /// - Parameter status: of the answer, or of the head of its message.
    func provesRefusal(status: Int?) -> Bool {
        if let status, StatusTable.provesNothing.contains(status) { return false }
        return switch self {
        case .never: true
        case .perhaps: false
        case .byStatus: status.map { StatusTable.row(of: $0).taken == .no } ?? false
        }
    }
}

extension ErrorRow {
    /// What a person is told where the provider failed for good.
    static let renderLater = Message.providerFailed().next

    /// The job is at fault: the same request can never work.
    static func job(
        _ codes: String..., said: [String] = [], meaning: String, scope: Failure.Scope = .job,
        acceptance: Acceptance = .checked, advice: String
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .job, scope: scope, retryable: false,
            acceptance: acceptance, advice: advice)
    }

    /// The provider could not fetch a file that the job names. Where renderdrop uploaded that file, the engine uploads it anew.
    static func fetch(_ codes: String..., said: [String] = [], meaning: String) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .job, scope: .job, retryable: false,
            acceptance: .checked,
            advice: Message.linkNotFetched().next,
            subject: .fetchedMedia)
    }

    /// A person has to change something at the account, the key, the bill or the model's settings.
    static func account(
        _ codes: String..., said: [String] = [], meaning: String, scope: Failure.Scope = .account, advice: String
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .account, scope: scope, retryable: false,
            acceptance: .gate, advice: advice)
    }

    static func throttled(
        _ codes: String..., said: [String] = [], meaning: String, scope: Failure.Scope = .model, advice: String
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .throttled, scope: scope, retryable: true,
            acceptance: .gate, advice: advice, end: renderLater)
    }

    /// The provider or the network is at fault: later it may work.
    static func provider(
        _ codes: String..., said: [String] = [], meaning: String, scope: Failure.Scope = .provider,
        acceptance: Acceptance = .midway, advice: String = "renderdrop tries again", end: String = renderLater
    ) -> ErrorRow {
        ErrorRow(
            codes: codes, said: said, meaning: meaning, fault: .provider, scope: scope, retryable: true,
            acceptance: acceptance, advice: advice, end: end)
    }
}
