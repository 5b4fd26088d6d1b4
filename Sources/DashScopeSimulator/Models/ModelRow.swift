/// What the simulator knows of one model. A new model is a new row in `ModelTable`.
struct ModelRow: Sendable {
    enum Family: Sendable { case prompt, messages }
    /// Which `usage` and message decoration an answer carries.
    enum Dialect: Sendable {
        case qwen, qwen3, zImage
        case wan(tokens: Bool)
        case legacyWan, wanxV1
    }
    enum TextLimit: Sendable {
        case none
        case characters(Int)
        case tokens(Int)
    }
    struct Rate: Sendable, Equatable {
        var count: Int
        var seconds: Double
    }
    struct Media: Sendable {
        var formats: Set<ImageHeader.Format>
        var sides: ClosedRange<Int>
        var sidesAreAdvice = false
        var ratioMax: Double?
        var bytesMax: Int
        var refusesAlpha = false
    }
    struct Price: Sendable {
        /// CNY for one image in Beijing, and elsewhere.
        var beijing: Double
        var elsewhere: Double
        /// For outputs above 2 250 000 pixels, where the price has two tiers.
        var large: (beijing: Double, elsewhere: Double)?
        /// For each input image.
        var input: (beijing: Double, elsewhere: Double) = (0, 0)
        /// Factor when the prompt is extended.
        var extendFactor = 1.0
    }
    struct Pace: Sendable {
        var queueSeconds: Double
        var runSeconds: Double
    }

    var id: String
    var family: Family
    var dialect: Dialect
    /// Has the synchronous path.
    var sync = true
    var async: Endpoint?
    var references: ClosedRange<Int> = 0...0
    var size: SizeRule
    var count: ClosedRange<Int> = 1...4
    var defaultCount = 4
    var promptLimit: TextLimit
    var negativeLimit: TextLimit
    /// Default of `prompt_extend`; nil where the model does not know it.
    var extendsPrompt: Bool?
    var submitRate = Rate(count: 2, seconds: 1)
    var running = 2
    var media: Media?
    var price: Price
    var pace: Pace
    /// Nil: everywhere.
    var regions: Set<SimulatorRegion>?

    func renamed(_ id: String) -> ModelRow {
        var row = self
        row.id = id
        return row
    }

    func with(_ change: (inout ModelRow) -> Void) -> ModelRow {
        var row = self
        change(&row)
        return row
    }

    func accepts(_ endpoint: Endpoint) -> Bool {
        endpoint.isAsync ? async == endpoint : sync
    }

    /// Family and fields follow the path: a model with two paths takes messages on one, a prompt on the other.
    func family(on endpoint: Endpoint) -> Family {
        switch endpoint {
        case .multimodalGeneration, .imageGeneration: .messages
        case .textToImage, .imageToImage: .prompt
        }
    }
}
