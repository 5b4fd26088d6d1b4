import ProviderSupport
import RenderCore

/// Family M: one message with the pictures in order, "image 1" first, then the text; the negative prompt is a parameter.
struct MessagesBody: BodyBuilder {
    var negativeParameter: String? { "negative_prompt" }

    func write(_ plan: RenderPlan, media: [PlacedMedia], into input: inout BodyObject) throws(Failure) {
        var content = media.filter { $0.reference.body.place == nil }.map {
            BodyNode.object(BodyObject(["image": .media($0)]))
        }
        if !plan.prompt.isEmpty { content.append(.object(BodyObject(["text": .value(.string(plan.prompt))]))) }
        let message = BodyObject(["role": .value("user"), "content": .list(content)])
        try input.put(.list([.object(message)]), at: "messages")
        try input.put(media) { _ in nil }
    }
}
