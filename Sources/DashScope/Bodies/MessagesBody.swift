import RenderCore

/// Family M: one message with the pictures in order, "image 1" first, then the text; the negative prompt is a parameter.
enum MessagesBody: BodyBuilder {
    static func input(_ plan: RenderPlan, media: [PlacedMedia]) -> BodyNode {
        let content =
            media.map { BodyNode.object([("image", .media($0))]) }
            + [.object([("text", .value(.string(plan.prompt)))])]
        return .object([
            ("messages", .list([.object([("role", .value("user")), ("content", .list(content))])]))
        ])
    }

    static func parameters(_ plan: RenderPlan) -> [String: JSONValue] {
        var parameters = imageParameters(plan)
        if let negative = plan.negativePrompt { parameters["negative_prompt"] = .string(negative) }
        return parameters
    }
}
