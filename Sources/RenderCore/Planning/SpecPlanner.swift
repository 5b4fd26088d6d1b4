/// Plans one spec: chooses the model, and checks that it supports the request.
struct SpecPlanner {
    let spec: JobSpec
    let configuration: Configuration
    let catalogue: ModelCatalogue
    var region: String { configuration.provider.region }

    /// A price in another currency than the budget's makes the job wait, and is no mistake of it.
    let currencyMayWait: Bool

    init(
        _ spec: JobSpec, _ configuration: Configuration, _ catalogue: ModelCatalogue, currencyMayWait: Bool = false
    ) {
        self.spec = spec
        self.configuration = configuration
        self.catalogue = catalogue
        self.currencyMayWait = currencyMayWait
    }

    /// One plan a seed, numbered zero; what is wrong goes to `found`.
    func plans(_ references: inout ReferencePlanner, _ found: inout DiagnosticCollector) -> [RenderPlan] {
        // Without the words that choose the model every further remark would be a guess.
        guard spec.unread.isDisjoint(with: ["model", "kind", "family", "endpoint"]), let row = row(&found) else {
            checkPrompt(nil, &found)
            return []
        }
        let errors = found.errorCount
        let function = function(row.model, references, &found)
        // Which rules hold is not known then, and every further remark would be a guess.
        if !row.model.functions.isEmpty, function == nil {
            checkWithoutFunction(row.model, &references, &found)
            return []
        }
        // The roles decide which rules hold, and the rules which roles there are: once by the row's, then by its own.
        let given = MediaAssignment(spec, row.model.rules(for: Model.Request(function: function)), references)
        let model = row.model.rules(
            for: Model.Request(roles: given.roles, parameters: requestParameters(row.model), function: function))
        let media = MediaAssignment(spec, model, references)
        checkPrompt(model, &found)
        let kind = kind(model, media.roles, &found)
        media.check(catalogue, kind, region, &found)
        checkTexts(model, &found)
        checkSwitches(model, &found)
        var parameters = parameters(model, media, &found)
        parameters.body.merge(mappedWords(model, &found)) { _, mapped in mapped }
        let count = count(model, &found)
        let frame = frame(model, &found)
        let seconds = duration(model, &found)
        let output = max(0, seconds ?? model.duration?.standard ?? 0)
        var planned = references.plan(media, for: model, output: output, &found)
        for index in planned.indices { planned[index].set(item: itemParameters(model, of: planned[index])) }
        guard let endpoint = endpoint(model, &found) else {
            // A row without an endpoint is refused when the catalogue is read.
            return []
        }
        var lane = model.limit(in: region)
        if endpoint.mode == .sync { lane.running = nil }
        let quote = quote(model, count: count, area: frame?.area, seconds: seconds, planned, references)
        checkBudget(quote, row.model, &found)
        if found.errorCount == errors { warnOfPrice(quote, model, row.model, &found) }
        // What the provider wants said has fields of its own where it has words of its own.
        let standardSize = parameters.body.removeValue(forKey: "size")?.string
        let standardResolution = parameters.body.removeValue(forKey: "resolution")?.string
        let standardDuration = parameters.body.removeValue(forKey: "duration")?.int
        let plan = RenderPlan(
            number: 0, kind: kind, modelAsked: row.asked, model: row.wireID, mode: endpoint.mode,
            medium: endpoint.form.makesFilms ? .film : .picture,
            wire: catalogue.spelling.plan(endpoint, input: parameters.input), prompt: spec.prompt?.value ?? "",
            negativePrompt: negativePrompt, references: planned, function: function, size: frame?.size ?? standardSize,
            resolution: frame?.resolution ?? standardResolution, ratio: frame?.ratio,
            duration: seconds ?? standardDuration, count: count, seed: nil,
            promptExtend: spec.promptExtend?.value, watermark: spec.watermark?.value, parameters: parameters.body,
            leavesTask: model.confidence == .unknown ? false : nil, makesTexts: model.makesTexts ? true : nil,
            outputName: spec.outputName?.value ?? configuration.delivery.outputName,
            priority: spec.priority?.value ?? .normal, notBefore: spec.notBefore?.value,
            giveUpAfterSeconds: spec.giveUpAfter.map { Self.inSeconds($0.value) }, tags: spec.tags,
            metadata: spec.metadata, estimate: quote?.range.high, quote: quote, lane: lane)
        guard !spec.seeds.isEmpty else { return [plan] }
        return spec.seeds.map { seed in
            var one = plan
            one.seed = seed.value
            return one
        }
    }

    private var negativePrompt: String? {
        spec.negativePrompt.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    private static func inSeconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// What decides which rules of a row hold: its parameters, also those with a word of their own.
    private func requestParameters(_ row: Model) -> [String: JSONValue] {
        var parameters = spec.parameters.mapValues(\.value)
        if let flag = spec.promptExtend?.value { parameters["prompt_extend"] = .bool(flag) }
        if let flag = spec.watermark?.value { parameters["watermark"] = .bool(flag) }
        if let flag = spec.sound?.value { parameters["audio"] = .bool(flag) }
        for (name, word) in [("size", spec.size), ("resolution", spec.resolution), ("ratio", spec.ratio)] {
            if let word { parameters[name] = .string(word.value) }
        }
        // A class may stand in `size` as well, or be what a size amounts to.
        if row.makesFilms, row.words["resolution"] == nil, let frame = frame(row), let area = frame.area {
            parameters["resolution"] = .string(frame.resolution ?? ResolutionClass.nearest(to: area).word)
        }
        // What is wrong with them is said when they are planned.
        var unheard = DiagnosticCollector()
        return parameters.merging(mappedWords(row, &unheard)) { _, mapped in mapped }
    }

    private func frame(_ row: Model) -> FrameResolution.Resolved? {
        // Why it is refused is said when it is planned.
        try? FrameResolution(row).resolve(
            size: spec.size?.value, resolution: spec.resolution?.value, ratio: spec.ratio?.value)
    }

    // MARK: Price

    private func quote(
        _ model: Model, count: Int, area: Int?, seconds: Int?, _ planned: [PlannedReference],
        _ references: ReferencePlanner
    ) -> Quote? {
        guard let price = model.prices[region] else { return nil }
        var order = Quote.Order(count: count, area: area)
        if let word = model.upTo {
            if word != "n" {
                let most = (spec.parameters[word]?.value ?? model.parameters[word]?.standard)?.int ?? count
                order.count = min(max(1, most), 1000)
            }
            order.countLow = min(1, order.count)
        }
        order.pictures = planned.count { reference in
            reference.role.flatMap { model.input($0)?.kind } ?? .image == .image
        }
        guard price.unit == .second else { return Quote(price, order) }
        /// How long the films (or sounds) of some roles are together, as far as their headers tell.
        func length(of roles: (Model.Input) -> Bool) -> ClosedRange<Double> {
            var range = 0.0...0.0
            for reference in planned {
                guard let input = reference.role.flatMap({ model.input($0) }), roles(input) else { continue }
                let known = references.seconds(of: reference)
                let most = input.limit.seconds ?? 0...60
                range =
                    range.lowerBound + (known ?? most.lowerBound)...range.upperBound + (known ?? most.upperBound)
            }
            return range
        }
        if price.inputSecondsMax != nil { order.inputSeconds = length { $0.kind == .video } }
        if let seconds, seconds > 0 {
            order.seconds = Double(seconds)...Double(seconds)
        } else if let rule = model.duration {
            let bounds = Double(rule.range.lowerBound)...Double(rule.range.upperBound)
            if seconds == nil, let standard = rule.standard, standard > 0 {
                order.seconds = Double(standard)...Double(standard)
            } else if let role = rule.follows {
                order.seconds = length { $0.role == role }.clamped(to: bounds)
                if order.seconds.upperBound == 0 { order.seconds = bounds }
            } else {
                order.seconds = bounds
            }
        }
        return Quote(price, order)
    }

    /// A budget that cannot count a job would not hold.
    private func checkBudget(_ quote: Quote?, _ row: Model, _ found: inout DiagnosticCollector) {
        let budget = configuration.budget
        guard budget.day != nil || budget.month != nil else { return }
        let mark = spec.model?.mark ?? spec.mark
        guard let quote else {
            found.error(
                .budgetWithoutPrice(row.id, in: region, isKnown: row.confidence != .unknown), at: mark)
            return
        }
        let currency = quote.price.bounds.high.currency
        guard currency != budget.currency, !currencyMayWait else { return }
        found.error(.budgetInOtherCurrency(row.id, currency, budget: budget.currency), at: mark)
    }

    /// What costs more than one would think.
    private func warnOfPrice(
        _ quote: Quote?, _ rules: Model, _ row: Model, _ found: inout DiagnosticCollector
    ) {
        guard let quote else { return }
        if let flag = spec.promptExtend, flag.value, let plain = row.prices[region], let own = rules.prices[region],
            own.bounds.high.micros > plain.bounds.high.micros
        {
            found.warn(
                .promptExtendCosts(row.id, own.unit, own.bounds, insteadOf: plain.bounds), at: flag.mark, topic: .price)
        }
        guard !quote.range.isExact else { return }
        let mark = spec.model?.mark ?? spec.mark
        if quote.order.area == nil, !quote.price.bounds.isExact {
            found.warn(
                .openSize(row.id, quote.range, hasResolution: rules.resolution != nil), at: mark, topic: .price)
        } else if let word = rules.upTo, rules.prices[region]?.unit == .picture {
            found.warn(
                .openCount(row.id, most: quote.order.count, quote.range),
                at: spec.parameters[word]?.mark ?? spec.count?.mark ?? mark, topic: .price)
        } else if quote.order.seconds.lowerBound == quote.order.seconds.upperBound {
            found.warn(.openInputLength(quote.range), at: mark, topic: .price)
        } else {
            found.warn(
                .openLength(quote.range, isSettable: rules.duration?.isSettable == true), at: mark, topic: .price)
        }
    }
}
