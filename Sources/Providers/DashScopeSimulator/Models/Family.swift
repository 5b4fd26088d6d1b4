/// How a body is built. A path has one for each model.
enum Family: Sendable {
    /// `input.prompt`, pictures in other keys of `input`
    case prompt
    /// `input.function` and `input.prompt`, for one picture
    case edit
    /// `input.messages`
    case messages
    /// Pictures or films in keys of `input`, and no text
    case plain
    /// `input.ref_prompt`
    case background
    /// A film: `input.prompt`, media in keys of `input`
    case film
    /// A film: `input.prompt` and the list `input.media`
    case filmMedia
    /// A film without a text: media in keys of `input`
    case animation

    /// The key of `input` that holds the text; nil: it stands in a message, or there is none.
    var textKey: String? {
        switch self {
        case .prompt, .edit, .film, .filmMedia: "prompt"
        case .background: "ref_prompt"
        case .messages, .plain, .animation: nil
        }
    }

    var result: ResultPlace {
        switch self {
        case .prompt, .edit, .plain, .background: .results
        case .messages: .choices
        case .film, .filmMedia: .key("video_url")
        case .animation: .within("results", key: "video_url")
        }
    }

    /// The younger bodies take links with any character; the older ones want them percent-encoded.
    var takesAnyCharacter: Bool {
        switch self {
        case .messages, .filmMedia: true
        case .prompt, .edit, .plain, .background, .film, .animation: false
        }
    }
}
