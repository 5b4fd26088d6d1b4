import ProviderSupport
import RenderCore

/// `results[]` with a `url`, or with `code` and `message` where that one failed. Models that animate a picture have an object there
/// instead of a list, with a `video_url`.
enum ResultsAnswer: AnswerReader {
    static func parts(of output: JSONValue) -> [AnswerPart]? {
        output["results"]?.lenientItems.compactMap { result in
            if let link = result["url"]?.filledText { return AnswerReaders.part(link: link, .picture) }
            if let part = LinkAnswer.part(of: result) { return part }
            return result.saidCode.map { .failed(code: $0, message: result.saidMessage ?? "") }
        }
    }

    static func prompts(of output: JSONValue) -> (original: String?, actual: String?) {
        let results = output["results"]?.lenientItems ?? []
        func first(_ key: String) -> String? {
            results.lazy.compactMap { $0[key]?.filledText }.first ?? output[key]?.filledText
        }
        return (first("orig_prompt"), first("actual_prompt"))
    }
}
