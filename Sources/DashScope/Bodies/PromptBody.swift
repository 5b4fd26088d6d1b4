import RenderCore

/// Family P: `input.prompt`, with the negative prompt beside it and pictures in `input.images`.
enum PromptBody: BodyBuilder {
    static func input(_ plan: RenderPlan, media: [PlacedMedia]) -> BodyNode {
        var input: [(key: String, value: BodyNode)] = [("prompt", .value(.string(plan.prompt)))]
        if let negative = plan.negativePrompt { input.append(("negative_prompt", .value(.string(negative)))) }
        if !media.isEmpty { input.append(("images", .list(media.map { .media($0) }))) }
        return .object(input)
    }

    static func parameters(_ plan: RenderPlan) -> [String: JSONValue] { imageParameters(plan) }
}
