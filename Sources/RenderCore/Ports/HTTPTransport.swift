public import HTTPTypes

/// One HTTP exchange to make: what goes out, and how much is accepted back.
public struct HTTPCall: Sendable {
    public var method: HTTPRequest.Method
    /// Absolute `http://` or `https://` URL.
    public var url: String
    public var headers: HTTPFields
    /// Sent one after the other; empty means no body. The pieces describe the body, so that it can be sent again.
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

/// A stretch of a request body. Files are read while they are sent, never as a whole.
public enum BodyPiece: Sendable, Equatable {
    case bytes([UInt8])
    /// The bytes of a file; `length` is its size in bytes when the call was made. With a `sha256` (lower-case hexadecimal) the last
    /// bytes leave only once all of them had that digest; without one, once size and time are seen unchanged.
    case file(path: String, length: Int, sha256: String? = nil)
    /// A file as standard base64 with padding and without line breaks, encoded while it is sent. Checked as `file` is.
    case base64(path: String, length: Int, sha256: String? = nil)

    /// How many bytes this piece puts on the wire.
    public var wireLength: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let length, _): length
        case .base64(_, let length, _): (length + 2) / 3 * 4
        }
    }
}

/// Bounds of one exchange.
public struct TransferLimits: Sendable, Equatable {
    /// Name look-up, connection and TLS together.
    public var connect: Duration = .seconds(15)
    /// The whole exchange; nil where only `slowest` bounds it (downloads).
    public var total: Duration? = .seconds(60)
    /// No byte of the answer for so long, from the start on, ends the exchange with `.stalled`; nil: silence is no reason. For
    /// questions without a body.
    public var silence: Duration?
    /// Fewer bytes a second than this for `slowestFor` ends the exchange; nil: no lower bound.
    public var slowestBytesPerSecond: Int?
    public var slowestFor: Duration = .seconds(60)
    /// A body longer than this ends the exchange with `.tooLarge`.
    public var bodyBytesMax: Int = 8 << 20

    public init() {}
}

/// What came back before the body.
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

/// A whole answer, held in memory.
public struct HTTPAnswer: Sendable {
    public var head: HTTPHead
    public var body: [UInt8]

    public init(head: HTTPHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// An answer whose body is read piece by piece. Reading slowly slows the sender; dropping it ends the exchange.
public struct HTTPStream: Sendable {
    public var head: HTTPHead
    /// The next stretch of the body, nil at its end. Throws `TransportError` (`.truncated`, `.stalled`, …).
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

/// An exchange that brought no (whole) answer.
public struct TransportError: Error, Sendable, Equatable {
    public enum Code: String, Sendable {
        case badURL, redirected, unresolved, refused, tls, proxy, timedOut, stalled, connectionLost, truncated,
            tooLarge, bodyChanged, bodyUnreadable, protocolViolation, other
    }

    public let code: Code
    /// What failed, on which host. Never a query string or a header.
    public let message: String
    /// False only where it is certain that the server never had the whole request: the name, the connection or TLS failed before, or
    /// a part of the body was never sent. Everything else may have arrived, so a paid call must not be repeated blindly.
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
