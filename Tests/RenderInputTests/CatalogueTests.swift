import DashScope
import RenderCore
import RenderYAML
import Testing

@Suite struct CatalogueTests {
    @Test func `every row of the built-in catalogue is read without a complaint`() throws {
        let checked = ModelCatalogue(spelling: ModelStudioSpelling()).extended(
            by: try parser.parse(modelsText), isOwn: false, readingRows: true)
        #expect(checked.diagnostics.map { $0.rendered(file: "models.yaml", text: modelsText) } == [])
        #expect((checked.value?.models.count ?? 0) >= 22)
    }

    @Test func `a built-in row is read when somebody asks for its model`() throws {
        let rows = try parser.parse("models: [{id: torn, kinds: [no-kind], snapshots: [torn-2026-01-01]}]")
        let empty = ModelCatalogue(spelling: ModelStudioSpelling())
        let shelved = empty.extended(by: rows, isOwn: false)
        #expect(shelved.diagnostics.isEmpty, "nobody has read it yet")
        let found = try #require(shelved.value).find("torn-2026-01-01", region: "beijing")
        #expect(found == .unknown(nearest: []), "one that is not whole is no model")
        #expect(try #require(shelved.value).models.isEmpty)
        #expect(!empty.extended(by: rows, isOwn: false, readingRows: true).diagnostics.isEmpty)
        #expect(!empty.extended(by: rows).diagnostics.isEmpty)
    }

    @Test(arguments: catalogue.models.map(\.id))
    func `a row is whole`(id: String) throws {
        let model = try #require(catalogue.models.first { $0.id == id })
        #expect(!model.endpoints.isEmpty && !model.kinds.isEmpty && !model.source.isEmpty && !model.title.isEmpty)
        #expect(!model.prices.isEmpty || model.confidence == .reported, "only what others report has no price")
        #expect(model.prices.isEmpty == (model.pricesAsOf == nil))
        for rules in [model] + model.functions.map(\.rules) + model.variants.map(\.rules) {
            let families = Set(rules.endpoints.map(\.form.makesFilms))
            #expect(families == Set(rules.kinds.map(\.makesFilms)), "films by the families of films")
            for price in rules.prices.values {
                #expect((price.unit == .second) == rules.endpoints[0].form.makesFilms)
                #expect(price.tiers.last?.areaMax == nil)
            }
            for input in rules.inputs {
                #expect(input.limit.formats.allSatisfy { MediaProbe.kind(of: $0) == input.kind })
                switch BodyFamily(rawValue: rules.endpoints[0].form.name) {
                case .messages, .prompt: break
                default: #expect(input.place != nil, "\(input.role) has its place in the body")
                }
            }
            for rule in rules.inputRules {
                #expect((rule.roles + rule.notWith).allSatisfy { rules.input($0) != nil })
                #expect(
                    (rule.needs + rule.parameters.keys).allSatisfy { name in
                        rules.input(name) != nil || rules.parameters[name] != nil
                    })
            }
            if let choices = rules.resolution, let standard = choices.standard {
                #expect(choices.values.contains(standard))
            }
            if let choices = rules.ratio, let standard = choices.standard { #expect(choices.values.contains(standard)) }
            if let duration = rules.duration, let standard = duration.standard {
                #expect(duration.allows(standard) || duration.words.values.contains(standard))
            }
            if let standard = rules.size.standard {
                #expect(throws: Never.self) { try SizeResolution(rules).resolve(standard) }
            }
            for size in rules.size.suggested { #expect(SizeResolution(rules).allows(size)) }
            for parameter in rules.parameters.values { #expect(!parameter.summary.isEmpty) }
        }
        for (index, endpoint) in model.endpoints.enumerated() where endpoint.mode == .async && index > 0 {
            #expect(id.hasPrefix("qwen-image-3.0"), "an asynchronous endpoint stands first where it is sure")
        }
    }

    @Test(arguments: [
        ("qwen-image-plus", "beijing", "qwen-image-plus", "qwen-image-plus", false),
        ("Qwen-Image-PLUS", "beijing", "qwen-image-plus", "qwen-image-plus", false),
        ("qwen-image-2.0-pro-2026-03-03", "beijing", "qwen-image-2.0-pro", "qwen-image-2.0-pro-2026-03-03", false),
        ("qwen-image-max-latest", "beijing", "qwen-image-max", "qwen-image-max", true),
        ("qwen-image-plus-2027-05-01", "beijing", "qwen-image-plus", "qwen-image-plus-2027-05-01", true),
        ("wanx2.1-t2i-turbo", "singapore", "wanx2.1-t2i-turbo", "wan2.1-t2i-turbo", false),
        ("wan2.1-t2i-turbo", "beijing", "wanx2.1-t2i-turbo", "wanx2.1-t2i-turbo", false),
    ])
    func `a name leads to a row and to what goes on the wire`(
        asked: String, region: String, row: String, wire: String, notice: Bool
    ) throws {
        guard case .found(let found) = catalogue.find(asked, region: region) else {
            Issue.record("not found")
            return
        }
        #expect(found.model.id == row)
        #expect(found.wireID == wire)
        #expect((found.notice != nil) == notice)
    }

    @Test func `an unknown name offers the nearest ones`() {
        guard case .unknown(let nearest) = catalogue.find("qwen-image-plsu", region: "beijing") else {
            Issue.record("found")
            return
        }
        #expect(nearest.first == "qwen-image-plus" && nearest.count <= 3)
        #expect(catalogue.find("midjourney", region: "beijing") == .unknown(nearest: []))
    }

    @Test func `a file of one's own changes single keys and adds rows`() throws {
        let text = """
            models:
              - id: qwen-image-plus
                prices: {singapore: 0.10 CNY}
              - id: studio-model
                like: wan2.2-t2i-flash
                n: 1..2
            """
        let own = try #require(catalogue.extended(by: try parser.parse(text)).value)
        guard case .found(let plus) = own.find("qwen-image-plus", region: "beijing"),
            case .found(let studio) = own.find("studio-model", region: "beijing")
        else {
            Issue.record("not found")
            return
        }
        #expect(plus.model.prices["singapore"]?.tiers.first?.amount == Money(decimal: "0.10", currency: "CNY"))
        #expect(plus.model.prices["beijing"]?.tiers.first?.amount == Money(decimal: "0.2", currency: "CNY"))
        #expect(plus.model.endpoints.map(\.tag) == ["E3", "E1"])
        #expect(studio.model.count == 1...2)
        #expect(studio.model.limit.group == "studio-model")
        #expect(own.models.count == catalogue.models.count + 1)
    }

    @Test func `what is known of all rows follows a row that is replaced`() throws {
        let small = try smallCatalogue()
        #expect(small.largestFile == 10 << 20)
        let text = """
            media: {posters: {formats: [png], side: 384..3072, ratio: 1:8..8:1, megabytes: %}}
            models: [{id: both, snapshots: [both-2027-01-01], inputs: {reference_image: {count: 0..3, media: posters}}}]
            """
        func replaced(_ megabytes: String) throws -> ModelCatalogue {
            let rows = text.replacing("%", with: megabytes)
            return try #require(small.extended(by: try parser.parse(rows)).value)
        }
        let larger = try replaced("20")
        #expect(larger.largestFile == 20 << 20)
        #expect(try replaced("5").largestFile == 10 << 20, "of the other rows")
        guard case .found(let now) = larger.find("both-2027-01-01", region: "beijing"),
            case .found(let before) = larger.find("both-2026-01-01", region: "beijing")
        else {
            Issue.record("not found")
            return
        }
        #expect(now.notice == nil && before.notice != nil, "the former snapshot is none any more")
    }

    @Test func `a price of one's own does not carry another's date`() throws {
        let own = try #require(
            catalogue.extended(
                by: try parser.parse(
                    "models: [{id: wan2.7-t2v, prices: {beijing: 1 CNY}}, {id: wan2.7-i2v, title: I}]")
            ).value)
        #expect(own.models.first { $0.id == "wan2.7-t2v" }?.pricesAsOf == nil)
        #expect(own.models.first { $0.id == "wan2.7-i2v" }?.pricesAsOf == "2026-06-15")
    }

    @Test func `limits of one's own go with the rows that begin with them`() throws {
        let text = """
            models:
              - {id: a, like: wan2.7-image, limit: {submits: 1, per: 60s, running: 1}}
              - {id: b, like: a, title: B}
              - {id: a, prices: {beijing: 0.1 CNY}}
              - {id: c, like: wan2.7-image}
              - {id: b, like: c}
            """
        var own = try #require(catalogue.extended(by: try parser.parse(text)).value)
        func isOwn(_ id: String) -> Bool? { own.models.first { $0.id == id }?.limit.isOwn }
        #expect(isOwn("a") == true && isOwn("c") == nil && isOwn("b") == nil)
        own = try #require(own.extended(by: try parser.parse("models: [{id: d, like: a}]")).value)
        #expect(isOwn("d") == true && isOwn("wan2.7-image") == nil)
    }

    @Test(arguments: [
        ("{size: mode}", "unknown field `size` in `words`"),
        ("{duration: mode}", "unknown field `duration` in `words`"),
        ("{ratio: aspect_rato}", "`ratio` cannot stand for `aspect_rato`"),
        ("{ratio: seed}", "`ratio` cannot stand for `seed`"),
        ("{resolution: {mode: {720P: cheap}}}", "`resolution` cannot stand for `mode`"),
        ("{resolution: {mode: {720P: std}, ratio: {720P: std}}}", "`resolution` names 2 parameters, not one"),
    ])
    func `a word stands for a text parameter with choices`(words: String, message: String) throws {
        let text = "models: [{id: a, like: kling/kling-v3-video-generation, words: \(words)}]"
        let found = catalogue.extended(by: try parser.parse(text)).diagnostics.map(\.message)
        #expect(Set(found) == [message])
    }

    @Test func `mistakes in a file of one's own come out together`() throws {
        let text = """
            models:
              - id: a
                like: qwen-image-plsu
              - id: qwen-image
                prize: {beijing: 1}
                n: many
                prices: {peking: 1 CNY, beijing: 1}
            """
        let found = catalogue.extended(by: try parser.parse(text)).diagnostics.map { "\($0.mark.line) \($0.message)" }
        #expect(found.contains("3 there is no row `qwen-image-plsu` above this one"))
        #expect(found.contains("5 unknown field `prize` in `qwen-image`"))
        #expect(found.contains("6 `n` cannot be \"many\""))
        #expect(found.contains("7 unknown name `peking` in `prices`"))
        #expect(found.contains("7 `prices` cannot be \"1\""))
    }

    @Test(arguments: [
        ("z-image-turbo", false, "0.10 CNY"), ("z-image-turbo", true, "0.20 CNY"),
        ("qwen-image-edit-max", false, "0.50 CNY"),
    ])
    func `a condition changes the price`(id: String, extend: Bool, price: String) throws {
        let model = try #require(catalogue.models.first { $0.id == id })
            .rules(for: Model.Request(parameters: ["prompt_extend": .bool(extend)]))
        let cost = try #require(model.prices["beijing"].map { Quote($0, Quote.Order()).range })
        #expect(cost.isExact && cost.high.description == price)
    }

    @Test(arguments: [
        (1, 0, 1_048_576, "0.25 CNY"), (2, 1, 4_194_304, "1.02 CNY"), (1, 0, nil, "0.25 to 0.50 CNY"),
    ])
    func `size and pictures count where the model's price has them`(
        count: Int, references: Int, area: Int?, price: String
    ) throws {
        let model = try #require(catalogue.models.first { $0.id == "qwen-image-3.0-pro" })
        let order = Quote.Order(count: count, pictures: references, area: area)
        #expect(model.prices["beijing"].map { Quote($0, order).range.description } == price)
        #expect(model.prices["hongkong"] == nil && model.prices["tokyo"] != nil)
    }
}

@Suite struct SizeResolutionTests {
    private func resolve(_ id: String, _ size: String, references: Int = 0) throws -> SizeResolution.Resolved {
        let model = try #require(catalogue.models.first { $0.id == id })
        return try SizeResolution(model.rules(for: Model.Request(roles: references > 0 ? ["reference_image"] : [])))
            .resolve(size)
    }

    @Test(arguments: [
        ("qwen-image-plus", "16:9", "1664*928"), ("qwen-image-plus", "4:3", "1472*1104"),
        ("qwen-image-plus", "1:1", "1328*1328"), ("qwen-image-plus", "9:16", "928*1664"),
        ("qwen-image-plus", "1664x928", "1664*928"), ("qwen-image-plus", "1664×928", "1664*928"),
        ("qwen-image-plus", "1664 X 928", "1664*928"), ("qwen-image-plus", "1664*928", "1664*928"),
        ("qwen-image-2.0", "16:9", "2688*1536"), ("qwen-image-2.0", "4:3", "2368*1728"),
        ("qwen-image-2.0", "2k", "2048*2048"), ("qwen-image-2.0", "1K", "1024*1024"),
        ("qwen-image-2.0", "16:9 1K", "1360*768"), ("qwen-image-2.0", "21:9", "3104*1328"),
        ("qwen-image-edit-plus", "1:1", "1024*1024"), ("qwen-image-edit-plus", "3:2", "1248*832"),
        ("wan2.7-image", "2K", "2K"), ("wan2.7-image", "4:1", "4096*1024"), ("wan2.7-image", "1024x1024", "1024*1024"),
        ("wan2.7-image-pro", "4k", "4K"), ("wan2.6-t2i", "16:9", "1696*960"), ("wan2.6-t2i", "1:1", "1280*1280"),
        ("wan2.2-t2i-flash", "16:9", "1360*768"), ("wan2.2-t2i-flash", "1024x1024", "1024*1024"),
        ("z-image-turbo", "2:3", "1024*1536"),
    ])
    func `what is asked becomes what the wire takes`(id: String, asked: String, wire: String) throws {
        #expect(try resolve(id, asked).wire == wire)
    }

    @Test(arguments: [
        (
            "qwen-image-plus", "1000x1000", "size 1000x1000 is not one that qwen-image-plus can make",
            "use one of 1328*1328, 1472*1104, 1104*1472, 1664*928, 928*1664"
        ),
        (
            "qwen-image-plus", "21:9", "size 21:9 is not one that qwen-image-plus can make",
            "use one of 1664*928, 1472*1104, 1328*1328, 1104*1472, 928*1664"
        ),
        (
            "qwen-image-plus", "2K", "size 2K is not one that qwen-image-plus can make",
            "use one of 1328*1328, 1472*1104, 1104*1472, 1664*928, 928*1664"
        ),
        (
            "wan2.2-t2i-flash", "1920x1080", "size 1920x1080 is not one that wan2.2-t2i-flash can make",
            "the nearest is 1440*816; each side from 512 to 1440 pixels"
        ),
        (
            "qwen-image-edit", "1:1", "qwen-image-edit takes no size",
            "leave `size` out: the size follows the picture that is given"
        ),
        (
            "wan2.7-image", "4K", "size 4K is not one that wan2.7-image can make",
            "the nearest is 2048*2048; 768*768 to 2048*2048 pixels in all, ratio 1:8 to 8:1; or the word 1K, 2K"
        ),
    ])
    func `what cannot be made is refused with the nearest first`(
        id: String, asked: String, message: String, advice: String
    ) {
        let refusal = #expect(throws: SizeResolution.Refusal.self) { try resolve(id, asked) }
        #expect(refusal?.message.what == message)
        #expect(refusal?.message.next == advice)
    }

    @Test(arguments: [
        "", "big", "16:0", "0x10", "-1x5", "1x2x3", "99999999999999999999x1", "2K 4K", "1024x1024 2K", "16/9",
    ])
    func `what is no size is told how to write one`(asked: String) {
        let refusal = #expect(throws: SizeResolution.Refusal.self) { try resolve("qwen-image-plus", asked) }
        #expect(refusal?.message.what.hasSuffix("is not a size") == true)
    }

    @Test func `a 4K picture is made from words only`() throws {
        #expect(throws: SizeResolution.Refusal.self) { try resolve("wan2.7-image-pro", "4K", references: 1) }
        #expect(try resolve("wan2.7-image-pro", "2K", references: 1).wire == "2K")
    }

    @Test func `a size that will be rounded is sent with a word of warning`() throws {
        let size = try resolve("qwen-image-2.0", "1000x1500")
        #expect(size.wire == "1000*1500")
        #expect(size.notice == "qwen-image-2.0 rounds sides to multiples of 16: 1000*1500 comes back as 1008*1504")
    }
}
