public import struct Foundation.Date

/// What one document of a job file asks for: typed, but not yet checked against a model. Every value knows its place.
public struct JobSpec: Sendable, Equatable {
    /// Where the document begins.
    public var mark: Mark
    public var prompt: Marked<String>?
    public var model: Marked<String>?
    public var kind: Marked<JobKind>?
    public var negativePrompt: Marked<String>?
    /// Names beside the job file or in `assets/`, or http(s) URLs; the first is the base image.
    public var references: [Marked<String>] = []
    public var size: Marked<String>?
    public var count: Marked<Int>?
    /// One render a seed; empty: the provider chooses.
    public var seeds: [Marked<Int>] = []
    public var promptExtend: Marked<Bool>?
    public var watermark: Marked<Bool>?
    /// Anything else the model takes, passed on as it stands.
    public var parameters: [String: Marked<JSONValue>] = [:]
    public var outputName: Marked<String>?
    public var priority: Marked<JobPriority>?
    public var notBefore: Marked<Date>?
    public var giveUpAfter: Marked<Duration>?
    /// A decimal amount in the configured currency, e.g. `2.00`.
    public var maxCost: Marked<String>?
    public var tags: [String] = []
    public var metadata: [String: JSONValue] = [:]

    public init(mark: Mark) {
        self.mark = mark
    }
}
