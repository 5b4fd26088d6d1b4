/// Behaviour that the sources leave open. Each default is the likeliest reading; each other value is worth a test.
public struct SimulatorSwitches: Sendable, Equatable {
    public enum Moment: String, Sendable, Codable { case submit, run }
    public enum Layout: String, Sendable, Codable { case documented, oneChoicePerImage, oneChoice }
    public enum Crowding: String, Sendable, Codable { case queue, reject }
    public enum Reaction: String, Sendable, Codable { case refuse, accept }

    /// Hours east of UTC in which task times are written and list windows are read.
    public var zoneHours = 8.0
    /// How long a change stays invisible to the list call, in seconds.
    public var listLagSeconds = 0.0
    public var listPageSizeMax = 100
    /// What happens to a list window of more than 24 hours; `accept` shortens it.
    public var wideListWindow = Reaction.refuse
    /// Whether synchronous calls appear in the list and can be queried.
    public var listsSyncCalls = false
    /// How several images are laid out; `documented` follows the model.
    public var layout = Layout.documented
    /// Whether a synchronous call is billed although its caller has gone.
    public var billsDroppedSyncCalls = true
    /// When range mistakes (seed, n, size) of an asynchronous call show.
    public var asyncRangeChecks = Moment.submit
    /// When an input that cannot be fetched shows, on asynchronous paths.
    public var asyncDownloadFailures = Moment.submit
    /// When it shows that `input.media`, or a field beside it, is missing: at run time the old body of a film is accepted first.
    public var missingMedia = Moment.run
    /// Whether `http(s)` references can be fetched. They are never really asked for.
    public var remoteReferences = Reaction.accept
    /// Images with an alpha channel on models that document "without alpha".
    public var alpha = Reaction.refuse
    /// Images outside dimensions that the documentation only advises.
    public var advisedDimensions = Reaction.refuse
    /// Tasks above a model's running limit.
    public var crowding = Crowding.queue
    /// Longest queue of one model and account; nil: unlimited.
    public var queueLimit: Int?
    /// `data:` on models that do not document it.
    public var undocumentedData = Reaction.refuse
    /// How long films and sounds behind links are taken to be, in seconds.
    public var linkSeconds = 5.0
    /// So many pictures fewer than asked for, in image sets and in articles of words and pictures; never none.
    public var setShortfall = 0
    /// `SR` of films as a text (`"720"`) on every model; some models always write it so.
    public var resolutionAsText = false
    /// Media type in the header of every result, true or not; nil: the right one.
    public var resultMediaType: String?
    /// Whether `GET /quotas` is there; `refuse` answers 404.
    public var quotas = Reaction.accept
    /// The header for a stream without the parameter: the documentation refuses it, and the official SDK sends just that.
    public var sseHeaderAlone = Reaction.accept
    /// Per-minute submit limits are enforced per second as well (limit / 60).
    public var smoothsMinuteLimits = false
    /// Sent as `Retry-After` with every 429; nil: not sent.
    public var retryAfterSeconds: Int?
    /// Answer to cancelling an id that does not exist.
    public var unknownCancelStatus = 400
    /// qwen-image-3.0 on the asynchronous path.
    public var qwen3Async = Reaction.accept
    public var qwen3ReferencesMax = 3
    /// Largest output area of qwen-image-3.0, in pixels.
    public var qwen3AreaMax = 2048 * 2048
    /// `n` of wan2.7-image when it is left out.
    public var wan27DefaultCount = 1
    /// Largest request body, in bytes.
    public var bodyBytesMax = 30 << 20
    /// Largest `data:` item, encoded, in bytes.
    public var dataURIBytesMax = 10_485_760
    /// Result links are valid, and finished tasks readable, for this long.
    public var retentionSeconds = 86_400.0
    /// Spread of run times around the documented ones, 0...1.
    public var latencyJitter = 0.0

    public init() {}
}

extension SimulatorSwitches: Codable {
    private enum CodingKeys: String, CodingKey {
        case zoneHours, listLagSeconds, listPageSizeMax, wideListWindow, listsSyncCalls, layout, billsDroppedSyncCalls
        case asyncRangeChecks, asyncDownloadFailures, remoteReferences, alpha, advisedDimensions, crowding, queueLimit
        case smoothsMinuteLimits, retryAfterSeconds, unknownCancelStatus, qwen3Async, qwen3ReferencesMax, qwen3AreaMax
        case wan27DefaultCount, bodyBytesMax, dataURIBytesMax, retentionSeconds, latencyJitter
        case missingMedia, undocumentedData, linkSeconds, setShortfall, resolutionAsText, resultMediaType, quotas,
            sseHeaderAlone
    }

    /// Reads any subset of the switches; the others keep their defaults.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            value = try box.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.zoneHours, &zoneHours)
        try read(.listLagSeconds, &listLagSeconds)
        try read(.listPageSizeMax, &listPageSizeMax)
        try read(.wideListWindow, &wideListWindow)
        try read(.listsSyncCalls, &listsSyncCalls)
        try read(.layout, &layout)
        try read(.billsDroppedSyncCalls, &billsDroppedSyncCalls)
        try read(.asyncRangeChecks, &asyncRangeChecks)
        try read(.asyncDownloadFailures, &asyncDownloadFailures)
        try read(.remoteReferences, &remoteReferences)
        try read(.alpha, &alpha)
        try read(.advisedDimensions, &advisedDimensions)
        try read(.crowding, &crowding)
        queueLimit = try box.decodeIfPresent(Int.self, forKey: .queueLimit)
        try read(.smoothsMinuteLimits, &smoothsMinuteLimits)
        retryAfterSeconds = try box.decodeIfPresent(Int.self, forKey: .retryAfterSeconds)
        try read(.unknownCancelStatus, &unknownCancelStatus)
        try read(.qwen3Async, &qwen3Async)
        try read(.qwen3ReferencesMax, &qwen3ReferencesMax)
        try read(.qwen3AreaMax, &qwen3AreaMax)
        try read(.wan27DefaultCount, &wan27DefaultCount)
        try read(.bodyBytesMax, &bodyBytesMax)
        try read(.dataURIBytesMax, &dataURIBytesMax)
        try read(.retentionSeconds, &retentionSeconds)
        try read(.latencyJitter, &latencyJitter)
        try read(.missingMedia, &missingMedia)
        try read(.undocumentedData, &undocumentedData)
        try read(.linkSeconds, &linkSeconds)
        try read(.setShortfall, &setShortfall)
        try read(.resolutionAsText, &resolutionAsText)
        resultMediaType = try box.decodeIfPresent(String.self, forKey: .resultMediaType)
        try read(.quotas, &quotas)
        try read(.sseHeaderAlone, &sseHeaderAlone)
    }
}
