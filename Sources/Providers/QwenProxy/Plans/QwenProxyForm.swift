public import RenderCore

/// What a request makes.
public enum QwenProxyForm: String, Sendable, CaseIterable {
    case picture
    case film

    public var form: RequestForm {
        RequestForm(name: rawValue, makesFilms: self == .film, takesText: true, takesCount: false)
    }

    /// The site's name for this kind of chat.
    var chatType: String { self == .film ? "t2v" : "t2i" }
}
