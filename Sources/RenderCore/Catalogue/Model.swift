/// One row of the catalogue: what a model takes, what it costs, how fast it may be asked. All of it is data.
public struct Model: Sendable, Equatable {
    public enum Status: String, Sendable { case current, older, legacy }

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

        public init(kind: Kind, summary: String) {
            self.kind = kind
            self.summary = summary
        }
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
    /// A price for one output picture by region (`beijing`, `singapore`, …).
    public var prices: [String: Money]
    public var limit: LaneLimit
    public var media: MediaLimit?
    /// Where the facts were read, and when: `Model Studio documentation, 2026-05-30`.
    public var source: String

    public init(
        id: String, snapshots: [String] = [], title: String, status: Status, kinds: [JobKind], endpoints: [Endpoint],
        references: ClosedRange<Int>, size: SizeRule, count: ClosedRange<Int>, promptLimit: TextLimit?,
        negativePromptLimit: TextLimit?, parameters: [String: Parameter], prices: [String: Money], limit: LaneLimit,
        media: MediaLimit?, source: String
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
        self.limit = limit
        self.media = media
        self.source = source
    }
}

/// Width and height in pixels.
public struct PixelSize: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    public var area: Int { width * height }
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
    /// Sides are a multiple of this.
    public var step: Int
    /// What the provider makes when none is sent; nil: it decides.
    public var standard: String?

    public init(shape: Shape, keywords: [String: Int] = [:], step: Int = 1, standard: String? = nil) {
        self.shape = shape
        self.keywords = keywords
        self.step = step
        self.standard = standard
    }
}
