/// Trouble that the simulator makes on request.
public struct QwenProxyFault: Sendable, Codable, Equatable {
    /// What a request is for.
    public enum Request: String, Sendable, Codable, CaseIterable {
        case picture, film, text, task, health, result, other
    }

    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// An HTTP status with `{"error": …}`.
        case status
        /// The connection closes before anything is read or done.
        case close
        /// The request is carried out, and the connection closes without an answer.
        case acceptThenClose
        /// The request is carried out, and nothing comes back until the peer has gone.
        case acceptThenStall
        /// The request is carried out, and a gateway's page comes back.
        case acceptThenPage
        /// A gateway's page; nothing is done.
        case page
        /// HTTP 200 and `error` as an object with a message.
        case errorObject
        /// HTTP 200 and `error` alone: no page of the browser is ready.
        case notReady
        /// HTTP 200: the site shows its verification page.
        case verification
        /// HTTP 200: the site refused every account.
        case signedOut
        /// HTTP 200: every account is at its limit.
        case limit
        /// HTTP 200 and `{"error":"RateLimited"}`.
        case rateLimited
        /// HTTP 200: what the site said stands in `details`.
        case details
        /// HTTP 200: the site answered a film without a task's name.
        case noTaskID
        /// HTTP 200: a film took too long; its task is named.
        case timedOut
        /// The film that is made fails.
        case taskFails
        /// Tasks are forgotten, as after a restart of the proxy.
        case taskForgotten
        /// A task that is done has words in place of its link.
        case taskWithoutLink
    }

    public var on: Request
    public var type: Kind
    /// How often.
    public var times = 1
    public var status: Int?
    public var retryAfter: Int?

    public init(_ type: Kind, on request: Request, times: Int = 1, status: Int? = nil, retryAfter: Int? = nil) {
        self.type = type
        on = request
        self.times = times
        self.status = status
        self.retryAfter = retryAfter
    }

    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        on = try box.decode(Request.self, forKey: .on)
        type = try box.decode(Kind.self, forKey: .type)
        times = try box.decodeIfPresent(Int.self, forKey: .times) ?? 1
        status = try box.decodeIfPresent(Int.self, forKey: .status)
        retryAfter = try box.decodeIfPresent(Int.self, forKey: .retryAfter)
    }
}
