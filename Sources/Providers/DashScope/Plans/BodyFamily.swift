public import RenderCore

/// How a request's body is built. A family is code, a model is a row. Raw values are used in the catalogue and in the
/// ledger's plans.
public enum BodyFamily: String, Sendable, CaseIterable {
    /// `input.prompt`
    case prompt = "P"
    /// `input.function` and `input.prompt`, for one picture to work on
    case edit = "P-edit"
    /// `input.messages`
    case messages = "M"
    /// No text: everything is in keys of `input`.
    case plain = "O"
    /// `input.ref_prompt`
    case background = "B"
    /// A film: `input.prompt`, media in keys of `input`
    case film = "V"
    /// A film: `input.prompt` and the list `input.media`
    case filmMedia = "VM"
    /// A film without a text: media in keys of `input`
    case animation = "VA"

    /// Takes a number of outputs, `n`.
    var takesCount: Bool {
        switch self {
        case .prompt, .edit, .messages, .background: true
        case .plain, .film, .filmMedia, .animation: false
        }
    }

    private var makesFilms: Bool {
        switch self {
        case .film, .filmMedia, .animation: true
        case .prompt, .edit, .messages, .plain, .background: false
        }
    }

    /// What the catalogue and the planner know of it.
    public var form: RequestForm {
        RequestForm(
            name: rawValue, makesFilms: makesFilms, takesText: self != .plain && self != .animation,
            takesCount: takesCount)
    }
}
