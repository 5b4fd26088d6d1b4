/// Which of the proxies that go by one name answers. They differ in their routes and in how a task is reported.
///
/// - Source: the code of the public repositories, as read on 2026-11-21.
public enum ProxyDialect: String, Sendable, CaseIterable {
    /// `chatType` on the chat route, and a route for tasks.
    case g
    /// The same; its answers about tasks differ.
    case g2
    /// Text only: it answers a request for a picture in words.
    case u
    /// As G, with routes of its own for pictures and films, and one that tells how it is.
    case f
    /// As F, with messages in English.
    case i
    /// Older: pictures only, on a route of their own.
    case w

    /// `G2`, as the configuration and messages write it.
    public var word: String { rawValue.uppercased() }

    public init?(named word: String) { self.init(rawValue: word.lowercased()) }

    var makesPictures: Bool { self != .u }
    var makesFilms: Bool { self != .u && self != .w }
    /// `GET /health`, which costs nothing and tells the state of its accounts.
    var tellsHealth: Bool { self == .f || self == .i }
    /// Routes for pictures and films besides the chat's.
    var hasMediaRoutes: Bool { self == .f || self == .i }
}
