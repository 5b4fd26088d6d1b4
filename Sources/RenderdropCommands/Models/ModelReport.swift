import RenderCore

/// A row of the catalogue as JSON: every fact, in figures. For conditions and functions the same again, with their rules.
struct ModelReport: Sendable, Encodable {
    struct Endpoint: Sendable, Encodable {
        var tag: String
        var path: String
        var mode: String
        var family: String
        var streams: Bool
    }

    /// Both ends are part of it.
    struct Bounds<Number: Encodable & Sendable>: Sendable, Encodable {
        var min: Number
        var max: Number

        init(_ range: ClosedRange<Number>) where Number: Comparable {
            min = range.lowerBound
            max = range.upperBound
        }
    }

    struct Input: Sendable, Encodable {
        var role: String
        /// `image`, `video`, `audio` or `document`
        var kind: String
        var count: Bounds<Int>
        var formats: [String]
        var side: Bounds<Int>?
        /// False: `side` is advice.
        var sideIsStrict: Bool
        /// Width divided by height.
        var ratio: Bounds<Double>?
        /// Pixels in all.
        var area: Bounds<Int>?
        var framesPerSecond: Bounds<Double>?
        var seconds: Bounds<Double>?
        var bytesMax: Int?
        var alpha: Bool
        var needsAlpha: Bool
        /// The role of what it must be as large as.
        var sameSizeAs: String?
    }

    struct Together: Sendable, Encodable {
        var roles: [String]
        /// Parameters whose items are counted with the files.
        var lists: [String]?
        /// Only where one of these is given.
        var with: [String]?
        var count: Bounds<Int>?
        var notWith: [String]
        var needs: [String]
        /// Values that parameters must have with them.
        var parameters: [String: JSONValue]?
        /// How long they play together.
        var seconds: Bounds<Double>?
    }

    struct Size: Sendable, Encodable {
        /// Nil: a size is no choice of the job's.
        var list: [String]?
        /// The sizes of each class, where the row lists them so.
        var classes: [String: [String]]?
        var sides: Bounds<Int>?
        var area: Bounds<Int>?
        var ratio: Bounds<Double>?
        /// Words, and the pixels that they stand for.
        var keywords: [String: Int]
        var `default`: String?
        var step: Int
        var suggested: [String]
    }

    struct Choice: Sendable, Encodable {
        var values: [String]
        var `default`: String?
    }

    struct Duration: Sendable, Encodable {
        var range: Bounds<Int>
        var only: [Int]
        var `default`: Int?
        var words: [String: Int]
        var follows: String?
        var isSettable: Bool
    }

    struct TextLimit: Sendable, Encodable {
        var count: Int
        var unit: String
        /// So many Chinese, Japanese and Korean characters, where fewer of them are read.
        var cjk: Int?
    }

    struct Parameter: Sendable, Encodable {
        /// `boolean`, `integer`, `number`, `text`, `list` or `any`
        var type: String
        var range: Bounds<Double>?
        /// Of a text, or of each item of a list.
        var choices: [String]?
        /// Of a text, in characters.
        var length: Bounds<Int>?
        /// Of a list.
        var count: Bounds<Int>?
        /// Of a list: `text`, `colours`, `boxes` or `any`
        var items: String?
        /// The role of which each file has one item of a list.
        var oneEach: String?
        var notWith: [String]?
        var needs: [String: JSONValue]?
        var `default`: JSONValue?
        var required: Bool
        var summary: String
    }

    /// A word of job files that stands for a parameter.
    struct Word: Sendable, Encodable {
        var parameter: String
        /// How the parameter spells what a job file says; nil: as it stands.
        var spelling: [String: String]?
    }

    struct Tier: Sendable, Encodable {
        var name: String?
        /// Pixels of one output; nil: however many.
        var areaMax: Int?
        var amount: String
    }

    struct Cost: Sendable, Encodable {
        /// `picture` or `second`
        var unit: String
        var currency: String
        var tiers: [Tier]
        /// For each input picture.
        var input: String?
        /// So many seconds of input films are billed like output.
        var inputSecondsMax: Double?
    }

    struct Limit: Sendable, Encodable {
        var group: String
        var submits: Int
        var perSeconds: Int
        var running: Int?

        init(_ limit: LaneLimit) {
            group = limit.group
            submits = limit.submits
            perSeconds = limit.perSeconds
            running = limit.running
        }
    }

    struct Case: Sendable, Encodable {
        /// The function's name, or the condition in words.
        var name: String
        var summary: String?
        var rules: ModelReport
    }

    var id: String
    var title: String
    var status: String
    var kinds: [String]
    var snapshots: [String]
    /// Where a region has another name for it.
    var ids: [String: String]
    /// Empty: not known to be limited.
    var regions: [String]
    var endpoints: [Endpoint]
    var inputs: [Input]
    var together: [Together]
    var files: String
    var size: Size
    var resolution: Choice?
    var ratio: Choice?
    var duration: Duration?
    /// By the word: `resolution`, `ratio`.
    var words: [String: Word]?
    /// It writes texts between its pictures.
    var texts: Bool
    var n: Bounds<Int>
    var prompt: TextLimit?
    var promptIsOptional: Bool
    var negativePrompt: TextLimit?
    var parameters: [String: Parameter]
    var prices: [String: Cost]
    var pricesAsOf: String?
    var limit: Limit
    var limits: [String: Limit]
    var functions: [Case]
    var when: [Case]
    var confidence: String
    var source: String
    /// `premium`, `mid`, `budget` or `specialised`; nil: the source puts it in none.
    var tier: String?
    var capabilities: [String]?
    var languages: [String]?

    init(_ model: Model) {
        id = model.id
        title = model.title
        status = model.status.rawValue
        kinds = model.kinds.map(\.rawValue)
        snapshots = model.snapshots
        ids = model.ids
        regions = model.regions
        endpoints = model.endpoints.map {
            Endpoint(
                tag: $0.tag, path: $0.path, mode: $0.mode.rawValue, family: $0.form.name, streams: $0.streams)
        }
        inputs = model.inputs.map(Input.init)
        together = model.inputRules.map {
            Together(
                roles: $0.roles, lists: $0.lists.isEmpty ? nil : $0.lists, with: $0.with.isEmpty ? nil : $0.with,
                count: $0.count.map { Bounds($0) }, notWith: $0.notWith, needs: $0.needs,
                parameters: $0.parameters.isEmpty ? nil : $0.parameters,
                seconds: $0.seconds.map { Bounds($0) })
        }
        files = model.files.rawValue
        size = Size(model.size)
        resolution = model.resolution.map { Choice(values: $0.values, default: $0.standard) }
        ratio = model.ratio.map { Choice(values: $0.values, default: $0.standard) }
        duration = model.duration.map {
            Duration(
                range: Bounds($0.range), only: $0.only, default: $0.standard, words: $0.words, follows: $0.follows,
                isSettable: $0.isSettable)
        }
        words =
            model.words.isEmpty
            ? nil
            : model.words.mapValues { Word(parameter: $0.parameter, spelling: $0.spelling.isEmpty ? nil : $0.spelling) }
        texts = model.makesTexts
        n = Bounds(model.count)
        prompt = model.promptLimit.map { TextLimit(count: $0.count, unit: $0.unit.rawValue, cjk: $0.cjk) }
        promptIsOptional = model.promptIsOptional
        negativePrompt = model.negativePromptLimit.map {
            TextLimit(count: $0.count, unit: $0.unit.rawValue, cjk: $0.cjk)
        }
        parameters = model.parameters.mapValues(Parameter.init)
        prices = model.prices.mapValues(Cost.init)
        pricesAsOf = model.pricesAsOf
        limit = Limit(model.limit)
        limits = model.limits.mapValues { Limit($0) }
        functions = model.functions.map {
            Case(name: $0.name, summary: $0.summary, rules: ModelReport($0.rules))
        }
        when = model.variants.map { Case(name: $0.condition.inWords, rules: ModelReport($0.rules)) }
        confidence = model.confidence.rawValue
        source = model.source
        tier = model.tier?.rawValue
        capabilities = model.capabilities.isEmpty ? nil : model.capabilities
        languages = model.languages.isEmpty ? nil : model.languages
    }
}

extension ModelReport.Input {
    fileprivate init(_ input: Model.Input) {
        let limit = input.limit
        self.init(
            role: input.role, kind: input.kind.rawValue, count: .init(input.count), formats: limit.formats,
            side: limit.side.map { .init($0) }, sideIsStrict: limit.sideIsStrict, ratio: limit.ratio.map { .init($0) },
            area: limit.area.map { .init($0) }, framesPerSecond: limit.pace.map { .init($0) },
            seconds: limit.seconds.map { .init($0) }, bytesMax: limit.bytesMax, alpha: limit.alpha,
            needsAlpha: limit.needsAlpha, sameSizeAs: input.sameSizeAs)
    }
}

extension ModelReport.Size {
    fileprivate init(_ rule: SizeRule) {
        self.init(
            keywords: rule.keywords, default: rule.standard, step: rule.step, suggested: rule.suggested.map(\.wire))
        switch rule.shape {
        case .fixedByModel, .asWritten: break
        case .oneOf(let sizes):
            list = sizes.map(\.wire)
            if !rule.classes.isEmpty {
                classes = Dictionary(
                    rule.classes.map { ($0.word, $0.sizes.map(\.wire)) }, uniquingKeysWith: { first, _ in first })
            }
        case .sides(let range): sides = .init(range)
        case .area(let range, let ratio):
            area = .init(range)
            self.ratio = .init(ratio)
        }
    }
}

extension ModelReport.Parameter {
    fileprivate init(_ parameter: Model.Parameter) {
        self.init(
            type: "any", default: parameter.standard, required: parameter.isRequired, summary: parameter.summary)
        length = parameter.length.map { .init($0) }
        notWith = parameter.notWith.isEmpty ? nil : parameter.notWith
        needs = parameter.needs.isEmpty ? nil : parameter.needs
        switch parameter.kind {
        case .boolean: type = "boolean"
        case .integer(let range):
            type = "integer"
            choices = parameter.figures.isEmpty ? nil : parameter.figures.map(String.init)
            self.range = range.map { .init(Double($0.lowerBound)...Double($0.upperBound)) }
        case .number(let range):
            type = "number"
            self.range = range.map { .init($0) }
        case .text(let choices):
            type = "text"
            self.choices = choices.isEmpty ? nil : choices
        case .list(let rule):
            type = "list"
            count = rule.count.map { .init($0) }
            oneEach = rule.oneEach
            switch rule.items {
            case .text(let choices):
                items = "text"
                self.choices = choices.isEmpty ? nil : choices
            case .colours: items = "colours"
            case .boxes: items = "boxes"
            case .any: items = "any"
            }
        case .any: break
        }
    }
}

extension ModelReport.Cost {
    fileprivate init(_ price: Price) {
        self.init(
            unit: price.unit.rawValue, currency: price.currency,
            tiers: price.tiers.map { .init(name: $0.name, areaMax: $0.areaMax, amount: $0.amount.decimal) },
            input: price.input?.decimal, inputSecondsMax: price.inputSecondsMax)
    }
}
