import struct Foundation.Date
import struct Foundation.TimeZone

extension SidecarReading {
    static func plan(_ sidecar: JSONValue, number: Int, spelling: (any RequestSpelling)?) -> RenderPlan? {
        guard let request = sidecar["request"], let model = request["model"]?.string,
            let prompt = request["prompt"]?.string, let kind = request["kind"]?.string.flatMap(JobKind.init),
            let mode = request["mode"]?.string.flatMap(CallMode.init)
        else { return nil }
        let about = sidecar["job"]
        let wire = wire(sidecar, request, spelling)
        var plan = RenderPlan(
            number: number, kind: kind, modelAsked: request["model_asked"]?.string ?? model, model: model,
            mode: mode, medium: medium(sidecar, kind), wire: wire, prompt: prompt,
            negativePrompt: request["negative_prompt"]?.string,
            references: (request["references"]?.array ?? []).compactMap(reference),
            function: request["function"]?.string, size: request["size"]?.string,
            resolution: request["resolution"]?.string, ratio: request["ratio"]?.string,
            duration: request["duration"]?.int, count: request["n"]?.int ?? 1, seed: request["seed"]?.int,
            promptExtend: request["prompt_extend"]?.bool,
            watermark: request["watermark"]?.bool, parameters: request["parameters"]?.object ?? [:],
            tags: (about?["tags"]?.array ?? []).compactMap(\.string), metadata: about?["metadata"]?.object ?? [:],
            estimate: money(sidecar["cost"]?["estimated"], sidecar["cost"]?["currency"]),
            lane: LaneLimit(group: model, submits: 1, perSeconds: 1, running: nil))
        if let account = request["account"]?.string, let root = request["root"]?.string,
            let region = request["region"]?.string
        {
            plan.route = Route(provider: wire.provider, account: account, region: region, root: root)
        }
        return plan
    }

    private static func wire(
        _ sidecar: JSONValue, _ request: JSONValue, _ spelling: (any RequestSpelling)?
    ) -> ProviderPlan {
        let endpoint = sidecar["attempts"]?.array?.last?["endpoint"]?.string ?? request["endpoint"]?.string ?? ""
        let provider = request["provider"]?.string ?? ProviderPlan.formerProvider
        if let spelling, provider == spelling.provider { return spelling.plan(sidecar: request, endpoint: endpoint) }
        var content = request["provider_fields"]?.object ?? [:]
        if !endpoint.isEmpty { content[ProviderPlan.endpointKey] = .string(endpoint) }
        if let family = request["family"]?.string, family != provider {
            content[ProviderPlan.familyKey] = .string(family)
        }
        if let input = request["input"]?.object, !input.isEmpty { content[ProviderPlan.inputKey] = .object(input) }
        return ProviderPlan(provider: provider, content: content)
    }

    /// What came of it, or what its kind makes.
    private static func medium(_ sidecar: JSONValue, _ kind: JobKind) -> RenderResult.Medium {
        let types = (sidecar["outputs"]?.array ?? []).compactMap { $0["media_type"]?.string }
        let isFilm = types.first.map { $0.hasPrefix("video/") } ?? kind.makesFilms
        return isFilm ? .film : .picture
    }

    private static func reference(_ value: JSONValue) -> PlannedReference? {
        guard let name = value["name"]?.string else { return nil }
        var reference = PlannedReference(
            name: name, source: value["url"]?.string.map { .url($0) } ?? .file(name: name),
            role: value["role"]?.string, sha256: value["sha256"]?.string, bytes: value["bytes"]?.int,
            mediaType: value["media_type"]?.string)
        var content: [String: JSONValue] = [:]
        if let place = value["place"]?.string { content[ProviderReference.placeKey] = .string(place) }
        if let item = value["item"]?.object { content[ProviderReference.itemKey] = .object(item) }
        reference.wire = ProviderReference(content: content)
        reference.owner = PlannedReference.formerOwner(reference.wire)
        return reference
    }

    static func attempt(_ value: JSONValue, of render: RenderID, body: JSONValue?) -> AttemptRecord? {
        guard let number = value["number"]?.int, let at = date(value["at"]) else { return nil }
        return AttemptRecord(
            render: render, number: number, intentAt: at, answeredAt: date(value["answered"]),
            outcome: value["outcome"]?.string.flatMap(AttemptRecord.Outcome.init) ?? .unknown,
            endpoint: value["endpoint"]?.string ?? "", submitRequestID: value["submit_request_id"]?.string,
            task: value["task_id"]?.string.map { TaskID($0) }, failure: failure(value["error"]), shown: body ?? .null)
    }

    static func outputs(_ sidecar: JSONValue, of render: RenderID) -> [OutputRecord] {
        let published = date(sidecar["timings"]?["delivered"]) ?? date(sidecar["timings"]?["claimed"])
        return (sidecar["outputs"]?.array ?? []).compactMap { value in
            guard let index = value["index"]?.int, let file = value["file"]?.string, let bytes = value["bytes"]?.int,
                let sha256 = value["sha256"]?.string, let published
            else { return nil }
            let received = value["sha256_received"]?.string
            return OutputRecord(
                render: render, index: index, file: file, bytes: bytes, sha256: sha256,
                mediaType: value["media_type"]?.string ?? "application/octet-stream", width: value["width"]?.int,
                height: value["height"]?.int, source: value["source_url"]?.string ?? "", publishedAt: published,
                receivedSHA256: received == sha256 ? nil : received, durationSeconds: value["duration"]?.double,
                expiresAt: date(value["expires_at"]))
        }.sorted { $0.index < $1.index }
    }

    static func result(_ sidecar: JSONValue, outputs: [OutputRecord], at end: Date) -> RenderResult? {
        guard let answer = sidecar["answer"], let status = answer["status"]?.string, !outputs.isEmpty else {
            return nil
        }
        let task = answer["task_id"]?.string.map { TaskID($0) }
        return RenderResult(
            task: task, requestID: answer["query_request_id"]?.string ?? answer["submit_request_id"]?.string,
            status: status,
            outputs: outputs.map {
                .init(
                    index: $0.index, url: $0.source, medium: $0.mediaType.hasPrefix("video/") ? .film : .picture)
            },
            failedParts: (answer["failed_parts"]?.array ?? []).compactMap { part in
                guard let index = part["index"]?.int, let code = part["code"]?.string else { return nil }
                return .init(index: index, code: code, message: part["message"]?.string ?? "")
            },
            origPrompt: answer["orig_prompt"]?.string, actualPrompt: answer["actual_prompt"]?.string,
            usage: answer["usage"].flatMap { $0 == .null ? nil : $0 }, submitTime: answer["submit_time"]?.string,
            scheduledTime: answer["scheduled_time"]?.string, endTime: answer["end_time"]?.string,
            learnedAt: date(sidecar["timings"]?["provider_done"]) ?? end)
    }

    /// Every task that an attempt or the answer names is one of ours.
    static func tasks(
        _ sidecar: JSONValue, _ attempts: [AttemptRecord], of render: RenderID, model: String
    ) -> [TaskRecord] {
        let answered = sidecar["answer"]?["task_id"]?.string.map { TaskID($0) }
        let done = date(sidecar["timings"]?["provider_done"])
        var tasks: [TaskRecord] = attempts.compactMap { attempt in
            guard let task = attempt.task else { return nil }
            let isLast = task == answered
            return TaskRecord(
                id: task, render: render, attempt: attempt.number, model: model,
                status: (isLast ? sidecar["answer"]?["status"]?.string : nil) ?? "UNKNOWN",
                acceptedAt: attempt.answeredAt ?? attempt.intentAt, endedAt: isLast ? done : nil)
        }
        // An adopted one.
        if let answered, !tasks.contains(where: { $0.id == answered }), let last = attempts.last {
            tasks.append(
                TaskRecord(
                    id: answered, render: render, attempt: last.number, model: model,
                    status: sidecar["answer"]?["status"]?.string ?? "UNKNOWN",
                    acceptedAt: last.answeredAt ?? last.intentAt, endedAt: done))
        }
        return tasks
    }

    static func spend(
        _ sidecar: JSONValue, _ attempts: [AttemptRecord], plan: RenderPlan, job: JobRecord
    ) -> [SpendRecord] {
        let lines = sidecar["attempts"]?.array ?? []
        return attempts.map { attempt in
            let billing = lines.first { $0["number"]?.int == attempt.number }?["billing"]
            let day = billing?["day"]?.string
            let keys = Timestamp.budgetKeys(attempt.intentAt, in: .gmt)
            var spend = JournalReplay.spend(
                of: attempt, plan: plan, job: job,
                keys: day.map { ($0, String($0.prefix(7))) } ?? keys)
            guard let state = billing?["state"]?.string.flatMap(SpendRecord.State.init) else {
                // Of a version that did not say: the last attempt is the one that the sum is of.
                let actual = money(sidecar["cost"]?["actual"], sidecar["cost"]?["currency"])
                if attempt.number == attempts.last?.number, let actual {
                    spend.state = .settled
                    spend.actual = actual
                } else if spend.state == .reserved, attempt.number != attempts.last?.number {
                    spend.state = .released
                }
                return spend
            }
            spend.state = state
            spend.estimate = money(billing?["estimated"], billing?["currency"]) ?? spend.estimate
            spend.actual = money(billing?["actual"], billing?["currency"])
            return spend
        }
    }
}
