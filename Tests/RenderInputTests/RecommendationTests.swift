import RenderCore
import Testing

/// Which models can do a job: each plans it, and what comes of that is ranked.
@Suite struct RecommendationTests {
    private func recommend(
        _ text: String, in catalogue: ModelCatalogue, _ pictures: Pictures = .none
    ) throws -> Recommendation {
        let read = try specs(text)
        try #require(!read.diagnostics.contains { $0.severity == .error })
        return Recommendation(
            read.specs, planner: JobPlanner(configuration: configuration(), catalogue: catalogue), references: pictures)
    }

    private func recommend(_ text: String) throws -> Recommendation {
        try recommend(text, in: smallCatalogue(), .jpeg("cat.jpg", 800, 800))
    }

    @Test func `what can is told with what it takes, makes and costs; what cannot with its reasons`() throws {
        let found = try recommend("prompt: a\nreferences: [cat.jpg]\nsize: 1:1\nn: 2\n")
        #expect(found.mistakes == [])
        #expect(found.choices.map(\.model.id) == ["both", "tool"])
        #expect(
            found.choices.first?.reasons == [
                "takes 1 picture", "1:1 as 2048*2048", "2 at once", "facts are reported, not documented", "1.02 CNY",
            ])
        #expect(found.choices.last?.reasons.first == "with `function: expand`")
        try #require(found.misfits.map(\.model.id) == ["editor", "film", "words", "sizes"])
        #expect(found.misfits[0].reasons == ["takes no size"])
        #expect(found.misfits[1].reasons.count == 2, "every reason")
    }

    @Test(arguments: [
        ("1664x928", "1664*928 exactly"), ("1664*928", "1664*928 exactly"), ("16:9", "16:9 as 1664*928"),
    ])
    func `a size is told as it was asked for`(asked: String, told: String) throws {
        let found = try recommend("prompt: a\nsize: \(asked)\n")
        #expect(found.choices.first { $0.model.id == "words" }?.reasons.first == told)
    }

    @Test func `fewer warnings go before age, age before certainty, certainty before price`() throws {
        let catalogue = try made(
            """
            endpoints: {A: {path: /a, mode: async, family: M}}
            models:
              - id: legacy
                kinds: [text-to-image]
                endpoints: [A]
                prompt: 100 characters
                status: legacy
                prices: {beijing: 0.01 CNY}
                limit: {submits: 1}
                confidence: documented
                source: the tests
              - {id: warned, like: legacy, status: current, prompt: 3 characters}
              - {id: older, like: legacy, status: older}
              - {id: reported, like: legacy, status: current, confidence: reported}
              - {id: unpriced, like: legacy, status: current, prices: {beijing: }}
              - {id: foreign, like: unpriced, prices: {beijing: 0.01 USD}}
              - {id: dear, like: unpriced, prices: {beijing: 0.5 CNY}}
              - {id: cheap, like: unpriced, prices: {beijing: 0.2 CNY}}
              - {id: as-cheap, like: cheap}
              - {id: elsewhere, like: cheap, regions: [singapore]}
            """)
        let found = try recommend("prompt: a robot\n", in: catalogue)
        #expect(
            found.choices.map(\.model.id) == [
                "cheap", "as-cheap", "dear", "foreign", "unpriced", "reported", "older", "legacy", "warned",
            ])
        #expect(found.choices.last?.reasons.first?.hasPrefix("but `prompt` has 7 characters; warned reads 3") == true)
        #expect(found.choices[4].reasons == ["its price is not known"])
        #expect(found.misfits.map(\.reasons) == [["is not offered in beijing"]])
    }

    @Test func `a film is recommended where one is asked for, and not where a picture does`() throws {
        let picture = try recommend("prompt: a\n")
        #expect(picture.choices.map(\.model.id) == ["both", "words"])
        #expect(
            picture.misfits.first { $0.model.id == "film" }?.reasons
                == ["makes a film, which `kind: text-to-video` would ask for"])
        for text in ["kind: text-to-video", "duration: 5"] {
            let film = try recommend("prompt: a\n\(text)\n")
            #expect(film.choices.map(\.model.id) == ["sizes", "film"])
            #expect(film.choices.first?.reasons.last == "3.00 CNY")
        }
    }

    @Test func `a kind that is written down leaves out what does other things`() throws {
        let found = try recommend("prompt: a\nkind: image-edit\nreferences: [cat.jpg]\n")
        #expect(found.choices.map(\.model.id) == ["both", "tool", "editor"])
        #expect(found.misfits.isEmpty)
        let none = try recommend("prompt: a\nkind: speech-to-video\n")
        #expect(none.choices.isEmpty && none.misfits.isEmpty && none.mistakes.isEmpty)
    }

    @Test(arguments: ["model: words\n", "model: no-such-model\n", "model: x\nfamily: P\nendpoint: /a\n", ""])
    func `the model that the job names counts for nothing`(words: String) throws {
        let found = try recommend("prompt: a\n" + words)
        #expect(found.choices.map(\.model.id) == ["both", "words"])
    }

    @Test func `all renders count, but cells that differ in their model only are one`() throws {
        func price(_ text: String) throws -> String? {
            try recommend(text).choices.first { $0.model.id == "words" }?.price?.description
        }
        #expect(try price("prompt: a\nseed: [1, 2, 3]\n") == "0.60 CNY")
        #expect(try price("prompt: a {x}\nmatrix: {x: [b, c]}\nseed: [1, 2]\n") == "0.80 CNY")
        #expect(try price("prompt: a\nmatrix: {model: [words, both], seed: [1, 2]}\n") == "0.40 CNY")
        #expect(
            try price("prompt: a\nmatrix: {model: [words, both]}\noutput: {name: \"{job}-{model}\"}\n") == "0.20 CNY")
    }

    @Test func `a model must do every job of a file`() throws {
        let found = try recommend("prompt: a\n---\nprompt: b\nreferences: [cat.jpg]\n")
        #expect(found.choices.map(\.model.id) == ["both"])
        #expect(found.choices.first?.plans.map(\.kind) == [.textToImage, .imageEdit])
    }

    @Test func `a function is done by whoever has it`() throws {
        let found = try recommend("prompt: a\nreferences: [cat.jpg]\nfunction: expand\n")
        #expect(found.choices.map(\.model.id) == ["tool"])
        #expect(found.misfits.first { $0.model.id == "editor" }?.reasons == ["has no functions"])
    }

    @Test(arguments: [
        ("references: [../dog.jpg]", "the reference `../dog.jpg` cannot be used"),
        ("references: [../cat.jpg]", "the reference `../cat.jpg` cannot be used"),
    ])
    func `what is wrong with the job itself is no model's fault, and nothing is recommended`(
        words: String, message: String
    ) throws {
        let found = try recommend("prompt: a\n\(words)\n")
        #expect(found.mistakes.count == 1)
        #expect(found.mistakes.first?.message.hasPrefix(message) == true)
        #expect(found.choices.isEmpty && found.misfits.isEmpty)
    }

    @Test func `a picture that is not there yet is no reason against a model`() throws {
        let found = try recommend("prompt: a\nreferences: [dog.jpg]\n")
        #expect(found.mistakes == [])
        let whole = try recommend("prompt: a\nreferences: [cat.jpg]\n")
        #expect(found.choices.map(\.model.id) == whole.choices.map(\.model.id))
        #expect(found.choices.first?.price != nil)
    }

    @Test func `a cap on the cost counts, and each reason is told once and without the model's name`() throws {
        let found = try recommend("prompt: a\nseed: [1, 2]\nmax_cost: 0.1\n")
        #expect(found.choices.isEmpty)
        let words = try #require(found.misfits.first { $0.model.id == "words" })
        #expect(
            words.reasons == ["this job would cost about 0.40 CNY (2 renders), more than the 0.10 CNY of `max_cost`"])
        let seeds = try recommend("prompt: a {x}\nmatrix: {x: [b, c]}\nseed: [1, 2]\n")
        #expect(seeds.misfits.first { $0.model.id == "film" }?.reasons == ["takes no `seed`"])
    }

    @Test func `where the job says none, the function that does all of it is taken and told`() throws {
        let found = try recommend(
            "prompt: a\nreferences: [cat.jpg]\nmask: mask.png\n", in: smallCatalogue(), .all)
        let tool = try #require(found.choices.first { $0.model.id == "tool" })
        #expect(tool.plans.map(\.function) == ["erase"])
        #expect(tool.reasons.first == "with `function: erase`")
        let none = try recommend("prompt: a\nmask: mask.png\n", in: smallCatalogue(), .all)
        let misfit = try #require(none.misfits.first { $0.model.id == "tool" })
        #expect(misfit.reasons == ["needs a picture, and none is given"], "of the function that lacks least")
    }

    @Test func `a parameter that a model is not known to have is a reason against it`() throws {
        let found = try recommend(
            "prompt: a robot\nsize: 1:1\nparameters: {enable_interleave: true}\n", in: catalogue, .all)
        #expect(found.choices.first?.model.id == "wan2.6-image")
        for choice in found.choices {
            #expect(choice.model.allRules.contains { $0.parameters["enable_interleave"] != nil }, "\(choice.model.id)")
            #expect(!choice.reasons.contains { $0.hasPrefix("but ") }, "how many pictures come is a price")
        }
        let turbo = try #require(found.misfits.first { $0.model.id == "z-image-turbo" })
        #expect(turbo.reasons.contains { $0.hasPrefix("`enable_interleave` is not a known parameter of") })
    }

    @Test func `that it is open how many pictures come of a set speaks against no model`() throws {
        let found = try recommend("prompt: a robot\nn: 12\nparameters: {enable_sequential: true}\n", in: catalogue)
        let first = try #require(found.choices.first)
        #expect(first.model.id == "wan2.7-image")
        #expect(first.warnings.map(\.topic) == [.price])
        #expect(!first.reasons.contains { $0.hasPrefix("but ") })
        #expect(found.choices.allSatisfy { $0.model.parameters["enable_sequential"] != nil })
    }

    @Test func `of a film those that edit it go before those that continue it, whatever their age`() throws {
        let found = try recommend("prompt: make it snow\nvideo: clip.mp4\n", in: catalogue, .all)
        let kinds = found.choices.compactMap { $0.plans.first?.kind }
        let others = try #require(kinds.firstIndex { $0 != .videoEdit })
        #expect(others > 0 && !kinds[others...].contains(.videoEdit))
        let edit = try #require(found.choices.first { $0.model.id == "wan2.7-videoedit" })
        #expect(edit.reasons.first == "edits the film")
        let extend = try #require(found.choices.first { $0.model.id == "wan2.7-i2v" })
        #expect(extend.reasons.first == "continues the film")
    }

    @Test func `whoever names a model that makes films is recommended such`() throws {
        let films = try recommend("prompt: a lighthouse\nmodel: wan2.6-t2v\n", in: catalogue, .all)
        #expect(!films.choices.isEmpty && films.choices.allSatisfy(\.model.makesFilms))
        let pictures = try recommend("prompt: a lighthouse\nmodel: wan2.6-t2i\n", in: catalogue, .all)
        #expect(!pictures.choices.isEmpty && !pictures.choices.contains(where: \.model.makesFilms))
    }

    @Test func `what takes everything and misses a detail comes before what takes it not at all`() throws {
        var files = Pictures.all
        files.byName["small.png"] = .found(
            name: "small.png", bytes: 1000, probe: MediaProbe(ImageProbe(format: .png, width: 768, height: 768)))
        let found = try recommend("prompt: a hat\nreferences: [cat.jpg]\nmask: small.png\n", in: catalogue, files)
        #expect(found.choices.isEmpty && found.misfits.first?.model.id == "wanx2.1-imageedit")
    }

    @Test(arguments: [
        ("references: [cat.jpg]", "wanx2.1-imageedit", "description_edit_with_mask"),
        ("video: clip.mp4", "wanx2.1-vace-plus", "video_edit"),
    ])
    func `a mask finds the functions that take one`(given: String, model: String, function: String) throws {
        var files = Pictures.all
        files.byName["mask-of-film.png"] = .found(
            name: "mask-of-film.png", bytes: 1000,
            probe: MediaProbe(ImageProbe(format: .png, width: 1280, height: 720)))
        let mask = given.hasPrefix("video") ? "mask-of-film.png" : "mask.png"
        let found = try recommend("prompt: a red hat\n\(given)\nmask: \(mask)\n", in: catalogue, files)
        let choice = try #require(found.choices.first { $0.model.id == model })
        #expect(choice.functions.taken == [function] && choice.functions.others == 0)
        #expect(choice.reasons.contains("with `function: \(function)`"))
    }

    @Test func `the built-in catalogue has several for a picture of words and for a change to a picture`() throws {
        for text in ["prompt: a lighthouse\n", "prompt: a red hat\nreferences: [cat.jpg]\n"] {
            let found = try recommend(text, in: catalogue, .jpeg("cat.jpg", 1024, 1024))
            #expect(found.choices.count >= 5)
            #expect(found.choices.first?.model.status == .current)
            #expect(found.choices.count + found.misfits.count == catalogue.models.count)
        }
    }

    // MARK: - Several accounts

    private static func shelf(_ ids: String, in region: String, _ rows: String) throws -> ModelCatalogue {
        try made(
            """
            endpoints: {A: {path: /a, mode: async, family: M}}
            models:
              - id: \(ids)
                kinds: [text-to-image]
                endpoints: [A]
                prompt: 100 characters
                size: {sides: 256..2048, usual: 1024*1024}
                limit: {submits: 1}
                confidence: documented
                source: the tests
            \(rows)
            """)
    }

    private func recommend(
        _ text: String, rates: String?, prefer: Recommendation.Preference = .balanced, missing: String? = nil
    ) throws -> Recommendation {
        let here = try Self.shelf(
            "mine", in: "beijing",
            """
                prices: {beijing: 0.20 CNY}
              - {id: shared, like: mine, prices: {beijing: 0.5 CNY}}
              - {id: grand, like: mine, tier: premium, prices: {beijing: 3 CNY}, size: {sides: 256..4096, usual: 1024*1024}}
            """)
        let there = try Self.shelf(
            "dollars", in: "singapore",
            """
                prices: {singapore: 0.02 USD}
                tier: budget
              - {id: shared, like: dollars, prices: {singapore: 0.03 USD}}
            """)
        var settings = configuration()
        settings.budget.rates = rates.flatMap { Money(decimal: $0, currency: "CNY") }.map {
            ExchangeRates(rates: ["USD": $0], asOf: "2026-11-30")
        }
        return Recommendation(
            try specs(text).specs,
            planner: JobPlanner(
                configuration: settings, catalogue: here,
                accounts: [
                    PlanningAccount(name: "home", region: "beijing", catalogue: here),
                    PlanningAccount(name: "abroad", region: "singapore", catalogue: there, missing: missing),
                ]), references: Pictures.none, preference: prefer)
    }

    @Test func `with a rate prices in two currencies are compared, and told in both`() throws {
        let found = try recommend("prompt: a\n", rates: "7.12")
        #expect(found.choices.map(\.model.id) == ["dollars", "mine", "shared", "grand"])
        #expect(found.choices.first?.account == "abroad")
        #expect(found.choices.first?.reasons.last == "0.02 USD (0.1424 CNY)")
        #expect(found.choices.first?.compared == Money(micros: 142_400, currency: "CNY"))
        let dear = try recommend("prompt: a\n", rates: "20")
        #expect(dear.choices.map(\.model.id).prefix(2) == ["mine", "dollars"])
    }

    @Test func `without a rate the budget's currency goes first`() throws {
        let found = try recommend("prompt: a\n", rates: nil)
        #expect(found.choices.map(\.model.id) == ["mine", "shared", "grand", "dollars"])
        #expect(found.choices.last?.compared == nil)
    }

    @Test func `who prefers quality gets the highest tier first, and pays`() throws {
        let found = try recommend("prompt: a\n", rates: "7.12", prefer: .quality)
        #expect(found.choices.map(\.model.id) == ["grand", "mine", "shared", "dollars"])
    }

    @Test func `the provider and the account that a job names are the only ones that count`() throws {
        let found = try recommend("prompt: a\naccount: abroad\n", rates: "7.12")
        #expect(Set(found.choices.map(\.account)) == ["abroad"])
        #expect(try recommend("prompt: a\naccount: nobody\n", rates: nil).mistakes.count == 1)
    }

    @Test func `what a provider without an account could do is told, and what it could not is not`() throws {
        let found = try recommend("prompt: a\n", rates: "7.12", missing: "OTHER_KEY")
        #expect(found.choices.map(\.account).allSatisfy { $0 == "home" })
        #expect(found.misfits.map(\.model.id).contains("dollars"))
        #expect(found.misfits.first { $0.model.id == "dollars" }?.reasons.first?.contains("set OTHER_KEY") == true)
        let large = try recommend("prompt: a\nsize: 4000*4000\n", rates: "7.12", missing: "OTHER_KEY")
        #expect(!large.misfits.map(\.model.id).contains("dollars"))
    }

    @Test(arguments: [
        (0, 7_120_000, 0), (1, 7_120_000, 8), (20_000, 7_120_000, 142_400), (Int.max, 1, 9_223_372_036_855),
    ])
    func `an amount is converted exactly and rounded up`(micros: Int, rate: Int, result: Int) {
        let rates = ExchangeRates(rates: ["USD": Money(micros: rate, currency: "CNY")], asOf: "2026-11-30")
        #expect(rates.converted(Money(micros: micros, currency: "USD")) == Money(micros: result, currency: "CNY"))
        #expect(rates.converted(Money(micros: 1, currency: "EUR")) == nil)
    }

    @Test func `what is too large to convert has no price, and does not trap`() {
        let rates = ExchangeRates(rates: ["USD": Money(micros: .max, currency: "CNY")], asOf: "2026-11-30")
        #expect(rates.converted(Money(micros: .max, currency: "USD")) == nil)
        #expect(rates.converted(Money(micros: 1_000_001, currency: "USD")) == nil)
        #expect(rates.converted(Money(micros: 1_000_000, currency: "USD"))?.micros == .max)
    }
}
