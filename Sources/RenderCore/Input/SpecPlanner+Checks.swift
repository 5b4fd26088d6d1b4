extension SpecPlanner {
    static func shown(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)"
            : range.lowerBound == 0 ? "at most \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    /// - Parameter model: nil where none could be found.
    func checkPrompt(_ model: Model?, _ found: inout DiagnosticCollector) {
        let isEmpty = spec.prompt?.value.isEmpty ?? true
        if let model, model.promptLimit == nil {
            guard let prompt = spec.prompt, !isEmpty else { return }
            found.error(
                "\(model.id) takes no `prompt`", at: prompt.mark,
                model.inputs.isEmpty ? "leave it out" : "leave it out: it works on what it is given alone")
            return
        }
        guard isEmpty, !spec.unread.contains("prompt"), !(model?.promptIsOptional ?? false) else { return }
        found.error(
            "this job has no prompt", at: spec.prompt?.mark ?? spec.mark, "write `prompt:` and what shall be seen")
    }

    func checkTexts(_ model: Model, _ found: inout DiagnosticCollector) {
        func check(_ text: Marked<String>?, _ key: String, _ limit: Model.TextLimit?) {
            guard let text, let limit else { return }
            let length = TextLength.of(text.value, in: limit.unit)
            guard length > limit.count else {
                let wide = TextLength.wide(text.value)
                guard let most = limit.cjk, wide > most else { return }
                found.warn(
                    "`\(key)` has \(wide) Chinese, Japanese or Korean characters; \(model.id) reads about \(most) and drops "
                        + "the rest without a word", at: text.mark, "shorten it, the most important things first")
                return
            }
            let about = limit.unit == .characters ? "" : "about "
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

    func checkSwitches(_ model: Model, _ found: inout DiagnosticCollector) {
        guard model.confidence != .unknown else { return }
        for (key, value) in [
            ("prompt_extend", spec.promptExtend), ("watermark", spec.watermark), ("audio", spec.sound),
        ] {
            guard let value, model.parameters[key] == nil else { continue }
            if key == "audio", model.input("audio") != nil {
                found.error(
                    "`audio` is a sound file for \(model.id), not yes or no", at: value.mark,
                    "write `audio: voice.mp3`, or leave it out")
                continue
            }
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

    func count(_ model: Model, _ found: inout DiagnosticCollector) -> Int {
        guard let asked = spec.count else {
            if model.upTo == "n", model.count.upperBound > 1 {
                found.warn(
                    "`n` is not given, so that the set is one picture", at: spec.model?.mark ?? spec.mark,
                    "write `n:` and how many at most, up to \(model.count.upperBound)")
            }
            return max(1, model.count.lowerBound)
        }
        if !model.count.contains(asked.value) {
            let one = model.count.upperBound == 1
            let noun = model.endpoints.first?.family.makesFilms == true ? "film" : "picture"
            found.error(
                "`n` is \(asked.value), but \(model.id) makes \(one ? "one \(noun)" : Self.shown(model.count) + " \(noun)s") "
                    + "at a time", at: asked.mark,
                "write `n: \(model.count.upperBound)`"
                    + Self.setAdvice(model, asked.value)
                    + (one && model.parameters["seed"] != nil
                        ? ", and a list of seeds for more: `seed: [1, 2, 3]`" : ""))
            return model.count.upperBound
        }
        return asked.value
    }

    /// The switch under which the model makes so many, if it has one.
    private static func setAdvice(_ model: Model, _ count: Int) -> String {
        for variant in model.variants where variant.rules.count.contains(count) {
            if case .parameter(let name, .bool(true)) = variant.condition {
                return ", or for a set `parameters: {\(name): true}`"
            }
        }
        return ""
    }

    /// Words of the job file that stand for parameters of this model.
    func mappedWords(_ model: Model, _ found: inout DiagnosticCollector) -> [String: JSONValue] {
        var mapped: [String: JSONValue] = [:]
        if model.words["ratio"] != nil, let ratio = spec.ratio, let size = spec.size, size.value.contains(":") {
            found.error(
                "`size` says already how large it shall be", at: max(ratio.mark, size.mark), "keep one of them")
        }
        for (word, value) in [("resolution", spec.resolution), ("ratio", ratio(model))] {
            guard let value, let map = model.words[word] else { continue }
            let asked = map.spelling.first { $0.key.lowercased() == value.value.lowercased() }?.value ?? value.value
            guard case .text(let choices)? = model.parameters[map.parameter]?.kind,
                let choice = choices.first(where: { $0.lowercased() == asked.lowercased() })
            else {
                let known = map.spelling.isEmpty ? choices(model, map.parameter) : map.spelling.keys.sorted()
                found.error(
                    "`\(word)` \(value.value.prefix(40)) is not one that \(model.id) can make", at: value.mark,
                    "use one of \(known.joined(separator: ", "))")
                continue
            }
            if let own = spec.parameters[map.parameter], own.value != .string(choice) {
                found.error(
                    "`\(word): \(value.value)` is `\(map.parameter): \(choice)` for \(model.id), and `parameters` says otherwise",
                    at: own.mark, "keep one of them")
            }
            mapped[map.parameter] = .string(choice)
        }
        return mapped
    }

    private func choices(_ model: Model, _ parameter: String) -> [String] {
        if case .text(let choices)? = model.parameters[parameter]?.kind { choices } else { [] }
    }

    /// The ratio, also where `size` says it.
    private func ratio(_ model: Model) -> Marked<String>? {
        spec.ratio ?? (model.words["ratio"] == nil ? nil : spec.size.flatMap { $0.value.contains(":") ? $0 : nil })
    }

    func frame(_ model: Model, _ found: inout DiagnosticCollector) -> FrameResolution.Resolved? {
        func text(_ word: Marked<String>?, _ name: String) -> String? {
            guard let word, !word.value.isEmpty, model.words[name] == nil else { return nil }
            return name == "size" && word.value.contains(":") && model.words["ratio"] != nil ? nil : word.value
        }
        do throws(FrameResolution.Refusal) {
            let frame = try FrameResolution(model).resolve(
                size: text(spec.size, "size"), resolution: text(spec.resolution, "resolution"),
                ratio: text(spec.ratio, "ratio"))
            if let notice = frame.notice, let size = spec.size {
                found.warn(notice, at: size.mark, "write it so yourself to be sure")
            }
            return frame
        } catch {
            let mark =
                switch error.word {
                case .size: spec.size?.mark
                case .resolution: spec.resolution?.mark
                case .ratio: spec.ratio?.mark
                }
            found.error(error.message, at: mark ?? spec.mark, error.advice)
            // The other word may be wrong as well.
            if error.word == .resolution, spec.size == nil, let ratio = spec.ratio,
                let other = refusal(ofRatio: text(ratio, "ratio"), model)
            {
                found.error(other.message, at: ratio.mark, other.advice)
            }
            return nil
        }
    }

    private func refusal(ofRatio ratio: String?, _ model: Model) -> FrameResolution.Refusal? {
        do throws(FrameResolution.Refusal) {
            _ = try FrameResolution(model).resolve(size: nil, resolution: nil, ratio: ratio)
            return nil
        } catch {
            return error.word == .ratio ? error : nil
        }
    }

    /// Seconds as they are sent; nil where none are.
    func duration(_ model: Model, _ found: inout DiagnosticCollector) -> Int? {
        guard let asked = spec.duration, !asked.value.isEmpty else { return nil }
        if let rule = model.duration, !rule.isSettable, rule.only.count == 1,
            Self.seconds(asked.value) == rule.only.first
        {
            return nil  // it is so long anyway, and the provider wants no word of it
        }
        guard let rule = model.duration, rule.isSettable else {
            let isFilm = model.endpoints.first?.family.makesFilms == true
            found.error(
                "\(model.id) takes no `duration`", at: asked.mark,
                model.duration?.follows.map { "leave it out: the film is as long as its `\($0)`" }
                    ?? (model.duration.flatMap { rule in
                        rule.only.isEmpty
                            ? "leave it out: the provider decides, \(rule.range.lowerBound) to \(rule.range.upperBound) s"
                            : nil
                    } ?? (isFilm ? "leave it out: its films have one length" : "leave it out: it makes no films")))
            return nil
        }
        let text = asked.value.lowercased()
        if let word = rule.words[text] { return word }
        let words = rule.words.keys.sorted().map { "`\($0)`" }
        let choices =
            (rule.only.isEmpty
                ? ["\(rule.range.lowerBound) to \(rule.range.upperBound)"] : rule.only.map(String.init)) + words
        let advice = "write whole seconds: " + choices.joined(separator: ", ")
        guard let seconds = Self.seconds(text) else {
            found.error("`duration` cannot be \"\(asked.value.prefix(40))\"", at: asked.mark, advice)
            return nil
        }
        guard rule.allows(seconds) || rule.words.values.contains(seconds) else {
            found.error("\(model.id) makes no film of \(seconds) s", at: asked.mark, advice)
            return nil
        }
        return seconds
    }

    /// `5`, `5s`, `5 s`
    private static func seconds(_ text: String) -> Int? {
        let text = text.lowercased()
        return ScalarReading.integer(text.hasSuffix("s") ? String(text.dropLast()).filter { $0 != " " } : text)
    }

    /// The parameters that belong to one file's item in `input.media`.
    func itemParameters(_ model: Model, of reference: PlannedReference) -> [String: JSONValue]? {
        var item: [String: JSONValue] = [:]
        for (name, value) in spec.parameters {
            guard let known = model.parameters[name], known.on.contains(reference.role ?? "") else { continue }
            item[name] = known.read(value.value)
        }
        return item.isEmpty ? nil : item
    }

    /// What goes into the body's `parameters`, and what into its `input`.
    func parameters(
        _ model: Model, _ media: MediaAssignment, _ found: inout DiagnosticCollector
    ) -> (body: [String: JSONValue], input: [String: JSONValue]) {
        var (body, input): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
        let check = ParameterCheck(spec, model, media)
        for (name, value) in spec.parameters.sorted(by: { $0.value.mark < $1.value.mark }) where !found.isFull {
            guard let known = model.parameters[name] else {
                body[name] = value.value
                guard model.confidence != .unknown else { continue }
                let near = NearestWord.of(name, among: model.parameters.keys.sorted())
                found.warn(
                    "`\(name.prefix(60))` is not known to be a parameter of \(model.id); it is sent as it stands",
                    at: value.mark, near.map { "did you mean `\($0)`?" } ?? "the provider may refuse or ignore it",
                    topic: .unknownParameter)
                continue
            }
            let read = Marked(known.read(value.value), at: value.mark)
            if !known.on.isEmpty {
                check.check(name, read, known, &found)
                if !media.isGiven(anyOf: known.on) {
                    let roles = known.on.map { "`\($0)`" }.joined(separator: " or ")
                    found.error(
                        "`\(name)` is about a file for \(roles), and none is given", at: value.mark, "leave it out")
                }
                continue
            }
            if known.isInput { input[name] = read.value } else { body[name] = read.value }
            check.check(name, read, known, &found)
        }
        check.checkRelations(&found)
        if let sound = spec.sound, model.parameters["audio"] != nil || model.confidence == .unknown {
            body["audio"] = .bool(sound.value)
        }
        for (name, known) in model.parameters.sorted(by: { $0.key < $1.key }) where known.isRequired {
            guard spec.parameters[name] == nil, !spec.unread.contains("parameters") else { continue }
            guard let standard = known.standard else {
                found.error(
                    "\(model.id) needs the parameter `\(name)`", at: spec.model?.mark ?? spec.mark,
                    "write `parameters: {\(name): …}`" + (known.summary.isEmpty ? "" : ": \(known.summary)"))
                continue
            }
            if known.isInput { input[name] = standard } else { body[name] = standard }
        }
        return (body, input)
    }
}
