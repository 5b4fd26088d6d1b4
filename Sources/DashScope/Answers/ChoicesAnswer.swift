import RenderCore

/// Family M: `choices[].message.content[].image`. Several pictures come as several choices, or as several items of one;
/// an item that is only text is not a picture.
enum ChoicesAnswer: AnswerReader {
    static func parts(of output: JSONValue) -> [AnswerPart]? {
        guard let choices = output["choices"]?.array else { return nil }
        var parts: [AnswerPart] = []
        for choice in choices {
            let content = choice["message"]?["content"]
            for item in content?.array ?? content.map({ [$0] }) ?? [] {
                if let link = item["image"]?.filledText {
                    parts.append(AnswerReaders.part(link: link))
                } else if let code = item["code"]?.filledText {
                    parts.append(.failed(code: code, message: item["message"]?.string ?? ""))
                }
            }
        }
        return parts
    }

    static func prompts(of output: JSONValue) -> (original: String?, actual: String?) {
        (output["orig_prompt"]?.filledText, output["actual_prompt"]?.filledText)
    }
}
