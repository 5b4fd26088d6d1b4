/// One row of the catalogue: what a model takes, what it costs, how fast it may be asked. All of it is data.
public struct Model: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable { case current, older, legacy }

    public struct Endpoint: Sendable, Equatable {
        /// The reference's tag: `E1`, `E2`, …
        public var tag: String
        /// Below the API root.
        public var path: String
        public var mode: CallMode
        public var family: BodyFamily

        public init(tag: String, path: String, mode: CallMode, family: BodyFamily) {
            self.tag = tag
            self.path = path
            self.mode = mode
            self.family = family
        }
    }

    /// How long a text may be before the provider cuts it without a word.
    public struct TextLimit: Sendable, Equatable {
        public enum Unit: String, Sendable { case characters, tokens }
        public var count: Int
        public var unit: Unit

        public init(count: Int, unit: Unit) {
            self.count = count
            self.unit = unit
        }
    }

    /// Type and range of a value in `parameters`.
    public struct Parameter: Sendable, Equatable {
        public enum Kind: Sendable, Equatable {
            case boolean
            case integer(ClosedRange<Int>?)
            case number(ClosedRange<Double>?)
            case text(choices: [String])
            /// Checked by the provider only.
            case any
        }
        public var kind: Kind
        public var summary: String
        /// What the provider takes when none is sent; nil: unknown, or none.
        public var standard: JSONValue?

        public init(kind: Kind, summary: String, standard: JSONValue? = nil) {
            self.kind = kind
            self.summary = summary
            self.standard = standard
        }
    }

    /// What one submission costs, by its parts.
    public struct Price: Sendable, Equatable {
        /// For each output picture.
        public var output: Money
        /// For each output picture of more than `largeAbove` pixels.
        public var largeOutput: Money?
        public var largeAbove: Int?
        /// For each input picture; nil: nothing.
        public var input: Money?

        public init(output: Money, largeOutput: Money? = nil, largeAbove: Int? = nil, input: Money? = nil) {
            self.output = output
            self.largeOutput = largeOutput
            self.largeAbove = largeAbove
            self.input = input
        }
    }

    /// How well the facts of a row are known.
    public enum Confidence: String, Sendable, CaseIterable {
        /// Read in the provider's own documentation.
        case documented
        /// In part from others, or disputed.
        case reported
    }

    /// What input pictures must be.
    public struct MediaLimit: Sendable, Equatable {
        /// Lower-case format names as `ImageProbe` gives them: `jpeg`, `png`, …
        public var formats: [String]
        public var side: ClosedRange<Int>?
        /// Width divided by height.
        public var ratio: ClosedRange<Double>?
        public var bytesMax: Int
        public var alpha: Bool
        /// False where `side` is advice and not a refusal.
        public var sideIsStrict: Bool

        public init(
            formats: [String], side: ClosedRange<Int>?, ratio: ClosedRange<Double>?, bytesMax: Int, alpha: Bool,
            sideIsStrict: Bool
        ) {
            self.formats = formats
            self.side = side
            self.ratio = ratio
            self.bytesMax = bytesMax
            self.alpha = alpha
            self.sideIsStrict = sideIsStrict
        }
    }

    public var id: String
    /// Snapshots and other names that go on the wire as typed (`sameAs`), in any order.
    public var snapshots: [String]
    public var title: String
    public var status: Status
    public var kinds: [JobKind]
    /// In order of preference; an asynchronous one stands first where a model has both.
    public var endpoints: [Endpoint]
    public var references: ClosedRange<Int>
    public var size: SizeRule
    public var count: ClosedRange<Int>
    public var promptLimit: TextLimit?
    /// Nil: the model takes no negative prompt.
    public var negativePromptLimit: TextLimit?
    /// Parameters with a word of their own in the job file (`seed`, `prompt_extend`, `watermark`) stand here too.
    public var parameters: [String: Parameter]
    /// By region (`beijing`, `singapore`, …); a region without one has no known price.
    public var prices: [String: Price]
    /// `2026-05-30`: the day as of which the prices were read.
    public var pricesAsOf: String?
    public var limit: LaneLimit
    /// Where a region's limit is another one.
    public var limits: [String: LaneLimit]
    public var media: MediaLimit?
    /// Regions that have the model; empty: not known to be limited.
    public var regions: [String]
    /// Ids by region, where a region spells it otherwise.
    public var ids: [String: String]
    /// The same model under a condition, with that condition's rules: a Boolean parameter that is true
    /// (`enable_interleave`), or `references` where pictures are given.
    public var variants: [String: Model]
    public var confidence: Confidence
    /// Where the facts were read, and when: `Model Studio documentation, 2026-05-30`.
    public var source: String

    public init(
        id: String, snapshots: [String] = [], title: String, status: Status, kinds: [JobKind], endpoints: [Endpoint],
        references: ClosedRange<Int>, size: SizeRule, count: ClosedRange<Int>, promptLimit: TextLimit?,
        negativePromptLimit: TextLimit?, parameters: [String: Parameter], prices: [String: Price],
        pricesAsOf: String? = nil, limit: LaneLimit, limits: [String: LaneLimit] = [:], media: MediaLimit?,
        regions: [String] = [], ids: [String: String] = [:], variants: [String: Model] = [:],
        confidence: Confidence = .documented, source: String
    ) {
        self.id = id
        self.snapshots = snapshots
        self.title = title
        self.status = status
        self.kinds = kinds
        self.endpoints = endpoints
        self.references = references
        self.size = size
        self.count = count
        self.promptLimit = promptLimit
        self.negativePromptLimit = negativePromptLimit
        self.parameters = parameters
        self.prices = prices
        self.pricesAsOf = pricesAsOf
        self.limit = limit
        self.limits = limits
        self.media = media
        self.regions = regions
        self.ids = ids
        self.variants = variants
        self.confidence = confidence
        self.source = source
    }

    /// The rules that hold for a request: those of the first variant (by name) whose condition it meets, else the row's.
    ///
    /// - Parameter isOn: whether a Boolean parameter is true in the request.
    public func rules(references: Int, isOn: (String) -> Bool) -> Model {
        let met = variants.keys.sorted().first { $0 != "references" && isOn($0) }
        if let met, let variant = variants[met] { return variant }
        return references > 0 ? variants["references"] ?? self : self
    }

    /// What goes on the wire for this row in a region.
    public func id(in region: String) -> String { ids[region] ?? id }

    public func limit(in region: String) -> LaneLimit { limits[region] ?? limit }
}

/// Width and height in pixels.
public struct PixelSize: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Zero-sided and overflowing sizes have none.
    public var area: Int {
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? .max : area
    }
    /// Width divided by height.
    public var ratio: Double { Double(width) / Double(max(1, height)) }
    /// As the provider spells it: `1664*928`.
    public var wire: String { "\(width)*\(height)" }
}

/// Which sizes a model can make.
public struct SizeRule: Sendable, Equatable {
    public enum Shape: Sendable, Equatable {
        /// The model decides; `size` is refused.
        case fixedByModel
        case oneOf([PixelSize])
        /// Each side within the range.
        case sides(ClosedRange<Int>)
        /// Pixels in all, and width by height.
        case area(ClosedRange<Int>, ratio: ClosedRange<Double>)
    }

    public var shape: Shape
    /// Words that the model takes itself, with the pixels they stand for: `2K` → 4194304.
    public var keywords: [String: Int]
    /// The provider rounds sides to a multiple of this.
    public var step: Int
    /// What the provider makes when none is sent; nil: it decides.
    public var standard: String?
    /// Sizes that the provider's pages recommend. They are taken even where the rule's figures would leave them out by a
    /// little: the same pages say both.
    public var suggested: [PixelSize]
    /// How many pixels a size has that is given as a ratio only.
    public var usualArea: Int

    public init(
        shape: Shape, keywords: [String: Int] = [:], step: Int = 1, standard: String? = nil,
        suggested: [PixelSize] = [], usualArea: Int = 1 << 20
    ) {
        self.shape = shape
        self.keywords = keywords
        self.step = step
        self.standard = standard
        self.suggested = suggested
        self.usualArea = usualArea
    }
}
