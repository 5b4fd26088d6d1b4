/// Plans one spec: which model, and whether it takes what is asked.
struct SpecPlanner {
    private let spec: JobSpec
    private let configuration: Configuration
    private let catalogue: ModelCatalogue
    private var region: String { configuration.provider.region }

    init(_ spec: JobSpec, _ configuration: Configuration, _ catalogue: ModelCatalogue) {
        self.spec = spec
        self.configuration = configuration
        self.catalogue = catalogue
    }

    /// One plan a seed, numbered zero; what is wrong goes to `found`.
    func plans(_ references: inout ReferencePlanner, _ found: inout DiagnosticCollector) -> [RenderPlan] {
        if spec.prompt?.value.isEmpty ?? true, !spec.unread.contains("prompt") {
            found.error(
                "this job has no prompt", at: spec.prompt?.mark ?? spec.mark, "write `prompt:` and what shall be seen")
        }
        // Without the words that choose the model every further remark would be a guess.
        guard spec.unread.isDisjoint(with: ["model", "kind"]), let row = row(&found) else { return [] }
        let model = row.model.rules(references: spec.references.count) { name in
            switch name {
            case "prompt_extend": spec.promptExtend?.value ?? false
            case "watermark": spec.watermark?.value ?? false
            default: spec.parameters[name]?.value.bool ?? false
            }
        }
        let kind = kind(model, &found)
        checkReferenceCount(model, &found)
        checkTexts(model, &found)
        checkSwitches(model, &found)
        checkParameters(model, &found)
        let count = count(model, &found)
        let size = size(model, &found)
        let pictures = references.plan(spec.references, for: model, &found)
        guard let endpoint = model.endpoints.first, let prompt = spec.prompt?.value, !prompt.isEmpty else {
            // A row without an endpoint is refused when the catalogue is read.
            return []
        }
        var lane = model.limit(in: region)
        if endpoint.mode == .sync { lane.running = nil }
        let estimate = CostEstimate.of(
            model, region: region, count: count, references: spec.references.count, area: size?.area)
        let plan = RenderPlan(
            number: 0, kind: kind, modelAsked: row.asked, model: row.wireID, endpoint: endpoint.path,
            mode: endpoint.mode,
            family: endpoint.family, prompt: prompt, negativePrompt: negativePrompt, references: pictures,
            size: size?.wire, count: count, seed: nil, promptExtend: spec.promptExtend?.value,
            watermark: spec.watermark?.value, parameters: spec.parameters.mapValues(\.value),
            outputName: spec.outputName?.value ?? configuration.delivery.outputName,
            priority: spec.priority?.value ?? .normal, notBefore: spec.notBefore?.value,
            giveUpAfterSeconds: spec.giveUpAfter.map { Self.seconds($0.value) }, tags: spec.tags,
            metadata: spec.metadata, estimate: estimate, lane: lane)
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

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private typealias Row = (asked: String, wireID: String, model: Model)

    /// The model that was asked for, or the configured one for what is given.
    private func row(_ found: inout DiagnosticCollector) -> Row? {
        let kind = spec.kind?.value ?? (spec.references.isEmpty ? .textToImage : .imageEdit)
        let asked: Marked<String>
        if let named = spec.model, !named.value.isEmpty {
            asked = named
        } else {
            switch kind {
            case .textToImage: asked = Marked(configuration.models.textToImage, at: spec.mark)
            case .imageEdit: asked = Marked(configuration.models.imageEdit, at: spec.mark)
            case .textToVideo, .imageToVideo:
                found.error(
                    "no model is set for \(kind.rawValue)", at: spec.kind?.mark ?? spec.mark, "name one with `model:`")
                return nil
            }
        }
        switch catalogue.find(asked.value, region: region) {
        case .unknown(let nearest):
            let origin = spec.model == nil ? ", which watch.yaml sets for \(kind.rawValue)," : ""
            let all = catalogue.models(for: kind).map(\.id)
            found.error(
                "the model `\(asked.value.prefix(60))`\(origin) is not in the catalogue", at: asked.mark,
                nearest.isEmpty
                    ? "known for \(kind.rawValue) are \(all.joined(separator: ", "))"
                    : "did you mean \(nearest.joined(separator: " or "))?")
            return nil
        case .found(let match):
            if let notice = match.notice { found.warn(notice, at: asked.mark, "write \(match.model.id)") }
            if !match.model.regions.isEmpty, !match.model.regions.contains(region) {
                found.error(
                    "\(match.model.id) is not offered in \(region)", at: asked.mark,
                    "it is in \(match.model.regions.joined(separator: ", ")); use another model here")
                return nil
            }
            return (asked.value, match.wireID, match.model)
        }
    }

    private func kind(_ model: Model, _ found: inout DiagnosticCollector) -> JobKind {
        guard let asked = spec.kind else {
            let given: JobKind = spec.references.isEmpty ? .textToImage : .imageEdit
            return model.kinds.contains(given) ? given : model.kinds.first ?? given
        }
        if !model.kinds.contains(asked.value) {
            let others = catalogue.models(for: asked.value).map(\.id)
            found.error(
                "\(model.id) does \(model.kinds.map(\.rawValue).joined(separator: " and ")), not \(asked.value.rawValue)",
                at: asked.mark,
                others.isEmpty
                    ? "the catalogue has no model for that"
                    : "leave `kind` out, or use \(others.joined(separator: ", "))")
        }
        if asked.value == .textToImage, let first = spec.references.first, model.references.upperBound > 0 {
            found.error(
                "a text-to-image job has no references", at: first.mark, "write `kind: image-edit`, or leave `kind` out"
            )
        }
        if asked.value == .imageEdit, spec.references.isEmpty, model.references.contains(0),
            !spec.unread.contains("references"), model.kinds.contains(.imageEdit)
        {
            found.error(
                "an image-edit job works on pictures and none is given", at: asked.mark,
                "name one with `references: [picture.jpg]`, or leave `kind` out")
        }
        return asked.value
    }

    private func checkReferenceCount(_ model: Model, _ found: inout DiagnosticCollector) {
        let range = model.references
        let given = spec.references.count
        guard !range.contains(given), !spec.unread.contains("references") else { return }
        let mark = spec.references.dropFirst(range.upperBound).first?.mark ?? spec.model?.mark ?? spec.mark
        if range.upperBound == 0 {
            let editors = catalogue.models(for: .imageEdit).prefix(4).map(\.id).joined(separator: ", ")
            found.error(
                "\(model.id) makes pictures from text alone and takes no references", at: mark,
                "leave `references` out, or use a model that edits: \(editors)")
        } else if given < range.lowerBound {
            found.error(
                "\(model.id) works on pictures and none is given", at: mark,
                "name \(Self.shown(range)) with `references: [picture.jpg]`")
        } else {
            found.error(
                "\(given) references are given; \(model.id) takes \(Self.shown(range))", at: mark,
                "leave out \(given - range.upperBound)")
        }
    }

    private static func shown(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)"
            : range.lowerBound == 0 ? "at most \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private func checkTexts(_ model: Model, _ found: inout DiagnosticCollector) {
        func check(_ text: Marked<String>?, _ key: String, _ limit: Model.TextLimit?) {
            guard let text, let limit else { return }
            let length = TextLength.of(text.value, in: limit.unit)
            guard length > limit.count else { return }
            let about = limit.unit == .tokens ? "about " : ""
            found.warn(
                "`\(key)` has \(about)\(length) \(limit.unit.rawValue); \(model.id) reads \(limit.count) and drops the rest "
                    + "without a word", at: text.mark, "shorten it, the most important things first")
        }
        check(spec.prompt, "prompt", model.promptLimit)
        check(spec.negativePrompt, "negative_prompt", model.negativePromptLimit)
        if let text = spec.negativePrompt, !text.value.isEmpty, model.negativePromptLimit == nil {
            found.error(
                "\(model.id) takes no `negative_prompt`", at: text.mark,
                "leave it out and say in `prompt` what shall be seen instead")
        }
    }

    private func checkSwitches(_ model: Model, _ found: inout DiagnosticCollector) {
        for (key, value) in [("prompt_extend", spec.promptExtend), ("watermark", spec.watermark)] {
            guard let value, model.parameters[key] == nil else { continue }
            found.error("\(model.id) takes no `\(key)`", at: value.mark, "leave it out")
        }
        guard case .integer(let range?) = model.parameters["seed"]?.kind else {
            if let seed = spec.seeds.first { found.error("\(model.id) takes no `seed`", at: seed.mark, "leave it out") }
            return
        }
        for seed in spec.seeds where !range.contains(seed.value) {
            found.error(
                "`seed` cannot be \(seed.value)", at: seed.mark,
                "write a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func count(_ model: Model, _ found: inout DiagnosticCollector) -> Int {
        guard let asked = spec.count else { return max(1, model.count.lowerBound) }
        if !model.count.contains(asked.value) {
            let one = model.count.upperBound == 1
            found.error(
                "`n` is \(asked.value), but \(model.id) makes \(one ? "one picture" : Self.shown(model.count) + " pictures") "
                    + "at a time", at: asked.mark,
                "write `n: \(model.count.upperBound)`"
                    + (one ? ", and a list of seeds for more: `seed: [1, 2, 3]`" : ""))
            return model.count.upperBound
        }
        return asked.value
    }

    private func size(_ model: Model, _ found: inout DiagnosticCollector) -> SizeResolution.Resolved? {
        guard let asked = spec.size, !asked.value.isEmpty else { return nil }
        do throws(SizeResolution.Refusal) {
            let size = try SizeResolution(model).resolve(asked.value)
            if let notice = size.notice { found.warn(notice, at: asked.mark, "write multiples yourself to be sure") }
            return size
        } catch {
            found.error(error.message, at: asked.mark, error.advice)
            return nil
        }
    }

    private func checkParameters(_ model: Model, _ found: inout DiagnosticCollector) {
        for (name, value) in spec.parameters.sorted(by: { $0.value.mark < $1.value.mark }) where !found.isFull {
            guard let known = model.parameters[name] else {
                let near = NearestWord.of(name, among: model.parameters.keys.sorted())
                found.warn(
                    "`\(name.prefix(60))` is not known to be a parameter of \(model.id); it is sent as it stands",
                    at: value.mark, near.map { "did you mean `\($0)`?" } ?? "the provider may refuse or ignore it")
                continue
            }
            if let wanted = Self.mismatch(value.value, known.kind) {
                found.error("`\(name)` does not fit \(model.id)", at: value.mark, "write \(wanted)")
            }
        }
    }

    /// What the value should have been; nil where it fits.
    private static func mismatch(_ value: JSONValue, _ kind: Model.Parameter.Kind) -> String? {
        switch kind {
        case .any: return nil
        case .boolean: return value.bool == nil ? "true or false" : nil
        case .integer(let range):
            guard let number = value.int, range?.contains(number) ?? true else {
                return range.map { "a whole number from \($0.lowerBound) to \($0.upperBound)" } ?? "a whole number"
            }
            return nil
        case .number(let range):
            guard let number = value.double, range?.contains(number) ?? true else {
                return range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
            }
            return nil
        case .text(let choices):
            guard let text = value.string else { return "text" }
            return choices.isEmpty || choices.contains(text) ? nil : "one of \(choices.joined(separator: ", "))"
        }
    }
}
