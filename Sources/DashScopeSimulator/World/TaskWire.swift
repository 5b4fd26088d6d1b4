import FoundationEssentials

/// A task as its family writes it.
struct TaskWire {
    let task: SimulatedTask
    let switches: SimulatorSwitches

    /// The answer to a query of this task at this instant, without `request_id`.
    func query(status: SimulatedTask.Status, now: Date) -> JSONValue {
        guard status != .unknown else { return Self.unknown(task.id) }
        var output = JSONValue.make([
            "task_id": .string(task.id), "task_status": .string(status.rawValue),
            "submit_time": time(task.submitted),
            "scheduled_time": task.scheduled.flatMap { $0 <= now ? time($0) : nil },
        ])
        switch status {
        case .pending, .canceled, .unknown: return .make(["output": output])
        case .running:
            if let metrics = metrics(isOver: false) { output.set("task_metrics", metrics) }
            return .make(["output": output])
        case .failed:
            if let ended = task.ended { output.set("end_time", time(ended)) }
            let failure = task.finalFailure
            output.set("code", .string(failure?.code ?? "InternalError"))
            output.set("message", .string(failure?.message ?? ""))
            if let metrics = metrics(isOver: true) { output.set("task_metrics", metrics) }
            return .make(["output": output])
        case .succeeded:
            if let ended = task.ended { output.set("end_time", time(ended)) }
            return finished(output)
        }
    }

    static func unknown(_ id: String) -> JSONValue {
        .make(["output": .make(["task_id": .string(id), "task_status": "UNKNOWN"])])
    }

    private func finished(_ head: JSONValue) -> JSONValue {
        var output = head
        switch task.row.family(on: task.endpoint) {
        case .messages:
            let body = choices(isSync: false)
            output.set("finished", true)
            output.set("choices", body["output"]?["choices"] ?? [])
            return .make(["output": output, "usage": body["usage"]])
        case .prompt:
            output.set("results", .array(results))
            if let metrics = metrics(isOver: true) { output.set("task_metrics", metrics) }
            return .make(["output": output, "usage": .make(["image_count": .int(task.pictures)])])
        }
    }

    private var results: [JSONValue] {
        task.parts.enumerated().map { index, part in
            switch part {
            case .failed(let code, let message):
                return .make(["code": .string(code), "message": .string(message)])
            case .picture:
                let url = task.links[index].map { JSONValue.string($0) }
                if case .wanxV1 = task.row.dialect { return .make(["url": url]) }
                return .make([
                    "orig_prompt": .string(task.originalPrompt),
                    "actual_prompt": task.submit.extendsPrompt ? .string(extended) : nil, "url": url,
                ])
            }
        }
    }

    /// Output and usage of the messages family.
    func choices(isSync: Bool) -> JSONValue {
        var items = task.links.sorted { $0.key < $1.key }.map { JSONValue.make(["image": .string($0.value)]) }
        var isWan = false
        if case .wan = task.row.dialect { isWan = true }
        if isWan {
            for index in items.indices { items[index].set("type", "image") }
        }
        let perImage =
            switch switches.layout {
            case .documented: isWan && !usesTokens
            case .oneChoicePerImage: true
            case .oneChoice: false
            }
        var groups = perImage ? items.map { [$0] } : [items]
        var reasoning: JSONValue?
        if case .zImage = task.row.dialect {
            reasoning = ""
            groups[0].append(.make(["text": .string(task.submit.extendsPrompt ? extended : task.submit.prompt)]))
        }
        let choices = groups.map { group in
            JSONValue.make([
                "finish_reason": "stop",
                "message": .make([
                    "role": "assistant", "reasoning_content": reasoning, "content": .array(group),
                ]),
            ])
        }
        var output = JSONValue.make(["choices": .array(choices)])
        if isSync, isWan { output.set("finished", true) }
        if isSync, case .qwen3 = task.row.dialect {
            output.set("rewrite_status", .string(task.submit.extendsPrompt ? "success" : "skipped"))
        }
        return .make(["output": output, "usage": usage])
    }

    private var usesTokens: Bool {
        if case .wan(let tokens) = task.row.dialect { tokens } else { false }
    }

    private var usage: JSONValue {
        let size = task.submit.size
        let count = JSONValue.int(task.pictures)
        let (width, height) = (JSONValue.int(size.width), JSONValue.int(size.height))
        switch task.row.dialect {
        case .qwen: return .make(["width": width, "height": height, "image_count": count])
        case .qwen3:
            let inputs = task.submit.references.count
            return .make([
                "output_height": height, "output_width": width, "output_image_count": count,
                "output_image_type": .string(size.area <= 2_250_000 ? "qima_output_1k" : "qima_output_2k"),
                "input_image_count": .int(inputs), "input_image_type": inputs > 0 ? "qima_input_1k" : nil,
            ])
        case .zImage:
            return .make([
                "width": width, "height": height, "image_count": count, "input_tokens": 0, "output_tokens": 0,
                "total_tokens": 0,
            ])
        case .wan(let tokens):
            let input = tokens ? task.submit.prompt.count / 4 + 1 + 5400 * task.submit.references.count : 0
            let output = tokens ? 2 : 0
            return .make([
                "image_count": count, "size": .string(size.text), "input_tokens": .int(input),
                "output_tokens": .int(output), "total_tokens": .int(input + output),
            ])
        case .legacyWan, .wanxV1: return .make(["image_count": count])
        }
    }

    /// Printed by the prompt family, except for qwen.
    private func metrics(isOver: Bool) -> JSONValue? {
        if case .qwen = task.row.dialect { return nil }
        guard task.row.family(on: task.endpoint) == .prompt else { return nil }
        let good = isOver && task.finalFailure == nil ? task.pictures : 0
        return .make([
            "TOTAL": .int(task.parts.count), "SUCCEEDED": .int(good),
            "FAILED": .int(isOver ? task.parts.count - good : 0),
        ])
    }

    private var extended: String {
        task.submit.prompt + ", composed with care, soft natural light, rich detail, calm background"
    }

    private func time(_ date: Date) -> JSONValue { .string(WireTime.task(date, zoneHours: switches.zoneHours)) }
}
