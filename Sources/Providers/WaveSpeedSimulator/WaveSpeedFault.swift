/// Trouble that the simulator makes on request.
public struct WaveSpeedFault: Sendable, Codable, Equatable {
    /// What a request is for.
    public enum Request: String, Sendable, Codable, CaseIterable {
        case submit, result, history, upload, price, balance, models, output, other
    }

    public enum Kind: String, Sendable, Codable {
        /// An answer with an HTTP status, wrapped as the API wraps it.
        case status
        /// HTTP 200 around an envelope of another code.
        case envelope
        /// The connection closes before anything is read or done.
        case close
        /// The request is carried out, and the connection closes without an answer.
        case acceptThenClose
        /// The request is carried out, and nothing comes back until the peer has gone.
        case acceptThenStall
        /// A gateway's page; nothing is done.
        case page
        /// The request is carried out, and a gateway's page comes back.
        case acceptThenPage
        /// The task that is made ends in `ending`, with `code` and `message`.
        case taskEnds
    }

    public var on: Request
    public var type: Kind
    /// How often.
    public var times = 1
    public var status: Int?
    public var code: Int?
    public var message: String?
    /// `error_code` beside the message.
    public var errorCode: String?
    public var retryAfter: Int?
    /// `failed`, `cancelled`, `timeout`, `deleted`.
    public var ending: String?

    public init(
        _ type: Kind, on request: Request, times: Int = 1, status: Int? = nil, code: Int? = nil, message: String? = nil,
        errorCode: String? = nil, retryAfter: Int? = nil, ending: String? = nil
    ) {
        self.type = type
        on = request
        self.times = times
        self.status = status
        self.code = code
        self.message = message
        self.errorCode = errorCode
        self.retryAfter = retryAfter
        self.ending = ending
    }

    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        on = try box.decode(Request.self, forKey: .on)
        type = try box.decode(Kind.self, forKey: .type)
        times = try box.decodeIfPresent(Int.self, forKey: .times) ?? 1
        status = try box.decodeIfPresent(Int.self, forKey: .status)
        code = try box.decodeIfPresent(Int.self, forKey: .code)
        message = try box.decodeIfPresent(String.self, forKey: .message)
        errorCode = try box.decodeIfPresent(String.self, forKey: .errorCode)
        retryAfter = try box.decodeIfPresent(Int.self, forKey: .retryAfter)
        ending = try box.decodeIfPresent(String.self, forKey: .ending)
    }
}
