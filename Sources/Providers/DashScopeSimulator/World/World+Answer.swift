import FoundationEssentials
import HTTPTypes

/// What a request leads to.
enum Outcome: Sendable {
    case answer(Answer)
    /// A synchronous call: `World.finishSync` answers it when it is due.
    case wait(taskID: String, seconds: Double)
    /// A synchronous call that is answered in so many pieces: `World.piece` has each when it is due.
    case stream(taskID: String, pieces: Int, seconds: Double)
    /// A result file to be made and sent.
    case file(ResultFile)
}

extension World {
    /// What kind of request this is, from method and path alone.
    static func kind(of request: Incoming) -> RequestKind {
        let path = request.path
        if path.hasPrefix("/_results/") { return .result }
        if path.hasPrefix("/_oss") { return .upload }
        guard path.hasPrefix("/api/v1/") else { return .other }
        let rest = path.dropFirst("/api/v1".count)
        if rest.hasPrefix("/services/") { return .submit }
        if rest == "/tasks" || rest == "/tasks/" { return .list }
        if rest.hasPrefix("/tasks/") { return rest.hasSuffix("/cancel") ? .cancel : .query }
        switch rest {
        case "/uploads": return .policy
        case "/tokens": return .token
        case "/quotas": return .quota
        default: return .other
        }
    }

    mutating func answer(_ request: Incoming, fault: FaultAction?, now: Date) -> Outcome {
        advance(to: now)
        let requestID = random.identifier()
        do throws(Refusal) {
            return try route(request, fault: fault, requestID: requestID, now: now)
        } catch {
            return .answer(error.answer(requestID: requestID))
        }
    }

    private mutating func route(
        _ request: Incoming, fault: FaultAction?, requestID: String, now: Date
    ) throws(Refusal) -> Outcome {
        let kind = Self.kind(of: request)
        switch kind {
        case .result: return result(request, requestID: requestID, now: now)
        case .upload: return .answer(upload(request, requestID: requestID, now: now))
        case .submit, .query, .list, .cancel, .policy, .token, .quota, .other: break
        }
        let owner = try accounts.owner(request.header("Authorization"), now: now)
        let wantsPost = kind == .submit || kind == .cancel || kind == .token
        guard kind != .other, request.method == (wantsPost ? .post : .get) else {
            throw Refusal(404, "NotFound", "Request path not found.")
        }
        switch kind {
        case .submit: return try submit(request, owner: owner, fault: fault, requestID: requestID, now: now)
        case .query:
            try admit("query \(owner.account)", perSecond: 20, now: now)
            let id = String(request.path.dropFirst("/api/v1/tasks/".count))
            return .answer(query(id, owner: owner, requestID: requestID, now: now))
        case .list:
            try admit("list \(owner.account)", perSecond: 20, now: now)
            return .answer(try list(request, owner: owner, requestID: requestID, now: now))
        case .cancel:
            try admit("cancel \(owner.account)", perSecond: 20, now: now)
            let id = String(request.path.dropFirst("/api/v1/tasks/".count).dropLast("/cancel".count))
            return .answer(try cancel(id, owner: owner, requestID: requestID, now: now))
        case .policy: return .answer(try policy(request, owner: owner, requestID: requestID, now: now))
        case .token: return .answer(try token(request, owner: owner, requestID: requestID, now: now))
        case .quota: return .answer(try quotas(request, requestID: requestID))
        case .result, .upload, .other: throw Refusal(404, "NotFound", "Request path not found.")
        }
    }

    private mutating func token(
        _ request: Incoming, owner: SimulatorKey, requestID: String, now: Date
    ) throws(Refusal) -> Answer {
        let seconds = Int(request.argument("expire_in_seconds") ?? "60")
        guard let seconds, (1...1800).contains(seconds) else {
            throw .parameter("Range of expire_in_seconds should be [1, 1800]")
        }
        let token = "st-" + Checksum.hex(Checksum.sha256(random.identifier()))
        let expires = now.addingTimeInterval(Double(seconds))
        accounts.grant(token, to: owner, expires: expires)
        return .json(
            .make([
                "token": .string(token), "expires_at": .int(Int(expires.timeIntervalSince1970)),
                "request_id": .string(requestID),
            ]))
    }

    private func quotas(_ request: Incoming, requestID: String) throws(Refusal) -> Answer {
        guard options.switches.quotas == .accept else {
            throw Refusal(404, "NotFound", "Request path not found.")
        }
        let page = try Page(request, sizeDefault: 20, sizeMax: 100)
        // Without limits there are none to tell: whoever asks keeps what it knows.
        let names = models.ids.filter { id in
            options.limits && (request.argument("model").map { $0 == id } ?? true)
                && (request.argument("name").map { id.contains($0) } ?? true)
        }
        let quotas = page.cut(names).compactMap { models[$0] }.map { row in
            let limit = JSON.make([
                "request_limit": .int(row.submitRate.count), "request_limit_period": .int(Int(row.submitRate.seconds)),
                "usage_limit": .null, "usage_limit_field": .null, "usage_limit_period": .null,
                "async_user_queue_limit": row.async == nil
                    ? .null : options.switches.queueLimit.map { .int($0) } ?? .null,
                "async_user_concurrency_limit": row.async == nil ? .null : .int(row.running),
            ])
            return JSON.make([
                "model": .string(row.id), "workspace_id": "ws-0001", "model_limit": limit, "workspace_limit": .null,
            ])
        }
        return .json(
            .make([
                "request_id": .string(requestID),
                "output": .make([
                    "total": .int(names.count), "page_no": .int(page.number), "page_size": .int(page.size),
                    "quotas": .array(quotas),
                ]),
            ]))
    }
}

/// `page_no` and `page_size` of a paged call.
struct Page {
    var number: Int
    var size: Int

    init(_ request: Incoming, sizeDefault: Int, sizeMax: Int) throws(Refusal) {
        guard let number = Int(request.argument("page_no") ?? "1"), number >= 1,
            let size = Int(request.argument("page_size") ?? String(sizeDefault)), size >= 1
        else { throw .malformed }
        self.number = number
        self.size = min(size, sizeMax)
    }

    func cut<Item>(_ items: [Item]) -> [Item] {
        guard number - 1 <= items.count / size else { return [] }
        return Array(items.dropFirst((number - 1) * size).prefix(size))
    }

    func pages(of total: Int) -> Int { (total + size - 1) / size }
}
