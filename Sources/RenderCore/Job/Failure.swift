/// Why something did not work, who is at fault, and what a person can do. Safe to show and to log: no key, no prompt, no
/// signed link.
public struct Failure: Error, Sendable, Codable, Equatable {
    /// Decides what waits and what fails.
    public enum Fault: String, Sendable, Codable, CaseIterable {
        /// This job alone: it fails with advice.
        case job
        /// Asked too fast: the lane slows down, nothing fails.
        case throttled
        /// Overload, an internal error, the network: tried again later, nothing fails.
        case provider
        /// Key, bill, region, permission: everything of the account waits for a person, one notice, nothing fails.
        case account
        /// A folder or the disk: what needs it waits.
        case folder
    }

    /// How far a refusal reaches: what it names waits or fails, everything else goes on.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// The one request.
        case job
        /// Every request for this model.
        case model
        /// Every request with this key or in its workspace.
        case key
        /// Every request of this account.
        case account
        /// Anybody's request.
        case provider
    }

    /// What of a request a refusal is about, where renderdrop itself may have to act.
    public enum Subject: String, Sendable, Codable, CaseIterable {
        /// A picture, film or sound that the provider could not fetch.
        case fetchedMedia
    }

    /// The provider's code as given (`InvalidParameter`), or one of ours in snake case (`reference_missing`).
    public var code: String
    public var message: String
    public var advice: String
    public var fault: Fault
    /// Whether the same thing may work later without anybody changing anything.
    public var retryable: Bool
    public var httpStatus: Int?
    public var requestID: String?
    /// What `Retry-After` asked for.
    public var retryAfterSeconds: Int?
    /// Nil: not known; then `fault` alone decides what waits.
    public var scope: Scope?
    public var subject: Subject?
    /// What to do once nothing more is tried; nil: `advice` holds there as well.
    public var adviceAtEnd: String?

    public init(
        code: String, message: String, advice: String, fault: Fault, retryable: Bool, httpStatus: Int? = nil,
        requestID: String? = nil, retryAfterSeconds: Int? = nil, scope: Scope? = nil, subject: Subject? = nil,
        adviceAtEnd: String? = nil
    ) {
        self.code = code
        self.message = message
        self.advice = advice
        self.fault = fault
        self.retryable = retryable
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.retryAfterSeconds = retryAfterSeconds
        self.scope = scope
        self.subject = subject
        self.adviceAtEnd = adviceAtEnd
    }

    /// The same failure where nothing more is tried: what it advises is then up to a person.
    public var atItsEnd: Failure {
        var last = self
        last.advice = adviceAtEnd ?? advice
        last.adviceAtEnd = nil
        return last
    }
}

extension Failure: CustomStringConvertible {
    public var description: String { advice.isEmpty ? "\(code): \(message)" : "\(code): \(message) (\(advice))" }
}

extension Failure {
    /// Code of a submit that arrived for certain, and whose answer says nothing that is understood.
    public static let answerUnknown = "answer_unknown"
    /// Code of a render whose answer was lost and that a person let go.
    public static let givenUp = "given_up"
    /// Code of a job that a person canceled before it was planned.
    public static let canceledBeforeItBegan = "canceled"
}

extension Failure {
    /// Trouble with a single file or sub-folder of the inbox or the assets: it waits, and everything else goes on.
    public var isOfOneFile: Bool { fault == .folder && Self.codesOfOneFile.contains(code) }

    private static let codesOfOneFile: Set<String> = [
        "file_gone", "file_changed", "file_busy", "file_denied", "file_unreachable", "file_too_large", "not_a_file",
        "name_not_text", "path_refused", "unmovable",
    ]
}
