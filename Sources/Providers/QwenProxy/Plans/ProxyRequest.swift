import ProviderSupport
import RenderCore

/// The path and the body of a submit, as a dialect takes them.
struct ProxyRequest: Sendable {
    var path: String
    var body: [String: JSONValue]

    /// Fields that renderdrop decides itself. With `stream` most dialects answer in words; with another conversation a job would depend on
    /// what was said before.
    private static let ours = [
        "stream", "wait", "waitForCompletion", "chatType", "chatId", "parentId", "messages", "message", "files",
    ]

    /// - Throws: `Failure` (job) where the dialect does not make that, or the job names a field of ours.
    init(_ plan: RenderPlan, _ dialect: ProxyDialect, _ way: QwenProxyOptions.Way) throws(Failure) {
        let form = plan.wire.content[ProviderPlan.familyKey]?.string.flatMap(QwenProxyForm.init) ?? .picture
        guard form == .film ? dialect.makesFilms : dialect.makesPictures else {
            throw ProxyFailures.cannot(dialect, film: form == .film)
        }
        if let name = Self.ours.first(where: { plan.parameters[$0] != nil }) {
            throw Failure(.bodyUnusable, .fieldIsOurs(name), fault: .job, retryable: false)
        }
        var rest = plan.parameters
        let ratio = plan.ratio.map { JSONValue.string($0) } ?? rest.removeValue(forKey: "aspect_ratio")
        rest["aspect_ratio"] = nil
        body = rest
        if dialect == .w {
            path = "/image"
            body["prompt"] = .string(plan.prompt)
            body["size"] = ratio
        } else if way == .routes, dialect.hasMediaRoutes {
            path = form == .film ? "/videos/generations" : "/images/generations"
            body["prompt"] = .string(plan.prompt)
            body["model"] = .string(Self.model(plan.model))
            body["aspect_ratio"] = ratio
            if form == .film { body["wait"] = .bool(false) }
        } else {
            path = "/chat"
            body["message"] = .string(plan.prompt)
            body["model"] = .string(Self.model(plan.model))
            body["chatType"] = .string(form.chatType)
            body["size"] = ratio
            if form == .film { body["waitForCompletion"] = .bool(false) }
        }
    }

    /// One model of the site makes pictures and films, so the rows are called `model/image` and `model/video`.
    static func model(_ id: String) -> String { String(id.prefix { $0 != "/" }) }

    func pieces() throws(Failure) -> [BodyPiece] { [.bytes(try JSONBytes.bytes(.object(body)))] }
}
