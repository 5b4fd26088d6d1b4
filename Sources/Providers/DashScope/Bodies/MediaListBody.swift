import ProviderSupport
import RenderCore

/// Films from a list: `input.media` with an item for each reference, `input.prompt` beside it.
struct MediaListBody: BodyBuilder {
    var negativeParameter: String? { nil }

    func write(_ plan: RenderPlan, media: [PlacedMedia], into input: inout BodyObject) throws(Failure) {
        try input.put(prompt: "prompt", negativePrompt: "negative_prompt", of: plan)
        try input.put(media) { .media($0.role ?? "reference_image") }
    }
}
