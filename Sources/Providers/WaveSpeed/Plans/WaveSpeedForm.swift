public import RenderCore

/// What a request makes. The model is in its path, and everything else are fields at the top of one JSON object.
public enum WaveSpeedForm: String, Sendable, CaseIterable {
    case picture
    case film

    public var form: RequestForm {
        RequestForm(name: rawValue, makesFilms: self == .film, takesText: true, takesCount: false)
    }
}

/// A field of the request that holds files.
enum WaveSpeedPlace: Sendable, Hashable {
    /// One file.
    case key(String)
    /// A list of them.
    case list(String)

    /// `image`, `images[]`
    var text: String {
        switch self {
        case .key(let key): key
        case .list(let key): key + "[]"
        }
    }

    init(_ text: String) { self = text.hasSuffix("[]") ? .list(String(text.dropLast(2))) : .key(text) }

    var media: MediaPlace {
        switch self {
        case .key(let word), .list(let word): MediaPlace(text: text, word: word)
        }
    }
}
