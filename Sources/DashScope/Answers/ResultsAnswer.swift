import RenderCore

/// Family P: `results[]` with a `url`, or with `code` and `message` where that picture failed.
enum ResultsAnswer: AnswerReader {
    static func parts(of output: JSONValue) -> [AnswerPart]? {
        guard let results = output["results"]?.array else { return nil }
        return results.compactMap { result in
            if let link = result["url"]?.filledText { return AnswerReaders.part(link: link) }
            if let code = result["code"]?.filledText {
                return .failed(code: code, message: result["message"]?.string ?? "")
            }
            return nil
        }
    }

    static func prompts(of output: JSONValue) -> (original: String?, actual: String?) {
        let results = output["results"]?.array ?? []
        func first(_ key: String) -> String? {
            results.lazy.compactMap { $0[key]?.filledText }.first ?? output[key]?.filledText
        }
        return (first("orig_prompt"), first("actual_prompt"))
    }
}
