import HTTPTypes
public import ProviderSupport
public import RenderCore

public import struct Foundation.Date
public import struct Foundation.UUID

/// Alibaba Cloud Model Studio as a `RenderService`.
///
/// - Source: Model Studio API reference for pictures and films, and the official SDK's requests, version 2.0.2.
public struct DashScopeService: RenderService {
    public let endpoint: Endpoint
    let client: APIClient
    let hosts: FileHosts
    let options: DashScopeOptions
    let now: @Sendable () -> Date
    let placing: ReferencePlacing
    let sameWithKey: @Sendable (Endpoint, APIKey) -> DashScopeService
    let keysAtHand: @Sendable () async -> [APIKey]

    /// - Parameters:
    ///   - uploads: what is remembered of the temporary store.
    ///   - now: this machine's clock.
    ///   - unique: letters and digits, never the same twice.
    ///   - keyMark: of a key's text: the same for the same key, another for another, and of no other use.
    ///   - keysAtHand: every key that could be used, as for tasks that were submitted with a former one.
    ///   - keyVersion: of the place where `key` reads, as `stat` tells it: another text once its content may have changed.
    ///   - key: reads the key; called when it is first needed, once `keyVersion` has changed, and after the key was refused.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, uploads: any UploadCache,
        options: DashScopeOptions = DashScopeOptions(), now: @escaping @Sendable () -> Date = { Date() },
        unique: @escaping @Sendable () -> String = { UUID().uuidString.lowercased().filter { $0 != "-" } },
        keyMark: @escaping @Sendable (String) -> String? = { _ in nil },
        keysAtHand: @escaping @Sendable () async -> [APIKey] = { [] },
        keyVersion: @escaping @Sendable () -> String? = { nil },
        key: @escaping @Sendable () async throws -> APIKey
    ) {
        self.endpoint = endpoint
        self.keysAtHand = keysAtHand
        sameWithKey = { endpoint, key in
            DashScopeService(
                endpoint: endpoint, transport: transport, uploads: uploads, options: options, now: now, unique: unique,
                keyMark: keyMark, key: { key })
        }
        self.options = options
        self.now = now
        client = APIClient(
            endpoint: endpoint, transport: transport, keys: KeyRing(read: key, version: keyVersion, mark: keyMark),
            options: options, now: now)
        hosts = FileHosts(
            api: endpoint.address, isNamedByUser: endpoint.isNamedByUser,
            others: ["*.aliyuncs.com"] + options.resultHosts)
        placing = ReferencePlacing(
            uploads: TemporaryUploads(
                client: client, hosts: hosts, cache: uploads, options: options, now: now, unique: unique),
            options: options)
    }

    /// - Source: Model Studio API reference: links and tasks live 24 hours; 5 to 10 s between queries of a picture, 20 requests a second
    ///   for a whole account.
    public static let traits = ProviderTraits(
        resultSeconds: 24 * 3600, taskSeconds: 24 * 3600, listSeconds: 20 * 3600,
        polls: PollSchedule(part: 3, shortest: .seconds(1), longest: .seconds(10)))

    public var provider: String { BodyPlan.provider }
    public var traits: ProviderTraits { Self.traits }
    public var region: String { endpoint.region.rawValue }
    public var apiRoot: String { endpoint.root }

    public func prepare(_ plan: RenderPlan, references folder: String) async throws -> PreparedSubmit {
        guard let wire = BodyPlan(plan.wire) else {
            throw Failure(.planUnreadable, .planUnreadable(plan.wire.provider), fault: .job, retryable: false)
        }
        // Before anything is uploaded: what lies in the store is bound to the key, and so is the render.
        let mark = client.keys.mark(of: try await client.keys.current())
        let media = try await placing.place(plan, folder: folder, keyMark: mark)
        let body = try wire.family.builder.body(plan, media: media)
        var headers: [String: String] = [:]
        if plan.mode == .async { headers["X-DashScope-Async"] = "enable" }
        if plan.comesInPieces { headers[EventStream.header] = "enable" }
        if media.contains(where: \.isInTemporaryStore) { headers["X-DashScope-OssResourceResolve"] = "enable" }
        return PreparedSubmit(
            endpoint: wire.endpoint, body: try body.pieces(), headers: headers, shown: Redaction.value(body.shown),
            keyMark: mark)
    }

    public func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        let reading = SubmitAnswer(endpoint: endpoint, client: client)
        let server = plan.mode == .sync ? options.syncTotal : options.asyncTotal
        do {
            let answer = try await client.exchange(
                .post, request.endpoint, headers: request.headers, body: request.body, keyMark: request.keyMark,
                total: server + options.time(toSend: request.body))
            return reading.outcome(of: answer, now: now())
        } catch let error as TransportError {
            return reading.outcome(of: error)
        } catch let failure as Failure {
            return .notSent(failure)  // there is no key to send it with, or another than was written down
        }
    }

    /// By the prices that the plan was made with; plans from before those were kept, by an equal share of the estimate.
    public func cost(of result: RenderResult, plan: RenderPlan) -> Money? {
        if let quote = plan.quote {
            let usage = Quote.Usage(result.usage, per: quote.price.unit)
            // How much was made of what nobody can read, usage alone can tell.
            if result.isUnread, (usage.pictures ?? 0) == 0, usage.seconds == nil { return nil }
            return quote.actual(usage, made: result.isUnread ? max(1, usage.pictures ?? 0) : result.outputs.count)
        }
        guard let estimate = plan.estimate, plan.count > 0, !result.isUnread else { return nil }
        let pictures = Quote.Usage(result.usage, per: .picture).pictures ?? result.outputs.count
        return Money(micros: estimate.micros / plan.count, currency: estimate.currency) * pictures
    }
}
