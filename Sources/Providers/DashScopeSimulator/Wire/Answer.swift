/// What goes back over the wire, before any fault spoils it.
struct Answer: Sendable {
    struct Header: Sendable {
        var name: String
        var value: String
    }

    /// A body that comes little by little.
    struct Pieces: Sendable {
        var count: Int
        /// Waits until the piece is due; throws when its receiver has gone.
        var piece: @Sendable (Int) async throws -> [UInt8]
    }

    var status = 200
    var headers: [Header] = []
    var body: [UInt8] = []
    /// Instead of `body`.
    var pieces: Pieces?

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    mutating func set(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append(Header(name: name, value: value))
    }

    /// A JSON answer of the API. `request_id` is repeated in `x-request-id`, as the service does.
    static func json(_ value: JSON, status: Int = 200) -> Answer {
        var answer = Answer(status: status, body: value.bytes)
        answer.set("Content-Type", "application/json")
        if let id = value["request_id"]?.text { answer.set("x-request-id", id) }
        return answer
    }

    /// An error of the object store.
    static func oss(_ status: Int, _ code: String, _ message: String, requestID: String, extra: String = "") -> Answer {
        let id = requestID.filter { $0 != "-" }.prefix(24).uppercased()
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error>
              <Code>\(code)</Code>
              <Message>\(message)</Message>
              <RequestId>\(id)</RequestId>
              <HostId>dashscope-simulator.oss-cn-beijing.aliyuncs.com</HostId>
            \(extra)</Error>

            """
        var answer = Answer(status: status, body: Array(xml.utf8))
        answer.set("Content-Type", "application/xml")
        answer.set("x-oss-request-id", id)
        return answer
    }

    /// Server-sent events.
    static func events(_ pieces: Pieces) -> Answer {
        var answer = Answer(pieces: pieces)
        answer.set("Content-Type", "text/event-stream;charset=UTF-8")
        return answer
    }

    /// The same answer with its body in one piece, once all of it has come.
    func collected() async throws -> Answer {
        guard let pieces else { return self }
        var answer = self
        answer.pieces = nil
        for index in 0..<pieces.count { answer.body += try await pieces.piece(index) }
        return answer
    }

    /// Begins like a JSON answer and never becomes one.
    static func garbage(bytes: Int) -> Answer {
        let start = Array(#"{"request_id":""#.utf8)
        let count = min(max(bytes, start.count), 64 << 20)
        var answer = Answer(body: start + [UInt8](repeating: UInt8(ascii: "z"), count: count - start.count))
        answer.set("Content-Type", "application/json")
        return answer
    }

    static func html(_ status: Int, _ title: String) -> Answer {
        let page =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
            + "<hr><center>Tengine</center>\r\n</body>\r\n</html>\r\n"
        var answer = Answer(status: status, body: Array(page.utf8))
        answer.set("Content-Type", "text/html")
        return answer
    }
}

/// A request that is answered with an error: flat `{request_id, code, message}`.
struct Refusal: Error, Equatable {
    var status: Int
    var code: String
    var message: String
    var retryAfterSeconds: Int?

    init(_ status: Int, _ code: String, _ message: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    static func parameter(_ message: String) -> Refusal { Refusal(400, "InvalidParameter", message) }
    static let malformed = parameter(
        "The request is missing required parameters or in a wrong format, please check the parameters that you send.")
    static let urlError = parameter("url error, please check url！")
    static let throttled = Refusal(
        429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.")

    func answer(requestID: String) -> Answer {
        var answer = Answer.json(
            .make(["request_id": .string(requestID), "code": .string(code), "message": .string(message)]),
            status: status)
        if let retryAfterSeconds { answer.set("Retry-After", String(retryAfterSeconds)) }
        return answer
    }
}
