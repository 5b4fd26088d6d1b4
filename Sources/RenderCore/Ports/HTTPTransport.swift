public import HTTPTypes

/// One HTTP request, and how much of an answer is accepted.
public struct HTTPCall: Sendable {
    public var method: HTTPRequest.Method
    /// Absolute `http://` or `https://` URL.
    public var url: String
    public var headers: HTTPFields
    /// Sent in order; empty means no body. The pieces describe the body, so that it can be sent again.
    public var body: [BodyPiece]
    public var limits: TransferLimits

    public init(
        _ method: HTTPRequest.Method, _ url: String, headers: HTTPFields = [:], body: [BodyPiece] = [],
        limits: TransferLimits = TransferLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}

/// A part of a request body. Files are read while they are sent, never as a whole.
public enum BodyPiece: Sendable, Equatable {
    case bytes([UInt8])
    /// The bytes of a file; `length` is its size in bytes at the time of the call. With a `sha256` (lower-case
    /// hexadecimal) the last bytes are sent only if all bytes have that digest; without it, only if size and time have
    /// not changed.
    case file(path: String, length: Int, sha256: String? = nil)
    /// A file as standard base64 with padding and without line breaks, encoded while it is sent. Checked like `file`.
    case base64(path: String, length: Int, sha256: String? = nil)

    /// The number of bytes that this piece adds to the request.
    public var wireLength: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let length, _): length
        case .base64(_, let length, _): (length + 2) / 3 * 4
        }
    }
}

/// Limits of one exchange.
public struct TransferLimits: Sendable, Equatable {
    /// Name look-up, connection and TLS together.
    public var connect: Duration = .seconds(15)
    /// The whole exchange; nil if only `slowest` limits it (downloads).
    public var total: Duration? = .seconds(60)
    /// Ends the exchange with `.stalled` after this long without a byte of the answer, counted from the start; nil: no
    /// such limit. For requests without a body.
    public var silence: Duration?
    /// Ends the exchange if it stays below this rate for `slowestFor`; nil: no lower limit.
    public var slowestBytesPerSecond: Int?
    public var slowestFor: Duration = .seconds(60)
    /// A body longer than this ends the exchange with `.tooLarge`.
    public var bodyBytesMax: Int = 8 << 20

    public init() {}
}

/// The part of an answer before the body.
public struct HTTPHead: Sendable {
    public var status: Int
    public var headers: HTTPFields
    /// `"1.1"`, `"2"`, …
    public var version: String

    public init(status: Int, headers: HTTPFields, version: String = "1.1") {
        self.status = status
        self.headers = headers
        self.version = version
    }
}

/// A complete answer in memory.
public struct HTTPAnswer: Sendable {
    public var head: HTTPHead
    public var body: [UInt8]

    public init(head: HTTPHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// An answer whose body is read in pieces. A slow reader slows the sender; releasing it ends the exchange.
public struct HTTPStream: Sendable {
    public var head: HTTPHead
    /// The next part of the body; nil at its end. Throws `TransportError` (`.truncated`, `.stalled`, …).
    public var next: @Sendable () async throws -> [UInt8]?

    public init(head: HTTPHead, next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.head = head
        self.next = next
    }
}

/// Makes HTTP exchanges. Redirects are followed for GET and HEAD within one scheme, host and port only; any other is
/// `TransportError.redirected`. An HTTP status is never an error here.
public protocol HTTPTransport: Sendable {
    /// - Throws: `TransportError`, or `CancellationError` when the task was cancelled.
    func send(_ call: HTTPCall) async throws -> HTTPAnswer

    /// Returns as soon as the final head has come. The body must be read or dropped.
    /// - Throws: as `send`.
    func open(_ call: HTTPCall) async throws -> HTTPStream
}

/// An exchange without a complete answer.
public struct TransportError: Error, Sendable, Equatable {
    public enum Code: String, Sendable {
        case badURL, redirected, unresolved, refused, tls, proxy, timedOut, stalled, connectionLost, truncated,
            tooLarge, bodyChanged, bodyUnreadable, protocolViolation, other
    }

    public let code: Code
    /// What failed, and on which host. Never contains a query string or a header.
    public let message: String
    /// False only if the server certainly never had the complete request: the name, the connection or TLS failed first,
    /// or a part of the body was never sent. Otherwise it may have arrived, so a paid call must not be blindly
    /// repeated.
    public let mayHaveArrived: Bool

    public init(_ code: Code, _ message: String, mayHaveArrived: Bool) {
        self.code = code
        self.message = message
        self.mayHaveArrived = mayHaveArrived
    }
}

extension TransportError: CustomStringConvertible {
    public var description: String { message }
}
