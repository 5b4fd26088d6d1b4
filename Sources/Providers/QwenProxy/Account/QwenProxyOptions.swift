public import struct Foundation.TimeZone

/// Figures and uncertain facts of the proxy. Nobody promises any of them, so each is a switch.
public struct QwenProxyOptions: Sendable {
    /// Where pictures and films are asked for if the proxy has both.
    public enum Way: String, Sendable {
        /// The chat's route. It says what kind of failure a failure is, so that a refusal is a proof and no question.
        case chat
        /// The routes for pictures and films. In dialect F they answer most failures with HTTP 500, which proves nothing.
        case routes
    }

    /// Nil: it is found out.
    public var dialect: ProxyDialect?
    public var way = Way.chat
    /// How long the answer about the dialect is used: somebody may install another version.
    public var dialectLife: Duration = .seconds(600)
    /// A task that is not done after so long is given up. The proxy itself says nothing else of a task that it does not know than of one
    /// that runs.
    public var taskSeconds = 600.0
    /// How long a result can be fetched; nobody states it.
    public var resultSeconds = 3600.0
    /// Where a day begins, and with it the allowance.
    public var timeZone = TimeZone.gmt
    /// A refusal for which the proxy gives no reason that a program could read is tried again after so long.
    public var unclearPause: Duration = .seconds(900)
    /// Sent with the request for a result: some networks need the site's address there.
    public var referer: String? = "https://chat.qwen.ai/"
    /// Hosts from which results may come; `*.example.com` takes sub-domains.
    public var resultHosts: [String] = []
    public var imageBytesMax = 128 << 20
    public var filmBytesMax = 8 << 30
    public var answerBytesMax = 8 << 20
    public var slowestBytesPerSecond = 1024
    public var slowestFor: Duration = .seconds(60)
    public var connect: Duration = .seconds(10)
    /// A picture takes 10 to 60 s in one request, and the proxy may try several accounts one after the other.
    public var pictureTotal: Duration = .seconds(300)
    /// What begins a task answers within 10 s.
    public var total: Duration = .seconds(60)
    /// A question that costs nothing is given up where no byte of its answer came for so long. `GET /status` really asks for each account.
    public var silence: Duration = .seconds(60)

    public init() {}
}
