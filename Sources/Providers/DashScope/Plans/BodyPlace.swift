import RenderCore

/// The place of a reference in the body of a request.
public enum BodyPlace: Sendable, Hashable {
    /// A key of `input` that holds one.
    case key(String)
    /// A key of `input` that holds a list of such.
    case list(String)
    /// An item of `input.media`, with this `type`.
    case media(String)
    /// A key of the item of `input.media` that belongs to the reference of this index, from zero.
    case within(Int, key: String)
}

extension BodyPlace {
    /// `image_url`, `images[]`, `media:first_frame`, `media[0].reference_voice`
    var text: String {
        switch self {
        case .key(let key): key
        case .list(let key): key + "[]"
        case .media(let type): "media:" + type
        case .within(let index, let key): "media[\(index)].\(key)"
        }
    }

    /// Nil where the text is none that `text` gives.
    init?(_ text: String) {
        if text.hasPrefix("media:") {
            self = .media(String(text.dropFirst("media:".count)))
        } else if text.hasPrefix("media["), let end = text.firstRange(of: "].") {
            guard let index = Int(text[..<end.lowerBound].dropFirst("media[".count)) else { return nil }
            self = .within(index, key: String(text[end.upperBound...]))
        } else if text.hasSuffix("[]") {
            self = .list(String(text.dropLast(2)))
        } else {
            self = .key(text)
        }
    }

    /// As the catalogue keeps it.
    var media: MediaPlace {
        switch self {
        case .key(let word), .list(let word), .media(let word): MediaPlace(text: text, word: word)
        case .within(let index, _): MediaPlace(text: text, owner: index)
        }
    }
}
