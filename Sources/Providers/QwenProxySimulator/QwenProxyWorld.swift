import Foundation
import SimulatorSupport

/// What the simulated proxy and the site behind it know. One request is answered after the other.
struct QwenProxyWorld: Sendable {
    /// One request, as it came.
    struct Incoming: Sendable {
        var method: String
        /// Without the query.
        var path: String
        var query: String
        /// Behind `Bearer `; nil: there was none.
        var key: String?
        var headers: [String: String]
        var body: [UInt8]
    }

    struct Reply: Sendable {
        var status: Int
        var headers = ["content-type": "application/json"]
        var body: [UInt8]
        /// After which it is given.
        var seconds = 0.0

        init(_ status: Int, _ body: WireValue, seconds: Double = 0) {
            self.status = status
            self.body = body.bytes
            self.seconds = seconds
        }
    }

    var options: QwenProxySimulatorOptions
    var origin = ""
    var faults: [QwenProxyFault]
    var films: [SimulatedChatFilm] = []
    /// Pictures and films that the site began.
    var made = 0
    var accounts: [SignedInAccount]
    var number = 0
    /// When each picture and film was made, by the name in its link.
    var results: [String: Date] = [:]

    init(_ options: QwenProxySimulatorOptions) {
        self.options = options
        faults = options.faults
        accounts = (0..<max(1, options.accounts)).map { SignedInAccount(isInvalid: $0 < options.invalidAccounts) }
    }

    // MARK: What a request is

    static let root = "/api"

    /// `/api/v1/…` and `/api/v2/…` are rewritten to `/api/…`.
    static func plain(_ path: String) -> String {
        for prefix in ["/api/v1/", "/api/v2/"] where path.hasPrefix(prefix) { return "/api/" + path.dropFirst(8) }
        return path
    }

    private var hasMediaRoutes: Bool { options.dialect == .f || options.dialect == .i }

    func kind(_ incoming: Incoming) -> QwenProxyFault.Request {
        guard incoming.path.hasPrefix(Self.root + "/") else {
            return incoming.path.hasPrefix("/_cdn/") ? .result : .other
        }
        let path = incoming.path.dropFirst(Self.root.count)
        switch (incoming.method, path) {
        case ("POST", "/chat"): return chatKind(incoming)
        case ("POST", "/chat/completions"): return .text
        case ("POST", "/images/generations") where hasMediaRoutes: return .picture
        case ("POST", "/videos/generations") where hasMediaRoutes: return .film
        case ("POST", "/image") where options.dialect == .w: return .picture
        case ("GET", _) where path.hasPrefix("/tasks/status/"): return .task
        case ("GET", "/health"), ("GET", "/status"): return .health
        default: return .other
        }
    }

    private func chatKind(_ incoming: Incoming) -> QwenProxyFault.Request {
        guard options.dialect != .u, options.dialect != .w, let body = WireValue.parse(incoming.body) else {
            return .text
        }
        // With `stream` F takes everything for text.
        if options.dialect == .f, body["stream"]?.bool == true { return .text }
        switch body["chatType"]?.string {
        case "t2i": return .picture
        case "t2v": return .film
        default: return .text
        }
    }

    mutating func takeFault(_ kind: QwenProxyFault.Request) -> QwenProxyFault? {
        guard let index = faults.firstIndex(where: { $0.on == kind && $0.times > 0 }) else { return nil }
        faults[index].times -= 1
        return faults[index]
    }

    // MARK: Words

    func said(_ english: String, _ russian: String) -> WireValue { .text(options.speaksRussian ? russian : english) }

    static func page(_ status: Int) -> Reply {
        var reply = Reply(status, .null)
        reply.headers = ["content-type": "text/html"]
        reply.body = Array("<html><head><title>\(status) Bad Gateway</title></head><body></body></html>".utf8)
        return reply
    }

    /// `{"error": text}`; I wraps those of its frame.
    func refusal(_ status: Int, _ error: WireValue, ofFrame: Bool = false) -> Reply {
        guard ofFrame, options.dialect == .i else { return Reply(status, .object([("error", error)])) }
        return Reply(
            status, .object([("error", .object([("message", error), ("type", .text("invalid_request_error"))]))]))
    }

    var notFound: Reply { refusal(404, said("Route not found", "Маршрут не найден"), ofFrame: true) }

    // MARK: The accounts

    /// - Returns: the account that takes it; nil: none can.
    mutating func take(_ now: Date) -> Int? {
        for index in accounts.indices where !accounts[index].isInvalid {
            if accounts[index].isWaiting(at: now) { continue }
            if accounts[index].resetAt != nil { accounts[index] = SignedInAccount() }
            if options.allowance > 0, accounts[index].used >= options.allowance {
                accounts[index].resetAt = now.addingTimeInterval(Double(options.resetHours) * 3600)
                continue
            }
            accounts[index].used += 1
            made += 1
            return index
        }
        return nil
    }

    /// The refusal of all accounts: which of the two it is stands in the text alone.
    var noAccount: [(key: String, value: WireValue)] {
        let isSignedOut = accounts.allSatisfy(\.isInvalid)
        let hours = options.resetHours
        return [
            (
                "error",
                isSignedOut
                    ? said("All accounts are unauthorized (401)", "Все аккаунты не авторизованы (401)")
                    : said(
                        "All accounts reached the limit, wait \(hours) hours",
                        "Все аккаунты достигли лимита, ждите \(hours) ч")
            ), ("chatId", .text("chat-\(number)")),
        ]
    }
}
