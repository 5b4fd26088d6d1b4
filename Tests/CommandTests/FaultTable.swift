import DashScopeSimulator

/// One kind of trouble at one step of a job's way, and what comes of it.
struct FaultRow: Sendable {
    enum Job: String, Sendable {
        /// Answers at once, leaves no task.
        case sync
        /// A task, two pictures.
        case async
        /// With a reference that is large enough to be uploaded.
        case upload
    }

    enum End: Sendable {
        case delivered
        /// With this code, and this in its advice.
        case failed(String, advice: String)
    }

    var name: String
    /// The step that the trouble is at.
    var stage: RequestKind
    var job = Job.async
    var rules: [FaultRule]
    /// Submits that arrive, accepted or not.
    var submits = 1
    /// Accepted ones, which may be billed.
    var paid = 1
    /// Requests of the stage's kind at most: trouble must not make a storm of ours.
    var most = 8
    /// Seconds that must lie between a refused request and the next of its kind.
    var gap = 0.0
    var end = End.delivered
}

extension FaultRow {
    /// Another place, where a redirect may lead; nobody is ever to ask there.
    private static let elsewhere = "http://127.0.0.1:9/elsewhere"

    private static let throttled = FaultAction.status(
        429, code: "Throttling.RateQuota", message: "Requests rate limit exceeded.", retryAfter: 3)

    /// What a gateway, a proxy or a broken line does to any exchange, without an effect at the provider.
    private static let unanswered: [(String, FaultAction)] = [
        ("500 with a code", .status(500)), ("502 page", .page(502)), ("503 page", .page(503)), ("504 page", .page(504)),
        ("a log-in page", .wrongContent), ("reset", .reset()), ("closed before the body is read", .closeBeforeReading),
        ("9 MiB of garbage", .garbage(bytes: 9 << 20)), ("half a megabyte of garbage", .garbage(bytes: 512 << 10)),
        ("redirected to another host", .redirect(to: elsewhere)),
        ("redirected to another scheme", .redirect(to: "https://127.0.0.1:9/elsewhere", status: 307)),
    ]

    /// The request took effect, and its answer is lost.
    private static let lost: [(String, FaultAction)] = [
        ("taken, then closed", .acceptThenClose), ("taken, then reset", .reset(accepts: true)),
        ("taken, then a 502 page", .acceptThenGarbage(status: 502)),
        ("taken, then a 504 page", .acceptThenGarbage(status: 504)),
        ("taken, the answer cut", .truncate(at: 10)),
        ("taken, the answer longer than it is", .wrongContentLength(by: 7)),
        ("taken, the answer shorter than it is", .wrongContentLength(by: -7)),
        ("taken, then 9 MiB of garbage", .garbage(bytes: 9 << 20, accepts: true)),
    ]

    /// Answers that prove that nothing was begun.
    private static let refused: [(String, FaultAction)] = [
        ("503 ModelUnavailable", .status(503, code: "ModelUnavailable", message: "Model is unavailable.")),
        ("500 ModelServingError", .status(500, code: "ModelServingError", message: "Too many requests.")),
        ("429 with a code that nobody knows", .status(429, code: "Slow.Down", message: "x")),
        ("400 that is throttling", .status(400, code: "Throttling", message: "x")),
    ]

    static let submit: [FaultRow] =
        refused.map { FaultRow(name: $0.0, stage: .submit, rules: [.init(.init(.submit, count: 1), $0.1)], submits: 2) }
        + unanswered.map {
            // Looked for, not found, and sent again after the quiet period.
            FaultRow(name: $0.0, stage: .submit, rules: [.init(.init(.submit, count: 1), $0.1)], submits: 2)
        }
        + lost.map { FaultRow(name: $0.0, stage: .submit, rules: [.init(.init(.submit, count: 1), $0.1)]) }
        + [
            FaultRow(
                name: "429 with Retry-After", stage: .submit, job: .sync,
                rules: [.init(.init(.submit, count: 1), throttled)], submits: 2, gap: 3),
            FaultRow(
                name: "the task fails at the provider", stage: .submit,
                rules: [.init(.init(.submit, count: 1), .taskFails())], submits: 2, paid: 2),
            FaultRow(
                name: "a value that is refused", stage: .submit,
                rules: [.init(.init(.submit), .status(400, code: "InvalidParameter", message: "Range of n is 1"))],
                paid: 0, end: .failed("InvalidParameter", advice: "use a number in the range")),
            FaultRow(
                name: "a content check", stage: .submit,
                rules: [.init(.init(.submit), .status(400, code: "DataInspectionFailed", message: "no"))],
                paid: 0, end: .failed("DataInspectionFailed", advice: "reword the prompt")),
        ]

    static let query: [FaultRow] =
        unanswered.map { FaultRow(name: $0.0, stage: .query, rules: [.init(.init(.query, count: 2), $0.1)]) }
        + [
            ("cut", FaultAction.truncate(at: 10)), ("shorter than it is", .wrongContentLength(by: -7)),
            ("longer than it is", .wrongContentLength(by: 7)),
            ("503 ModelUnavailable", .status(503, code: "ModelUnavailable", message: "x")),
            ("a refused key", .status(401, code: "InvalidApiKey", message: "Invalid API-key provided.")),
        ].map { FaultRow(name: $0.0, stage: .query, rules: [.init(.init(.query, count: 2), $0.1)]) }
        + [
            FaultRow(
                name: "429 with Retry-After", stage: .query, rules: [.init(.init(.query, count: 1), throttled)], gap: 3),
            FaultRow(name: "UNKNOWN at first", stage: .query, rules: [.init(.init(.submit), .unknownQueries(1))]),
        ]

    /// The list is asked where a submit was lost.
    static let list: [FaultRow] =
        (unanswered + [("cut", .truncate(at: 10)), ("503 ModelUnavailable", .status(503, code: "ModelUnavailable"))])
        .map {
            FaultRow(
                name: $0.0, stage: .list,
                rules: [.init(.init(.submit, count: 1), .acceptThenClose), .init(.init(.list, count: 2), $0.1)])
        }
        + [
            FaultRow(
                name: "429 with Retry-After", stage: .list,
                rules: [.init(.init(.submit, count: 1), .acceptThenClose), .init(.init(.list, count: 1), throttled)],
                gap: 3)
        ]

    static let download: [FaultRow] =
        (unanswered + [
            ("cut", .truncate(at: 5000)), ("shorter than it is", .wrongContentLength(by: -1000)),
            ("longer than it is", .wrongContentLength(by: 1000)), ("without an end", .endless),
        ]).map {
            FaultRow(name: $0.0, stage: .result, job: .sync, rules: [.init(.init(.result, count: 1), $0.1)], most: 3)
        } + [
            FaultRow(
                name: "429 with Retry-After", stage: .result, job: .sync,
                rules: [.init(.init(.result, count: 1), throttled)], most: 2, gap: 3),
            FaultRow(
                name: "an expired link of a task", stage: .result,
                rules: [
                    .init(.init(.result, nth: 2), .status(403, code: "AccessDenied", message: "Request has expired."))
                ], most: 4),
            FaultRow(
                name: "cut, and then no range", stage: .result, job: .sync,
                rules: [
                    .init(.init(.result, nth: 1), .truncate(at: 5000)), .init(.init(.result, nth: 2), .ignoreRange),
                ], most: 2),
            FaultRow(
                name: "cut, and then a stretch of another file", stage: .result, job: .sync,
                rules: [.init(.init(.result, nth: 1), .truncate(at: 5000)), .init(.init(.result, nth: 2), .otherFile)],
                most: 3),
            FaultRow(
                name: "an expired link of a call", stage: .result, job: .sync,
                rules: [.init(.init(.result), .status(403, code: "AccessDenied", message: "Request has expired."))],
                most: 2, end: .failed("link_expired", advice: "What to do")),
        ]

    /// A failed upload throws its permission away, so that a new one is asked for.
    static let policy: [FaultRow] = (unanswered + [("cut", .truncate(at: 10)), ("429 with Retry-After", throttled)])
        .map {
            FaultRow(
                name: $0.0, stage: .policy, job: .upload,
                rules: [.init(.init(.upload, count: 1), .status(500)), .init(.init(.policy, count: 1), $0.1)], most: 3)
        }

    static let upload: [FaultRow] =
        unanswered.map {
            FaultRow(
                name: $0.0, stage: .upload, job: .upload, rules: [.init(.init(.upload, count: 1), $0.1)], most: 2)
        }
        + [
            FaultRow(
                name: "too large for the store", stage: .upload, job: .upload,
                rules: [.init(.init(.upload), .status(413))], submits: 0, paid: 0, most: 1,
                end: .failed("http_413", advice: "use a smaller file"))
        ]
}
