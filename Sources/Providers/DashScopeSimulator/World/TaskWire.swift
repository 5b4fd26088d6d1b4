import FoundationEssentials

/// A task as its family writes it.
struct TaskWire {
    let task: SimulatedTask
    let switches: SimulatorSwitches

    var row: ModelRow { task.row }

    /// The answer to a query of this task at this instant, without `request_id`.
    func query(status: SimulatedTask.Status, now: Date) -> JSON {
        guard status != .unknown else { return Self.unknown(task.id) }
        var output = JSON.make([
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

    static func unknown(_ id: String) -> JSON {
        .make(["output": .make(["task_id": .string(id), "task_status": "UNKNOWN"])])
    }

    private func finished(_ head: JSON) -> JSON {
        var output = head
        let link = task.links[0].map { JSON.string($0) } ?? .null
        switch row.result ?? task.family.result {
        case .choices:
            let body = choices(isSync: false)
            output.set("finished", true)
            output.set("choices", body["output"]?["choices"] ?? [])
            return .make(["output": output, "usage": body["usage"]])
        case .results: output.set("results", .array(results))
        case .key(let key):
            if row.film != nil { echo(into: &output) }
            output.set(key, link)
        case .within(let object, let key): output.set(object, .object([.init(key: key, value: link)]))
        }
        if let metrics = metrics(isOver: true) { output.set("task_metrics", metrics) }
        return .make(["output": output, "usage": usageOnPath])
    }

    /// The messages' models count otherwise where they are asked for a prompt.
    private var usageOnPath: JSON {
        task.family == .prompt ? .make(["image_count": .int(task.made)]) : usage
    }

    private var results: [JSON] {
        task.parts.enumerated().map { index, part in
            switch part {
            case .failed(let code, let message):
                return .make(["code": .string(code), "message": .string(message)])
            case .made:
                var result = JSON.object([])
                echo(into: &result)
                if let link = task.links[index] { result.set("url", .string(link)) }
                return result
            }
        }
    }

    /// The prompts that the model repeats.
    private func echo(into value: inout JSON) {
        guard row.echo != .nothing, !task.submit.originalPrompt.isEmpty else { return }
        value.set("orig_prompt", .string(task.submit.originalPrompt))
        if row.echo == .both, task.submit.extendsPrompt { value.set("actual_prompt", .string(extended)) }
    }

    private func metrics(isOver: Bool) -> JSON? {
        guard row.showsMetrics else { return nil }
        let good = isOver && task.finalFailure == nil ? task.made : 0
        return .make([
            "TOTAL": .int(task.parts.count), "SUCCEEDED": .int(good),
            "FAILED": .int(isOver ? task.parts.count - good : 0),
        ])
    }

    /// What `prompt_extend` made of the prompt.
    var extended: String {
        task.submit.prompt + ", composed with care, soft natural light, rich detail, calm background"
    }

    private func time(_ date: Date) -> JSON { .string(WireTime.task(date, zoneHours: switches.zoneHours)) }
}
