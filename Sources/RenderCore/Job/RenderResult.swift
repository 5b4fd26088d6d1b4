public import struct Foundation.Date

/// A finished render as the provider reported it. It contains signed links, so only the ledger stores it, until
/// delivery.
public struct RenderResult: Sendable, Codable, Equatable {
    /// The kind of result; decides which parts of it are used.
    public enum Medium: String, Sendable, Codable, CaseIterable {
        case picture, film
    }

    public struct Output: Sendable, Codable, Equatable {
        /// From one, in the provider's order; failed parts keep their place.
        public var index: Int
        public var url: String
        public var medium: Medium

        public init(index: Int, url: String, medium: Medium = .picture) {
            self.index = index
            self.url = url
            self.medium = medium
        }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            index = try values.decode(Int.self, forKey: .index)
            url = try values.decode(String.self, forKey: .url)
            // Ledgers from before films hold none.
            medium = try values.decodeIfPresent(Medium.self, forKey: .medium) ?? .picture
        }
    }

    /// A failed part of a partial success; it is not billed.
    public struct FailedPart: Sendable, Codable, Equatable {
        public var index: Int
        public var code: String
        public var message: String

        public init(index: Int, code: String, message: String) {
            self.index = index
            self.code = code
            self.message = message
        }
    }

    public var task: TaskID?
    /// Of the call that brought the result: the query, or the submit of a synchronous model.
    public var requestID: String?
    /// The provider's word: `SUCCEEDED`.
    public var status: String
    public var outputs: [Output]
    public var failedParts: [FailedPart]
    /// Text and outputs in the order of the answer, if it has both; nil: only outputs, or older than stored texts.
    public var article: [ArticleItem]?
    public var origPrompt: String?
    public var actualPrompt: String?
    public var usage: JSONValue?
    /// As the provider wrote them, without a zone; for people, never for arithmetic.
    public var submitTime: String?
    public var scheduledTime: String?
    public var endTime: String?
    /// By our clock, when we learned of it.
    public var learnedAt: Date
    /// How long its outputs can be fetched, as the provider states it (`ProviderTraits.resultSeconds`). Results of older ledgers do not
    /// have it: they were all made where it is a day.
    private var keptSeconds: Double?

    /// How long its outputs can be fetched after `learnedAt`, in seconds.
    public var lifeSeconds: Double { keptSeconds ?? 24 * 3600 }

    /// The same result with the time for which its provider keeps it.
    public func kept(for seconds: Double) -> RenderResult {
        var copy = self
        copy.keptSeconds = seconds == 24 * 3600 ? nil : seconds
        return copy
    }

    public init(
        task: TaskID?, requestID: String?, status: String, outputs: [Output], failedParts: [FailedPart] = [],
        origPrompt: String? = nil, actualPrompt: String? = nil, usage: JSONValue? = nil, submitTime: String? = nil,
        scheduledTime: String? = nil, endTime: String? = nil, learnedAt: Date, article: [ArticleItem]? = nil
    ) {
        self.task = task
        self.requestID = requestID
        self.status = status
        self.outputs = outputs
        self.failedParts = failedParts
        self.article = article.map(ArticleItem.bounded)
        self.origPrompt = origPrompt
        self.actualPrompt = actualPrompt
        self.usage = usage
        self.submitTime = submitTime
        self.scheduledTime = scheduledTime
        self.endTime = endTime
        self.learnedAt = learnedAt
    }

    /// It ended well, and what came of it is in no form that is known.
    public var isUnread: Bool { outputs.isEmpty && failedParts.isEmpty && article == nil }

    /// The same without its links, for what is kept after delivery. An article names its outputs by their index: it has none.
    public var withoutLinks: RenderResult {
        var copy = self
        copy.outputs = outputs.map {
            Output(index: $0.index, url: String($0.url.prefix { $0 != "?" }), medium: $0.medium)
        }
        return copy
    }
}
