extension Sidecar {
    /// The request in the job file's words, and the body as sent.
    var request: JSONText {
        guard let plan = history?.render.plan else { return .null }
        let root = lastAttempt?.apiRoot ?? plan.route?.root ?? provider.apiRoot
        let members: [JSONText.Member] = [
            .init("provider", .text(plan.route?.provider ?? provider.name)),
            .init("region", .text(plan.route?.region ?? provider.region)),
            .init(
                "endpoint",
                .text(Redaction.link(root) + (lastAttempt?.endpoint ?? plan.wire.endpoint))),
            .init("mode", .text(plan.mode.rawValue)),
            .init("kind", .text(plan.kind.rawValue)),
            .init("family", .text(plan.wire.family)),
            .init("model_asked", .text(plan.modelAsked)),
            .init("model", .text(plan.model)),
            .init("prompt", .text(plan.prompt)),
            .init("negative_prompt", .text(plan.negativePrompt)),
            .init("function", .text(plan.function)),
            .init("references", .array(plan.references.map { Self.reference($0, of: plan.references) })),
            .init("size", .text(plan.size)),
            .init("resolution", .text(plan.resolution)),
            .init("ratio", .text(plan.ratio)),
            .init("duration", .int(plan.duration)),
            .init("n", .int(plan.count)),
            .init("seed", .int(plan.seed)),
            .init("prompt_extend", .bool(plan.promptExtend)),
            .init("watermark", .bool(plan.watermark)),
            .init("parameters", .value(.object(plan.parameters))),
            .init("input", .value(.object(plan.wire.input))),
            .init("body", lastAttempt.map { .value(Redaction.value($0.shown)) } ?? .null),
        ]
        let others = plan.wire.others
        let own = others.isEmpty ? [] : [JSONText.Member("provider_fields", .value(Redaction.value(.object(others))))]
        let route =
            plan.route.map {
                [JSONText.Member("account", .text($0.account)), .init("root", .text(Redaction.link(root)))]
            } ?? []
        return .object(members + own + route)
    }

    /// The provider's answer; null if nothing was sent.
    var answer: JSONText {
        let result = result
        // Where the rows of a job were lost its attempts are, too; the answer is not.
        guard let history, !history.attempts.isEmpty || result != nil else { return .null }
        let said = failure ?? lastAttempt?.failure
        let heard = said.flatMap { $0.requestID != nil || LocalCode(rawValue: $0.code) == nil ? $0 : nil }
        let isSync = result != nil && result?.task == nil
        let task = result?.task ?? lastAttempt?.task ?? history.tasks.last?.id
        let submitRequestID = lastAttempt?.submitRequestID ?? (isSync ? result?.requestID : nil)
        let queryRequestID = isSync ? nil : result?.requestID ?? heard?.requestID
        let members: [JSONText.Member] = [
            .init("task_id", .text(task?.text)),
            .init("submit_request_id", .text(submitRequestID)),
            .init("query_request_id", .text(queryRequestID)),
            .init("status", .text(result?.status ?? history.tasks.last?.status)),
            .init("orig_prompt", .text(result?.origPrompt)),
            .init("actual_prompt", .text(result?.actualPrompt)),
            .init("usage", .value(result?.usage.map(Redaction.value) ?? .null)),
            .init("submit_time", .text(result?.submitTime)),
            .init("scheduled_time", .text(result?.scheduledTime)),
            .init("end_time", .text(result?.endTime)),
            .init("code", .text(result == nil ? heard?.code : nil)),
            .init("message", .text(result == nil ? heard?.message : nil)),
            .init("failed_parts", .array(result?.failedParts.map(Self.failedPart) ?? [])),
        ]
        return .object(members)
    }

    private static func reference(_ reference: PlannedReference, of all: [PlannedReference]) -> JSONText {
        var url: String?
        if case .url(let text) = reference.source { url = Redaction.link(text) }
        let item =
            reference.wire?.content[ProviderReference.itemKey]?.object.map {
                [JSONText.Member("item", .value(.object($0)))]
            } ?? []
        return .object(
            [
                .init("name", .text(url == nil ? reference.name : Redaction.link(reference.name))),
                .init("role", .text(reference.role)),
                .init("place", .text(reference.wire?.content[ProviderReference.placeKey]?.string)),
                .init("speaker", .text(speaker(of: reference, in: all))),
                .init("url", .text(url)),
                .init("sha256", .text(reference.sha256)),
                .init("bytes", .int(reference.bytes)),
                .init("media_type", .text(reference.mediaType)),
            ] + item)
    }

    /// The name of the reference that has this voice.
    private static func speaker(of reference: PlannedReference, in all: [PlannedReference]) -> String? {
        guard let index = reference.owner, all.indices.contains(index) else { return nil }
        return Redaction.link(all[index].name)
    }

    private static func failedPart(_ part: RenderResult.FailedPart) -> JSONText {
        .object([
            .init("index", .int(part.index)), .init("code", .text(part.code)), .init("message", .text(part.message)),
        ])
    }
}
