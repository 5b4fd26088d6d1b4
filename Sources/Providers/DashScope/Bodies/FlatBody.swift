import ProviderSupport
import RenderCore

/// Families whose texts and media stand in keys of `input`.
struct FlatBody: BodyBuilder {
    /// Keys of the texts; nil: the family has no such text.
    var prompt: String?
    var negativePrompt: String?
    /// Where a reference stands that does not say it.
    var media: BodyPlace
    var negativeParameter: String? { nil }

    func write(_ plan: RenderPlan, media: [PlacedMedia], into input: inout BodyObject) throws(Failure) {
        try input.put(prompt: prompt, negativePrompt: negativePrompt, of: plan)
        try input.put(media) { _ in self.media }
    }
}
