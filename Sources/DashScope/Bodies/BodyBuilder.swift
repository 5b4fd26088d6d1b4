import RenderCore

/// Says what stands in the `input` and `parameters` of one family's bodies; `model` is the same everywhere.
protocol BodyBuilder: Sendable {
    /// - Parameter media: the plan's references, in its order, each where it will be found.
    static func input(_ plan: RenderPlan, media: [PlacedMedia]) -> BodyNode
    static func parameters(_ plan: RenderPlan) -> [String: JSONValue]
}

extension BodyBuilder {
    static func body(_ plan: RenderPlan, media: [PlacedMedia]) -> BodyNode {
        .object([
            ("model", .value(.string(plan.model))), ("input", input(plan, media: media)),
            ("parameters", .value(.object(parameters(plan)))),
        ])
    }

    /// What every image family takes: what was passed on as it stands, then our own words. Nothing that was not asked for
    /// but `n`, without which some models make four and bill them.
    static func imageParameters(_ plan: RenderPlan) -> [String: JSONValue] {
        var parameters = plan.parameters
        parameters["n"] = .int(plan.count)
        if let size = plan.size { parameters["size"] = .string(size) }
        if let seed = plan.seed { parameters["seed"] = .int(seed) }
        if let promptExtend = plan.promptExtend { parameters["prompt_extend"] = .bool(promptExtend) }
        if let watermark = plan.watermark { parameters["watermark"] = .bool(watermark) }
        return parameters
    }
}

extension BodyFamily {
    var builder: any BodyBuilder.Type {
        switch self {
        case .prompt: PromptBody.self
        case .messages: MessagesBody.self
        }
    }
}
