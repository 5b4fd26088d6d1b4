/// One piece of scripted trouble: which requests, and what goes wrong with them.
///
/// As JSON: `{"match": {"kind": "submit", "nth": 2}, "action": {"type": "status", "status": 503}}`.
public struct FaultRule: Sendable, Codable, Equatable {
    public var match: FaultMatch
    public var action: FaultAction

    public init(_ match: FaultMatch, _ action: FaultAction) {
        self.match = match
        self.action = action
    }
}

/// What a request is about; faults and logs speak of these.
public enum RequestKind: String, Sendable, Codable, CaseIterable {
    case submit, query, list, cancel, policy, upload, result, token, quota, other
}

/// Selects requests. Everything that is given must hold.
public struct FaultMatch: Sendable, Codable, Equatable {
    /// Nil: any kind.
    public var kind: RequestKind?
    /// Submits of this model only.
    public var model: String?
    /// Only the n-th matching request, counted from 1 since the rule was added.
    public var nth: Int?
    /// Strikes with this probability, 0...1.
    public var probability: Double?
    /// Strikes at most so many times.
    public var count: Int?

    public init(
        _ kind: RequestKind? = nil, model: String? = nil, nth: Int? = nil, probability: Double? = nil,
        count: Int? = nil
    ) {
        self.kind = kind
        self.model = model
        self.nth = nth
        self.probability = probability
        self.count = count
    }
}

/// What goes wrong. `type` says what; the other fields are its figures. Made with the static functions below.
public struct FaultAction: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable {
        case status, closeBeforeReading, acceptThenClose, acceptThenGarbage, reset, stall, truncate,
            wrongContentLength, wrongContent, ignoreRange, otherFile, slow, drip, hang, endless, garbage, redirect,
            taskFails, partialFailure, unknownQueries
    }

    public var type: Kind
    public var status: Int?
    public var code: String?
    public var message: String?
    public var retryAfter: Int?
    /// Where a redirect leads.
    public var location: String?
    /// Bytes, seconds, or how many: see the function of the same name.
    public var amount: Double?
    /// For `reset`, `stall`, `garbage` and `redirect`: the request takes effect first.
    public var accepts: Bool?

    /// `amount` as a whole number and as seconds, within bounds: rules come over the wire.
    var figure: Int { Int(seconds.rounded()) * ((amount ?? 0) < 0 ? -1 : 1) }
    var seconds: Double { min(1e9, abs(amount ?? 0)) }

    private init(
        _ type: Kind, status: Int? = nil, code: String? = nil, message: String? = nil, retryAfter: Int? = nil,
        location: String? = nil, amount: Double? = nil, accepts: Bool? = nil
    ) {
        self.type = type
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.location = location
        self.amount = amount
        self.accepts = accepts
    }

    /// The request has no effect and is answered with this error.
    public static func status(
        _ status: Int, code: String = "InternalError", message: String = "An internal error has occured.",
        retryAfter: Int? = nil
    ) -> FaultAction {
        FaultAction(.status, status: status, code: code, message: message, retryAfter: retryAfter)
    }

    /// The connection is closed after the head, before the body is read; no effect.
    public static let closeBeforeReading = FaultAction(.closeBeforeReading)
    /// The request takes effect; the connection is closed without an answer.
    public static let acceptThenClose = FaultAction(.acceptThenClose)
    /// The request takes effect; the answer is a gateway's HTML page with this status.
    public static func acceptThenGarbage(status: Int = 502) -> FaultAction {
        FaultAction(.acceptThenGarbage, status: status)
    }
    /// The connection is reset (RST) without an answer.
    public static func reset(accepts: Bool = false) -> FaultAction { FaultAction(.reset, accepts: accepts) }
    /// Nothing comes back, and the connection stays open until the caller gives up.
    public static func stall(accepts: Bool = false) -> FaultAction { FaultAction(.stall, accepts: accepts) }
    /// The body ends after so many bytes, and the connection with it; the announced length is the whole one.
    public static func truncate(at bytes: Int) -> FaultAction { FaultAction(.truncate, amount: Double(bytes)) }
    /// `Content-Length` is wrong by this; the connection is closed after the body.
    public static func wrongContentLength(by delta: Int) -> FaultAction {
        FaultAction(.wrongContentLength, amount: Double(delta))
    }
    /// The answer has status 200 and an HTML page instead of what was asked for.
    public static let wrongContent = FaultAction(.wrongContent)
    /// The request has no effect and is answered with a gateway's HTML page of this status.
    public static func page(_ status: Int) -> FaultAction { FaultAction(.wrongContent, status: status) }
    /// A `Range` header is ignored: status 200 and the whole body.
    public static let ignoreRange = FaultAction(.ignoreRange)
    /// A range is answered with a stretch of another file, under another ETag, whatever `If-Match` says.
    public static let otherFile = FaultAction(.otherFile)
    /// The body comes in 16 pieces spread over so many seconds.
    public static func slow(seconds: Double) -> FaultAction { FaultAction(.slow, amount: seconds) }
    /// The body comes at this many bytes a second, one by one where it is few.
    public static func drip(bytesPerSecond: Double) -> FaultAction { FaultAction(.drip, amount: bytesPerSecond) }
    /// The head and so many bytes of the body come; then nothing, and the connection stays open.
    public static func hang(after bytes: Int) -> FaultAction { FaultAction(.hang, amount: Double(bytes)) }
    /// The body begins as it should, and zeros follow without an end; no length is announced.
    public static let endless = FaultAction(.endless)
    /// The answer has status 200, calls itself JSON and is so many bytes that are none.
    public static func garbage(bytes: Int, accepts: Bool = false) -> FaultAction {
        FaultAction(.garbage, amount: Double(bytes), accepts: accepts)
    }
    /// The answer sends the caller to another address.
    public static func redirect(to location: String, status: Int = 302, accepts: Bool = false) -> FaultAction {
        FaultAction(.redirect, status: status, location: location, accepts: accepts)
    }
    /// The submit is accepted; the task runs and ends FAILED with this. A synchronous call answers it as an error.
    public static func taskFails(code: String = "InternalError.Algo", message: String = "inference internal error.")
        -> FaultAction
    {
        FaultAction(.taskFails, code: code, message: message)
    }
    /// The first so many images of the task fail; the others succeed.
    public static func partialFailure(
        _ images: Int = 1, code: String = "DataInspectionFailed",
        message: String = "Output data may contain inappropriate content."
    ) -> FaultAction {
        FaultAction(.partialFailure, code: code, message: message, amount: Double(images))
    }
    /// The submit is accepted; its first so many queries say UNKNOWN.
    public static func unknownQueries(_ queries: Int) -> FaultAction {
        FaultAction(.unknownQueries, amount: Double(queries))
    }
}
