import ProviderSupport
import RenderCore

/// Says what stands in the `input` of one family's bodies; all the rest is the same everywhere.
protocol BodyBuilder: Sendable {
    /// The parameter that holds the negative prompt; nil: none does.
    var negativeParameter: String? { get }

    /// - Parameter media: the plan's references, in its order, each where it will be found.
    /// - Throws: `Failure` (job) where two of them claim one place.
    func write(_ plan: RenderPlan, media: [PlacedMedia], into input: inout BodyObject) throws(Failure)
}

extension BodyBuilder {
    func body(_ plan: RenderPlan, media: [PlacedMedia]) throws(Failure) -> BodyNode {
        var input = BodyObject()
        if let function = plan.function { try input.put(.value(.string(function)), at: "function") }
        try write(plan, media: media, into: &input)
        input.fill(with: plan.body.input ?? [:])
        return .object(
            BodyObject([
                "model": .value(.string(plan.model)), "input": .object(input),
                "parameters": .value(.object(parameters(plan))),
            ]))
    }

    /// What was passed on as it stands, then our own words. Nothing that was not asked for but `n`, without which some
    /// models make four and bill them; where a family does not know it, it is never sent.
    private func parameters(_ plan: RenderPlan) -> [String: JSONValue] {
        var parameters = plan.parameters
        parameters.removeValue(forKey: "n")
        if plan.body.family.takesCount { parameters["n"] = .int(plan.count) }
        if let size = plan.size { parameters["size"] = .string(size) }
        if let resolution = plan.resolution { parameters["resolution"] = .string(resolution) }
        if let ratio = plan.ratio { parameters["ratio"] = .string(ratio) }
        if let duration = plan.duration { parameters["duration"] = .int(duration) }
        if let seed = plan.seed { parameters["seed"] = .int(seed) }
        if let promptExtend = plan.promptExtend { parameters["prompt_extend"] = .bool(promptExtend) }
        if let watermark = plan.watermark { parameters["watermark"] = .bool(watermark) }
        if plan.comesInPieces { parameters["stream"] = .bool(true) }
        if let negativeParameter, let negative = plan.negativePrompt {
            parameters[negativeParameter] = .string(negative)
        }
        return parameters
    }
}

extension BodyFamily {
    var builder: any BodyBuilder {
        switch self {
        case .prompt: FlatBody(prompt: "prompt", negativePrompt: "negative_prompt", media: .list("images"))
        case .edit: FlatBody(prompt: "prompt", media: .key("base_image_url"))
        case .messages: MessagesBody()
        case .plain: FlatBody(media: .key("image_url"))
        case .background:
            FlatBody(prompt: "ref_prompt", negativePrompt: "neg_ref_prompt", media: .key("base_image_url"))
        case .film:
            FlatBody(prompt: "prompt", negativePrompt: "negative_prompt", media: .key("img_url"))
        case .filmMedia: MediaListBody()
        case .animation: FlatBody(media: .key("image_url"))
        }
    }
}

extension RenderPlan {
    /// Only what is answered at once can be answered in pieces.
    var comesInPieces: Bool { mode == .sync && body.streams == true }
}

extension BodyObject {
    /// Puts the texts that are there where the family has a place for them. An empty prompt is none.
    mutating func put(prompt: String?, negativePrompt: String?, of plan: RenderPlan) throws(Failure) {
        if let prompt, !plan.prompt.isEmpty { try put(.value(.string(plan.prompt)), at: prompt) }
        if let negativePrompt, let text = plan.negativePrompt { try put(.value(.string(text)), at: negativePrompt) }
    }

    /// Puts each reference where it says that it stands. Items of the list `media` keep the plan's order.
    ///
    /// - Parameter own: where one stands that does not say it; nil: somewhere else, and not by this.
    mutating func put(
        _ media: [PlacedMedia], own: (PlannedReference) -> BodyPlace?
    ) throws(Failure) {
        var items: [(index: Int, item: BodyObject)] = []
        for (index, one) in media.enumerated() {
            switch one.reference.body.place ?? own(one.reference) {
            case .key(let path)?: try put(.media(one), at: path)
            case .list(let path)?: try append(.media(one), at: path)
            case .media(let type)?:
                var item = BodyObject(["type": .value(.string(type)), "url": .media(one)])
                item.fill(with: one.reference.body.item ?? [:])
                items.append((index, item))
            case .within?, nil: break
            }
        }
        // What belongs to an item may be named before it.
        for one in media {
            guard case .within(let index, let key)? = one.reference.body.place else { continue }
            guard let place = items.firstIndex(where: { $0.index == index }) else { throw Self.misplaced(key) }
            try items[place].item.put(.media(one), at: key)
        }
        if !items.isEmpty { try put(.list(items.map { .object($0.item) }), at: "media") }
    }
}
