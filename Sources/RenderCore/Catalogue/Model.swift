/// One row of the catalogue: what a model accepts, what it costs, and its rate limit. All of it is data.
public struct Model: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable { case current, older, legacy }

    /// The class of quality and price that the source of a row puts the model in.
    public enum Tier: String, Sendable, CaseIterable {
        case premium, mid, budget
        /// For one purpose only, such as inpainting.
        case specialised
    }

    public struct Endpoint: Sendable, Equatable {
        /// The reference's tag: `E1`, `E2`, …
        public var tag: String
        /// Below the API root.
        public var path: String
        public var mode: CallMode
        public var form: RequestForm
        /// Answers in pieces while it works (SSE).
        public var streams: Bool

        public init(tag: String, path: String, mode: CallMode, form: RequestForm, streams: Bool = false) {
            self.tag = tag
            self.path = path
            self.mode = mode
            self.form = form
            self.streams = streams
        }
    }

    /// The length at which the provider truncates a text without notice.
    public struct TextLimit: Sendable, Equatable {
        public enum Unit: String, Sendable { case characters, words, tokens }
        public var count: Int
        public var unit: Unit
        /// The limit in Chinese, Japanese and Korean characters, if it is lower; nil: the same limit applies.
        public var cjk: Int?

        public init(count: Int, unit: Unit, cjk: Int? = nil) {
            self.count = count
            self.unit = unit
            self.cjk = cjk
        }
    }

    /// Type and range of a value in `parameters`.
    public struct Parameter: Sendable, Equatable {
        public enum Kind: Sendable, Equatable {
            case boolean
            case integer(ClosedRange<Int>?)
            case number(ClosedRange<Double>?)
            case text(choices: [String])
            case list(ListRule)
            /// Checked by the provider only.
            case any
        }
        public var kind: Kind
        public var summary: String
        /// The provider's default if none is sent; nil: unknown, or none.
        public var standard: JSONValue?
        /// It goes into the body's `input`, not into its `parameters`.
        public var isInput: Bool
        /// The provider refuses a request without it.
        public var isRequired: Bool
        /// Of a text, in characters; nil: not limited.
        public var length: ClosedRange<Int>?
        /// Of a whole number the only ones that it may be; empty: any of its range.
        public var figures: [Int] = []
        /// Parameters, job-file keys and roles that cannot be used together with it.
        public var notWith: [String] = []
        /// Values that other parameters must have, set or by default, if it is used.
        public var needs: [String: JSONValue] = [:]
        /// Roles whose items in `input.media` get this parameter; empty: it belongs to the whole request.
        public var on: [String] = []

        public init(
            kind: Kind, summary: String, standard: JSONValue? = nil, isInput: Bool = false, isRequired: Bool = false
        ) {
            self.kind = kind
            self.summary = summary
            self.standard = standard
            self.isInput = isInput
            self.isRequired = isRequired
        }
    }

    /// How reliable the facts of a row are.
    public enum Confidence: String, Sendable, CaseIterable {
        /// Read in the provider's own documentation.
        case documented
        /// In part from others, or disputed.
        case reported
        /// Nothing is known: the job file named a model that the catalogue does not have.
        case unknown
    }

    public var id: String
    /// Snapshots and other names that are sent as typed (`sameAs`), in any order.
    public var snapshots: [String]
    public var title: String
    public var status: Status
    public var kinds: [JobKind]
    /// In order of preference; an asynchronous one comes first if a model has both.
    public var endpoints: [Endpoint]
    /// The inputs that it accepts besides text, in the row's order.
    public var inputs: [Input]
    public var inputRules: [InputRule]
    public var files: FileWay
    public var size: SizeRule
    /// For a film; nil: the model has no such parameter.
    public var resolution: ChoiceRule?
    public var ratio: ChoiceRule?
    /// Nil: it makes no films, or only of a length that is not known.
    public var duration: DurationRule?
    public var count: ClosedRange<Int>
    /// Job-file keys that map to a parameter: `ratio` → `aspect_ratio`.
    public var words: [String: WordMap]
    /// Writes texts between its pictures.
    public var makesTexts: Bool
    /// The function of the model that these rules belong to; nil: none.
    public internal(set) var function: String?
    /// The key that sets only a maximum number of outputs: `n`, or a parameter; nil: the number is exact.
    public var upTo: String?
    /// Functions of which a job must name one: the rules of each function by its name, in the row's order.
    public var functions: [Function]
    /// Nil: the model takes no prompt.
    public var promptLimit: TextLimit?
    /// The model works without a prompt, too.
    public var promptIsOptional: Bool
    /// Nil: the model takes no negative prompt.
    public var negativePromptLimit: TextLimit?
    /// Includes parameters with their own key in the job file (`seed`, `prompt_extend`, `watermark`).
    public var parameters: [String: Parameter]
    /// By region (`beijing`, `singapore`, …); a region without one has no known price.
    public var prices: [String: Price]
    /// `2026-05-30`: the day as of which the prices were read.
    public var pricesAsOf: String?
    public var limit: LaneLimit
    /// Where a region's limit is another one.
    public var limits: [String: LaneLimit]
    /// Regions that have the model; empty: not known to be limited.
    public var regions: [String]
    /// Ids by region, where a region spells it otherwise.
    public var ids: [String: String]
    /// The same model under a condition, with that condition's rules, in the row's order.
    public var variants: [Variant]
    public var confidence: Confidence
    /// Where the facts were read, and when: `Model Studio documentation, 2026-05-30`.
    public var source: String
    /// Nil: the source puts it in none.
    public var tier: Tier?
    /// What it is good at, in the source's words: `typography`, `portrait_retouching`.
    public var capabilities: [String] = []
    /// Languages of prompts, as the source writes them: `en`, `zh`; empty: the source says nothing.
    public var languages: [String] = []

    public init(
        id: String, snapshots: [String] = [], title: String, status: Status, kinds: [JobKind], endpoints: [Endpoint],
        inputs: [Input] = [], inputRules: [InputRule] = [], files: FileWay = .within, size: SizeRule,
        resolution: ChoiceRule? = nil, ratio: ChoiceRule? = nil, duration: DurationRule? = nil,
        count: ClosedRange<Int> = 1...1, upTo: String? = nil, words: [String: WordMap] = [:], makesTexts: Bool = false,
        functions: [Function] = [], promptLimit: TextLimit?,
        promptIsOptional: Bool = false, negativePromptLimit: TextLimit? = nil, parameters: [String: Parameter] = [:],
        prices: [String: Price] = [:], pricesAsOf: String? = nil, limit: LaneLimit, limits: [String: LaneLimit] = [:],
        regions: [String] = [], ids: [String: String] = [:], variants: [Variant] = [],
        confidence: Confidence = .documented, source: String
    ) {
        self.id = id
        self.snapshots = snapshots
        self.title = title
        self.status = status
        self.kinds = kinds
        self.endpoints = endpoints
        self.inputs = inputs
        self.inputRules = inputRules
        self.files = files
        self.size = size
        self.resolution = resolution
        self.ratio = ratio
        self.duration = duration
        self.count = count
        self.upTo = upTo
        self.words = words
        self.makesTexts = makesTexts
        self.functions = functions
        self.promptLimit = promptLimit
        self.promptIsOptional = promptIsOptional
        self.negativePromptLimit = negativePromptLimit
        self.parameters = parameters
        self.prices = prices
        self.pricesAsOf = pricesAsOf
        self.limit = limit
        self.limits = limits
        self.regions = regions
        self.ids = ids
        self.variants = variants
        self.confidence = confidence
        self.source = source
    }

    /// How many pictures a job may give it to work on.
    public var references: ClosedRange<Int> { input("reference_image")?.count ?? 0...0 }

    public func input(_ role: String) -> Input? { inputs.first { $0.role == role } }

    /// The id that is sent for this row in a region.
    public func id(in region: String) -> String { ids[region] ?? id }

    public func limit(in region: String) -> LaneLimit { limits[region] ?? limit }
}

/// The sizes that a model can make.
public struct SizeRule: Sendable, Equatable {
    public enum Shape: Sendable, Equatable {
        /// The model decides; `size` is refused.
        case fixedByModel
        /// Nothing is known: what is asked is sent.
        case asWritten
        case oneOf([PixelSize])
        /// Each side within the range.
        case sides(ClosedRange<Int>)
        /// Pixels in all, and width by height.
        case area(ClosedRange<Int>, ratio: ClosedRange<Double>)
    }

    public var shape: Shape
    /// Words that the model itself accepts, with their number of pixels: `2K` → 4194304.
    public var keywords: [String: Int]
    /// The provider rounds sides to a multiple of this.
    public var step: Int
    /// The provider's default if none is sent; nil: it decides.
    public var standard: String?
    /// Sizes that the provider's pages recommend. They are accepted even if the rule's limits exclude them by a little:
    /// the same pages say both.
    public var suggested: [PixelSize]
    /// How many pixels a size has that is given as a ratio only.
    public var usualArea: Int
    /// Of a film: which sizes each class has, in the row's order; empty: a size belongs to the class that has about as many pixels.
    public var classes: [SizeClass]

    /// The sizes that a provider lists for `720P`.
    public struct SizeClass: Sendable, Equatable {
        public var word: String
        public var sizes: [PixelSize]

        public init(word: String, sizes: [PixelSize]) {
            self.word = word
            self.sizes = sizes
        }
    }

    public init(
        shape: Shape, keywords: [String: Int] = [:], step: Int = 1, standard: String? = nil,
        suggested: [PixelSize] = [], usualArea: Int = 1 << 20, classes: [SizeClass] = []
    ) {
        self.shape = shape
        self.keywords = keywords
        self.step = step
        self.standard = standard
        self.suggested = suggested
        self.usualArea = usualArea
        self.classes = classes
    }
}
