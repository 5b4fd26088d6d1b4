/// What the simulator knows of one model. A new model is a new row in `ModelTable`.
struct ModelRow: Sendable {
    /// Which `usage` and decoration the answer carries.
    enum Dialect: Sendable {
        case qwen, qwen3, zImage
        case wan(tokens: Bool)
        /// `image_count` and nothing else.
        case counted
        case kling
        case vidu
        case film([FilmUsage])
    }
    /// Which prompts a finished task repeats.
    enum Echo: Sendable {
        case nothing, original
        /// The rewritten one too, where there is one.
        case both
    }
    enum TextLimit: Sendable {
        case none
        case characters(Int)
        case words(Int)
        case tokens(Int)
    }
    /// How files may be given.
    enum Links: Sendable {
        case any
        /// `data:` is not documented.
        case withoutData
        /// Public links only.
        case published
    }
    struct Rate: Sendable, Equatable {
        var count: Int
        var seconds: Double
    }
    struct Pace: Sendable {
        var queueSeconds: Double
        var runSeconds: Double
        /// For each second of the film, besides.
        var runsPerSecond = 0.0
    }
    /// The same model while a parameter is true.
    struct Variant: Sendable {
        var flag: String
        var change: @Sendable (inout ModelRow) -> Void
    }

    var id: String
    var paths: [SubmitPath: Family]
    var dialect: Dialect
    var echo = Echo.nothing
    /// Nil: where the family puts them.
    var result: ResultPlace?
    /// `task_metrics` are printed.
    var showsMetrics = false
    var inputs: [InputRule] = []
    /// Which types of `input.media` may stand together; empty: any.
    var combinations: [Combination] = []
    /// Further keys of an item of `input.media`, and the texts that they may hold.
    var itemKeys: [String: [String]] = [:]
    /// How many files of several places together.
    var totals: [Total] = []
    /// Of the keys of `input` in each list, one must be given.
    var needsOneOf: [[String]] = []
    var functions: [String: FunctionRule] = [:]
    var parameters: [ParameterRule] = []
    var variants: [Variant] = []
    var size = SizeLimits(.notSettable, default: .ofInput)
    /// Instead of `size`: asked for by class and ratio.
    var frame: PictureFrame?
    /// The size follows from what is done to the picture.
    var canvas: Canvas?
    /// Nil: it makes pictures.
    var film: FilmRule?
    var count = 1...1
    var defaultCount = 1
    /// The parameter that counts the pictures; nil: there is none.
    var countKey: String? = "n"
    var seeds = 0...2_147_483_647
    var promptLimit = TextLimit.none
    var promptIsOptional = false
    /// Default of `prompt_extend`; nil where the model does not know it.
    var extendsPrompt: Bool?
    var watermarkKey = "watermark"
    var watermarks = false
    var watermarkText = "AI-generated"
    /// Pictures have a transparent sky.
    var isTransparent = false
    /// Makes at most as many pictures as it is asked for.
    var makesSets = false
    /// Answers with words and pictures in turn.
    var isArticle = false
    /// Can answer in pieces (SSE).
    var streams = false
    var links = Links.any
    var submitRate = Rate(count: 2, seconds: 1)
    var running = 2
    /// Models of one crowd share the running limit; nil: the model is alone.
    var crowd: String?
    var price: Tariff
    var pace: Pace
    /// Nil: everywhere.
    var regions: Set<SimulatorRegion>?

    func renamed(_ id: String) -> ModelRow { with { $0.id = id } }

    func with(_ change: (inout ModelRow) -> Void) -> ModelRow {
        var row = self
        change(&row)
        return row
    }

    /// What holds for a body: a flag in its parameters can make it another model.
    func effective(_ parameters: JSON?) -> ModelRow {
        with { row in
            for variant in variants where parameters?[variant.flag]?.flag == true { variant.change(&row) }
        }
    }

    /// The one path on which it works in the background.
    var async: SubmitPath? { paths.keys.first { $0.isAsync } }

    /// Its files cannot be fetched: the documents show that failing at run time, whatever other models do.
    var fetchesLate: Bool { paths[.outPainting] != nil || paths[.background] != nil }
}

/// Where the results of a finished task stand in `output`.
enum ResultPlace: Sendable, Equatable {
    /// `results[].url`
    case results
    /// `choices[].message.content[].image`
    case choices
    /// One link in a key.
    case key(String)
    /// One link in a key of an object.
    case within(String, key: String)
}
