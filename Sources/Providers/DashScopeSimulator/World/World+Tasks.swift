import FoundationEssentials

extension World {
    /// A task that this account may see.
    private func visible(_ id: String, to owner: SimulatorKey, now: Date) -> SimulatedTask? {
        guard let task = tasks[id], task.owner.account == owner.account, !isForgotten(task, at: now),
            !task.isSync || options.switches.listsSyncCalls
        else { return nil }
        return task
    }

    mutating func query(_ id: String, owner: SimulatorKey, requestID: String, now: Date) -> Answer {
        var body: JSON
        if let task = visible(id, to: owner, now: now), let status = task.status(at: now), task.unknownQueries == 0 {
            body = TaskWire(task: task, switches: options.switches).query(status: status, now: now)
        } else {
            if let left = tasks[id]?.unknownQueries, left > 0 { tasks[id]?.unknownQueries = left - 1 }
            body = TaskWire.unknown(id)
        }
        body.set("request_id", .string(requestID))
        return .json(body)
    }

    mutating func cancel(_ id: String, owner: SimulatorKey, requestID: String, now: Date) throws(Refusal) -> Answer {
        let refusal = Refusal(
            400, "UnsupportedOperation",
            "Failed to cancel the task, please confirm if the task is in PENDING status.")
        guard let task = visible(id, to: owner, now: now) else {
            throw Refusal(options.switches.unknownCancelStatus, refusal.code, refusal.message)
        }
        guard task.status(at: now) == .pending else { throw refusal }
        tasks[id]?.canceled = now
        queues[task.lane]?.waiting.removeAll { $0 == id }
        return .json(.make(["request_id": .string(requestID)]))
    }

    func list(_ request: Incoming, owner: SimulatorKey, requestID: String, now: Date) throws(Refusal) -> Answer {
        let page = try Page(request, sizeDefault: 10, sizeMax: options.switches.listPageSizeMax)
        let window = try listWindow(request, now: now)
        let wanted = try request.argument("status").map { text throws(Refusal) in
            guard let status = SimulatedTask.Status(rawValue: text) else { throw .malformed }
            return status
        }
        // The index runs behind: it shows the world as it was a moment ago.
        let seen = now.addingTimeInterval(-options.switches.listLagSeconds)
        func isAsked(_ name: String, _ value: String) -> Bool { request.argument(name).map { $0 == value } ?? true }
        let found = order.reversed().compactMap { id -> (SimulatedTask, SimulatedTask.Status)? in
            guard let task = visible(id, to: owner, now: now), let status = task.status(at: seen),
                window.contains(task.submitted), wanted ?? status == status, isAsked("task_id", task.id),
                isAsked("model_name", task.row.id), isAsked("api_key_id", task.owner.apiKeyID),
                isAsked("region", options.region.rawValue)
            else { return nil }
            return (task, status)
        }.sorted { ($0.0.submitted, $0.0.number) > ($1.0.submitted, $1.0.number) }
        let data = page.cut(found).map { entry($0, $1) }
        return .json(
            .make([
                "total": .int(found.count), "data": .array(data), "total_page": .int(page.pages(of: found.count)),
                "page_no": .int(page.number), "page_size": .int(page.size), "request_id": .string(requestID),
            ]))
    }

    private func entry(_ task: SimulatedTask, _ status: SimulatedTask.Status) -> JSON {
        let isOver = status != .pending && status != .running
        let over = task.canceled ?? task.ended
        return .make([
            "api_key_id": .string(task.owner.apiKeyID), "caller_parent_id": .string(task.owner.account),
            "caller_uid": .string(task.owner.account), "gmt_create": .int(WireTime.milliseconds(task.submitted)),
            "start_time": status == .pending ? nil : task.scheduled.map { .int(WireTime.milliseconds($0)) },
            "end_time": isOver ? over.map { .int(WireTime.milliseconds($0)) } : nil,
            "model_name": .string(task.row.id), "region": .string(options.region.rawValue),
            "request_id": .string(task.requestID), "status": .string(status.rawValue), "task_id": .string(task.id),
            "user_api_unique_key": .string("apikey:v1:\(task.endpoint.uniqueKey):\(task.row.id)"),
        ])
    }

    private func listWindow(_ request: Incoming, now: Date) throws(Refusal) -> ClosedRange<Date> {
        func time(_ name: String) throws(Refusal) -> Date? {
            guard let text = request.argument(name) else { return nil }
            guard let date = WireTime.listTime(text, zoneHours: options.switches.zoneHours) else { throw .malformed }
            return date
        }
        let day = 86_400.0
        let (start, end) = (try time("start_time"), try time("end_time"))
        let last = end ?? start?.addingTimeInterval(day) ?? now
        var first = start ?? last.addingTimeInterval(-day)
        guard first <= last else { throw .malformed }
        if last.timeIntervalSince(first) > day {
            guard options.switches.wideListWindow == .accept else { throw .malformed }
            first = last.addingTimeInterval(-day)
        }
        // The strings have whole seconds; the last one counts in full.
        return first...last.addingTimeInterval(end == nil ? 0 : 0.999)
    }

    /// Adds a task that somebody else submitted.
    mutating func addForeign(_ foreign: ForeignTask, now: Date) throws(Refusal) -> String {
        advance(to: now)
        guard let row = models[foreign.model], let endpoint = row.async, let family = row.paths[endpoint] else {
            throw .parameter("Model not exist.")
        }
        let owner = SimulatorKey(
            account: foreign.account ?? options.defaultAccount, region: options.region,
            apiKeyID: foreign.apiKeyID ?? "99001")
        let prompt = foreign.prompt ?? "somebody else's prompt"
        var submit = CheckedSubmit(
            row: row, prompt: prompt, originalPrompt: prompt, size: FrameSize(1024, 1024), count: 1, seed: 1,
            extendsPrompt: false, inputs: [], watermark: false)
        if row.film != nil {
            submit.film = FilmOrder(lines: 720, ratio: "1:1", seconds: 5, inputSeconds: 0, hasSound: false)
        }
        let submitted = now.addingTimeInterval(-(foreign.ageSeconds ?? 0))
        let id = random.identifier()
        let pace = row.pace
        let task = SimulatedTask(
            id: id, requestID: random.identifier(), owner: owner, endpoint: endpoint, family: family,
            number: nextTaskNumber(), submit: submit, parts: [.made(submit.content(0, seed: 1))],
            submitted: submitted, ready: submitted.addingTimeInterval(pace.queueSeconds / speed),
            runSeconds: (pace.runSeconds + pace.runsPerSecond * (submit.film?.seconds ?? 0)) / speed, isForeign: true)
        tasks[task.id] = task
        order.append(task.id)
        live.append(task.id)
        queues[task.lane, default: LaneQueue()].waiting.append(task.id)
        advance(to: now)
        return task.id
    }

    func report(now: Date) -> [SimulatedTaskReport] {
        order.compactMap { tasks[$0] }.map { task in
            SimulatedTaskReport(
                taskID: task.id, requestID: task.requestID, account: task.owner.account,
                apiKeyID: task.owner.apiKeyID, model: task.row.id,
                status: (task.status(at: now) ?? .unknown).rawValue, prompt: task.submit.originalPrompt,
                isSync: task.isSync, images: task.row.film == nil ? task.parts.count : 0,
                films: task.row.film == nil ? 0 : task.parts.count)
        }
    }
}

/// A task of another key or account, to be put into the simulator.
public struct ForeignTask: Sendable, Codable, Equatable {
    public var model: String
    /// Nil: the default account.
    public var account: String?
    /// Nil: an id of its own.
    public var apiKeyID: String?
    public var prompt: String?
    /// How long ago it was submitted, in seconds.
    public var ageSeconds: Double?

    public init(
        model: String, account: String? = nil, apiKeyID: String? = nil, prompt: String? = nil,
        ageSeconds: Double? = nil
    ) {
        self.model = model
        self.account = account
        self.apiKeyID = apiKeyID
        self.prompt = prompt
        self.ageSeconds = ageSeconds
    }
}
