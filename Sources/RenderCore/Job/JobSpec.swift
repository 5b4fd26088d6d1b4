public import struct Foundation.Date

/// The request of one document in a job file: typed, but not yet checked against a model. Every value has its position.
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
    /// The service that renders; nil: the one that has the model.
    public var provider: Marked<String>?
    /// A name of watch.yaml's `accounts`; nil: the first that has the model.
    public var account: Marked<String>?
    public var kind: Marked<JobKind>?
    public var negativePrompt: Marked<String>?
    /// The function of the model to use.
    public var function: Marked<String>?
    /// Names beside the job file or in `assets/`, or http(s) URLs; the first is the base image.
    public var references: [Marked<String>] = []
    /// Of the references, in their order.
    public var voices: [Marked<String>] = []
    /// Media with roles: those that have a key of their own, then those of `media:`.
    public var media: [Media] = []
    /// `audio: false`: whether the film has sound.
    public var sound: Marked<Bool>?
    public var size: Marked<String>?
    /// `720P`
    public var resolution: Marked<String>?
    /// `16:9`
    public var ratio: Marked<String>?
    /// `5`, `5s`, `auto`, `keep`
    public var duration: Marked<String>?
    /// The form of the requests of a model that the catalogue does not know, by the provider's name for it.
    public var family: Marked<String>?
    /// Its path below the API root, or a tag of the catalogue's endpoints.
    public var endpoint: Marked<String>?
    /// It is the sidecar of a success, dropped back in.
    public var repeatsSidecar = false
    public var count: Marked<Int>?
    /// One render a seed; empty: the provider chooses.
    public var seeds: [Marked<Int>] = []
    public var promptExtend: Marked<Bool>?
    public var watermark: Marked<Bool>?
    /// Other parameters of the model, passed through unchanged.
    public var parameters: [String: Marked<JSONValue>] = [:]
    /// Checked; the matrix's placeholders are filled in.
    public var outputName: Marked<String>?
    public var priority: Marked<JobPriority>?
    public var notBefore: Marked<Date>?
    public var giveUpAfter: Marked<Duration>?
    /// For all renders of the job together, e.g. `2.00`.
    public var maxCost: Marked<Amount>?
    /// For a job that was delivered before, completely or in part: render everything again.
    public var again: Marked<Bool>?
    public var tags: [String] = []
    public var metadata: [String: JSONValue] = [:]

    public init(mark: Mark) {
        self.mark = mark
    }

    /// One file or link with its role.
    public struct Media: Sendable, Equatable {
        /// A role in the catalogue's words, or the provider's own word for it.
        public var role: Marked<String>
        public var name: Marked<String>
        public var voice: Marked<String>?
        /// True: it has its own key; false: it is an item of `media:`.
        public var hasKey: Bool

        public init(role: Marked<String>, name: Marked<String>, voice: Marked<String>? = nil, hasKey: Bool = false) {
            self.role = role
            self.name = name
            self.voice = voice
            self.hasKey = hasKey
        }
    }

    /// Every file and link that it names.
    public var mediaNames: [Marked<String>] {
        references + voices.filter { !$0.value.isEmpty } + media.flatMap { [$0.name] + ($0.voice.map { [$0] } ?? []) }
    }

    /// How many renders it makes.
    public var renders: Int { max(1, seeds.count) }
}
