public import struct Foundation.Date

/// What one document of a job file asks for: typed, but not yet checked against a model. Every value knows its place.
public struct JobSpec: Sendable, Equatable {
    /// Where the document begins.
    public var mark: Mark
    /// Which job of the file this is, from zero. The cells of one matrix are one job.
    public var job = 0
    /// Keys that the file has but that could not be read; what they lack is no mistake of its own.
    public var unread: Set<String> = []
    /// The values of the matrix for this cell, by key; empty without a matrix.
    public var cell: [String: String] = [:]
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
    /// Checked; the matrix's placeholders are filled in.
    public var outputName: Marked<String>?
    public var priority: Marked<JobPriority>?
    public var notBefore: Marked<Date>?
    public var giveUpAfter: Marked<Duration>?
    /// For all renders of the job together, e.g. `2.00`.
    public var maxCost: Marked<Amount>?
    public var tags: [String] = []
    public var metadata: [String: JSONValue] = [:]

    public init(mark: Mark) {
        self.mark = mark
    }

    /// How many renders it makes.
    public var renders: Int { max(1, seeds.count) }
}
