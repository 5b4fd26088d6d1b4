import FoundationEssentials

extension World {
    private static let notAsync = Refusal(
        403, "AccessDenied", "current user api does not support asynchronous calls.")
    private static let notSync = Refusal(
        403, "AccessDenied", "current user api does not support synchronous calls.")

    mutating func submit(
        _ request: Incoming, owner: SimulatorKey, fault: FaultAction?, requestID: String, now: Date
    ) throws(Refusal) -> Outcome {
        guard request.body.count <= options.switches.bodyBytesMax else {
            throw Refusal(400, "BadRequest.TooLarge", "Payload Too Large.")
        }
        guard let endpoint = SubmitPath(path: String(request.path.dropFirst("/api/v1".count))) else {
            throw Refusal(404, "NotFound", "Request path not found.")
        }
        guard let body = request.json, body.isObject else {
            throw .parameter("Required body invalid, please check the request body format.")
        }
        let wantsAsync = request.enables("X-DashScope-Async")
        if endpoint.isAsync, !wantsAsync { throw Self.notSync }
        if !endpoint.isAsync, wantsAsync { throw Self.notAsync }
        guard let model = body["model"]?.text, !model.isEmpty else {
            throw Refusal(400, "BadRequest.EmptyModel", "Required parameter \"model\" missing from request.")
        }
        guard let known = models[model] else { throw .parameter("Model not exist.") }
        guard let family = known.paths[endpoint] else {
            if !endpoint.isAsync { throw Self.notSync }
            throw known.async == nil ? Self.notAsync : .urlError
        }
        try admitSubmit(Lane(account: owner.account, model: known.id), known, now: now)

        let row = known.effective(body["parameters"])
        let check = SubmitCheck(
            row: row, endpoint: endpoint, family: family, body: body, switches: options.switches,
            sse: request.enables("X-DashScope-SSE"),
            media: MediaCheck(
                row: row, family: family, switches: options.switches,
                resolvesOSS: request.enables("X-DashScope-OssResourceResolve"),
                upload: { [store] key in store.upload(key, account: owner.account, model: row.id, now: now) },
                keep: { [photos] in photos.keep($0, fingerprint: $1) }))
        let submit = try check.run()
        let lane = Lane(account: owner.account, model: row.crowd ?? row.id)
        if endpoint.isAsync { try makeRoom(lane, row) }

        let task = newTask(submit, endpoint, family, owner, fault, requestID, now)
        tasks[task.id] = task
        order.append(task.id)
        live.append(task.id)
        accounts.notesSubmit(owner.account)
        guard endpoint.isAsync else {
            guard submit.streams else { return .wait(taskID: task.id, seconds: task.runSeconds) }
            let pieces = TaskWire(task: task, switches: options.switches).pieceCount
            return .stream(taskID: task.id, pieces: pieces, seconds: task.runSeconds)
        }
        queues[lane, default: LaneQueue()].waiting.append(task.id)
        return .answer(
            .json(
                .make([
                    "output": .make(["task_status": "PENDING", "task_id": .string(task.id)]),
                    "request_id": .string(requestID),
                ])))
    }

    private func makeRoom(_ lane: Lane, _ row: ModelRow) throws(Refusal) {
        guard options.limits, let queue = queues[lane] else { return }
        if let most = options.switches.queueLimit, queue.waiting.count >= most { throw throttled }
        if options.switches.crowding == .reject, queue.waiting.count + queue.running.count >= row.running {
            throw throttled
        }
    }

    private mutating func newTask(
        _ submit: CheckedSubmit, _ endpoint: SubmitPath, _ family: Family, _ owner: SimulatorKey,
        _ fault: FaultAction?, _ requestID: String, _ now: Date
    ) -> SimulatedTask {
        let row = submit.row
        let number = nextTaskNumber()
        let id = random.identifier()
        // Without a seed the service picks one; ours depends on the simulator's seed and the order of submits.
        let seed = submit.seed ?? Int(random.next() % 2_147_483_648)
        var failedParts = 0
        var failure = submit.runFailure
        if fault?.type == .partialFailure { failedParts = fault?.figure ?? 1 }
        if fault?.type == .taskFails {
            failure = Refusal(500, fault?.code ?? "InternalError.Algo", fault?.message ?? "inference internal error.")
        }
        let parts: [SimulatedTask.Part] = (0..<submit.count).map { index in
            if index < failedParts {
                return .failed(
                    code: fault?.code ?? "DataInspectionFailed",
                    message: fault?.message ?? "Output data may contain inappropriate content.")
            }
            return .made(submit.content(index, seed: seed))
        }
        // Rejected input is noticed fast: 40 ms in the queue, 100 ms of work.
        let pace = submit.runFailure == nil ? row.pace : .init(queueSeconds: 0.04, runSeconds: 0.1)
        let jitter = 1 + options.switches.latencyJitter * random.between(-1, 1)
        let length = submit.film?.seconds ?? 0
        let runSeconds = max(0, (pace.runSeconds + pace.runsPerSecond * length) * jitter) / speed
        return SimulatedTask(
            id: id, requestID: requestID, owner: owner, endpoint: endpoint, family: family, number: number,
            submit: submit, parts: parts, failure: failure, submitted: now,
            ready: now.addingTimeInterval(pace.queueSeconds / speed), runSeconds: runSeconds,
            scheduled: endpoint.isAsync ? nil : now,
            ended: endpoint.isAsync ? nil : now.addingTimeInterval(runSeconds),
            unknownQueries: fault?.type == .unknownQueries ? fault?.figure ?? 1 : 0)
    }

    /// Ends a synchronous call and answers it.
    mutating func finishSync(_ id: String, now: Date) -> Answer {
        if let ended = tasks[id]?.ended, ended > now { tasks[id]?.ended = now }
        advance(to: now)
        guard let task = tasks[id] else {
            return Refusal(500, "InternalError", "An internal error has occured.").answer(
                requestID: random.identifier())
        }
        if let failure = task.finalFailure { return failure.answer(requestID: task.requestID) }
        var body = TaskWire(task: task, switches: options.switches).choices(isSync: true)
        body.set("request_id", .string(task.requestID))
        return .json(body)
    }

    /// One piece of an answer that comes in pieces; the last one ends the call.
    mutating func piece(_ index: Int, of count: Int, for id: String, now: Date) -> [UInt8] {
        if index + 1 == count, let ended = tasks[id]?.ended, ended > now { tasks[id]?.ended = now }
        advance(to: now)
        if let task = tasks[id], task.finalFailure == nil {
            for part in TaskWire(task: task, switches: options.switches).pictures(until: index) {
                publish(part, of: id, at: now)
            }
        }
        guard let task = tasks[id] else {
            return TaskWire.errorPiece(
                Refusal(500, "InternalError", "An internal error has occured."), number: index + 1,
                requestID: random.identifier())
        }
        return TaskWire(task: task, switches: options.switches).piece(index)
    }

    /// The caller of a synchronous call has gone.
    mutating func abandonSync(_ id: String, now: Date) {
        guard !options.switches.billsDroppedSyncCalls else { return }
        advance(to: now)
        if tasks[id]?.isSettled == false { tasks[id]?.canceled = now }
    }
}
