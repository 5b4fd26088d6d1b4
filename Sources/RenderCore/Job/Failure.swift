/// Why something failed, who is at fault, and what a person can do. Safe to show and to log: contains no key, no
/// prompt, no signed link.
public struct Failure: Error, Sendable, Codable, Equatable {
    /// Who is at fault; decides what waits and what fails.
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

    /// What a refusal affects: that waits or fails, everything else continues.
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

    /// The part of a request that a refusal is about, if renderdrop itself may have to act.
    public enum Subject: String, Sendable, Codable, CaseIterable {
        /// A picture, film or sound that the provider could not fetch.
        case fetchedMedia
    }

    /// The provider's code as given (`InvalidParameter`), or one of ours (`LocalCode`).
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
    /// What to do when nothing more is tried; nil: `advice` applies then too.
    public var adviceAtEnd: String?
    /// Of a job file that cannot be rendered: how many mistakes `message` lists; nil: it is no list, or older than this number.
    public var problems: Int?
    /// The file or folder that it is about; not stored.
    public var path: String?
    /// The reason alone, without what could not be done with which file; nil: `message` is all of it. Not stored.
    var cause: String?

    private enum CodingKeys: String, CodingKey {
        case code, message, advice, fault, retryable, httpStatus, requestID, retryAfterSeconds, scope, subject
        case adviceAtEnd, problems
    }

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

    /// - Parameter atItsEnd: what to do once nothing more is tried; nil: as the message says.
    public init(
        _ code: LocalCode, _ message: Message, fault: Fault, retryable: Bool, httpStatus: Int? = nil,
        requestID: String? = nil, retryAfterSeconds: Int? = nil, scope: Scope? = nil, subject: Subject? = nil,
        atItsEnd: Message? = nil
    ) {
        self.init(
            code: code.rawValue, message, fault: fault, retryable: retryable, httpStatus: httpStatus,
            requestID: requestID, retryAfterSeconds: retryAfterSeconds, scope: scope, subject: subject,
            atItsEnd: atItsEnd)
    }

    /// For a code that was given to us: the provider's, or another failure's.
    public init(
        code: String, _ message: Message, fault: Fault, retryable: Bool, httpStatus: Int? = nil,
        requestID: String? = nil, retryAfterSeconds: Int? = nil, scope: Scope? = nil, subject: Subject? = nil,
        atItsEnd: Message? = nil
    ) {
        self.init(
            code: code, message: message.what, advice: message.next, fault: fault, retryable: retryable,
            httpStatus: httpStatus, requestID: requestID, retryAfterSeconds: retryAfterSeconds, scope: scope,
            subject: subject, adviceAtEnd: atItsEnd?.next)
        cause = message.because
    }

    /// The same failure where nothing more is tried: what it advises is then up to a person.
    public var atItsEnd: Failure {
        var last = self
        last.advice = adviceAtEnd ?? advice
        last.adviceAtEnd = nil
        return last
    }
}

extension Failure {
    /// The reason alone, for a line that names the file itself.
    public var reason: String { cause ?? message }

    /// The message; the reason alone where it is shown beside the file that it is about.
    ///
    /// - Parameter path: of that file; the failure may know it with the folders above.
    public func words(about path: String) -> String {
        guard let own = self.path, own == path || own.hasSuffix("/" + path) else { return message }
        return reason
    }
}

extension Failure: CustomStringConvertible {
    public var description: String { advice.isEmpty ? "\(code): \(message)" : "\(code): \(message) (\(advice))" }
}

extension Failure {
    /// A problem with a single file or sub-folder of the inbox or the assets: it waits, and everything else continues.
    public var isOfOneFile: Bool {
        fault == .folder
            && has(
                .fileGone, .fileChanged, .fileBusy, .fileDenied, .fileUnreachable, .fileTooLarge, .notAFile,
                .nameNotText, .pathRefused, .unmovable)
    }
}

extension Failure {
    /// A message's first line: what is wrong. What follows it in a message of several lines are the details, one a line.
    public static func headline(of message: String) -> String {
        message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }
}
