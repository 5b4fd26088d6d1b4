import ProviderSupport
import RenderCore

/// Finds the links to media in an answer, wherever a dialect puts them. What is not a link to media is no result: some dialects answer a
/// request for a picture in words.
enum MediaLinks {
    private static let pictures = [".png", ".jpg", ".jpeg", ".webp", ".gif"]
    private static let films = [".mp4", ".mov", ".webm"]

    /// - Parameter isFilm: nil: any.
    static func all(in json: JSONValue, isFilm: Bool?, isLocal: Bool) -> [RenderResult.Output] {
        var seen: Set<String> = []
        var outputs: [RenderResult.Output] = []
        for text in texts(of: json) {
            for link in links(in: text) where seen.insert(link).inserted {
                guard let medium = medium(of: link, isLocal: isLocal), isFilm == nil || isFilm == (medium == .film)
                else { continue }
                outputs.append(RenderResult.Output(index: outputs.count + 1, url: link, medium: medium))
            }
        }
        return outputs
    }

    /// The places that are known, in the order of the reference; then everything else.
    private static func texts(of json: JSONValue) -> [String] {
        let message = json["choices"]?.array?.first?["message"]?["content"]
        let data = json["data"]
        let result = data?["result"]
        let known = [
            json["video_url"], json["media_url"], json["image_url"], message, json["content"], json["url"],
            data?.array?.first?["url"], data?["content"], data?["video_url"], data?["url"], result, result?["url"],
            result?["video_url"],
        ].compactMap { $0?.filledText }
        if !known.isEmpty { return known }
        var rest: [String] = []
        gather(json, &rest, depth: 0)
        return rest
    }

    private static func gather(_ json: JSONValue, _ texts: inout [String], depth: Int) {
        guard depth < 8, texts.count < 1000 else { return }
        switch json {
        case .string(let text): texts.append(text)
        case .array(let items): for item in items { gather(item, &texts, depth: depth + 1) }
        case .object(let members):
            for (_, value) in members.sorted(by: { $0.key < $1.key }) { gather(value, &texts, depth: depth + 1) }
        case .null, .bool, .int, .double: break
        }
    }

    /// Every address in a text, also within Markdown.
    private static func links(in text: String) -> [String] {
        text.matches(of: /https?:\/\/[^\s"'<>()\[\]\\|]+/).map { String($0.output) }
    }

    private static func medium(of link: String, isLocal: Bool) -> RenderResult.Medium? {
        guard let address = WebAddress(link), address.scheme == "https" || isLocal && address.isLoopback else {
            return nil
        }
        let path = address.path.lowercased()
        if films.contains(where: path.hasSuffix) { return .film }
        return pictures.contains(where: path.hasSuffix) ? .picture : nil
    }
}
