import ProviderSupport
import RenderCore

/// Family M: `choices[].message.content[]`. Several pictures come as several choices, or as several items of one; an item
/// that is only text is not a picture.
///
/// | content of a choice | what its text is |
/// | --- | --- |
/// | picture, text | the prompt that was drawn: no article |
/// | text, picture | an article |
/// | text, picture, text, picture | an article |
/// | picture, text, text | an article |
/// | text alone, in all choices | an article: what the model wrote in place of a picture |
///
/// What holds anything but text and is in no known form may be a picture: it is not passed over.
enum ChoicesAnswer: AnswerReader {
    private enum Item {
        case text(String)
        case part(AnswerPart)

        var isText: Bool {
            switch self {
            case .text: true
            case .part: false
            }
        }
    }

    static func parts(of output: JSONValue) -> [AnswerPart]? {
        choices(of: output)?.joined().compactMap { item in
            switch item {
            case .text: nil
            case .part(let part): part
            }
        }
    }

    static func article(of output: JSONValue) -> [ArticleItem]? {
        guard let choices = choices(of: output) else { return nil }
        let items = choices.joined()
        guard choices.contains(where: isArticle) || (!items.isEmpty && items.allSatisfy(\.isText)) else { return nil }
        var index = 0
        return items.compactMap { item in
            switch item {
            case .text(let text): return .text(text)
            case .part(let part):
                index += 1
                // What failed keeps its index and has nothing to show.
                if case .output = part { return .output(index) }
                return nil
            }
        }
    }

    /// A text that only stands behind the pictures says what was drawn; what is written before one, or in turns with them, is
    /// meant to be read.
    private static func isArticle(_ items: [Item]) -> Bool {
        guard let picture = items.lastIndex(where: { !$0.isText }), let text = items.firstIndex(where: \.isText)
        else { return false }
        return text < picture || items.count(where: \.isText) > 1
    }

    private static func choices(of output: JSONValue) -> [[Item]]? {
        output["choices"]?.lenientItems.map { choice in
            (choice["message"]?["content"]?.lenientItems ?? []).compactMap { item in
                if let link = item["image"]?.filledText { return .part(AnswerReaders.part(link: link, .picture)) }
                if let code = item.saidCode {
                    return .part(.failed(code: code, message: item.saidMessage ?? ""))
                }
                if item.holdsMore { return .part(.unreadable) }
                return item["text"]?.filledText.map { .text($0) }
            }
        }
    }
}

extension JSONValue {
    /// An item of an answer's content that holds something beside its text, as far as its keys tell.
    var holdsMore: Bool {
        let hasText = self["text"]?.filledText != nil
        return (object ?? [:]).contains { key, value in
            guard key != "text", key != "type", value.isFilled else { return false }
            return !hasText || ["image", "video", "audio", "file", "url"].contains { key.lowercased().contains($0) }
        }
    }

    private var isFilled: Bool {
        switch self {
        case .null, .bool: false
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let members): !members.isEmpty
        case .int, .double: true
        }
    }
}
