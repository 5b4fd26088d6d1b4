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

    public init(
        code: String, message: String, advice: String, fault: Fault, retryable: Bool, httpStatus: Int? = nil,
        requestID: String? = nil, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.advice = advice
        self.fault = fault
        self.retryable = retryable
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.retryAfterSeconds = retryAfterSeconds
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
