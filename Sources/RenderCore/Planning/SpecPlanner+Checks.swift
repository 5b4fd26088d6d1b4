extension SpecPlanner {
    /// - Parameter model: nil where none could be found.
    func checkPrompt(_ model: Model?, _ found: inout DiagnosticCollector) {
        let isEmpty = spec.prompt?.value.isEmpty ?? true
        if let model, model.promptLimit == nil {
            guard let prompt = spec.prompt, !isEmpty else { return }
            found.error(.takesNoPrompt(model), at: prompt.mark)
            return
        }
        guard isEmpty, !spec.unread.contains("prompt"), !(model?.promptIsOptional ?? false) else { return }
        found.error(.noPrompt, at: spec.prompt?.mark ?? spec.mark)
    }

    func checkTexts(_ model: Model, _ found: inout DiagnosticCollector) {
        func check(_ text: Marked<String>?, _ key: String, _ limit: Model.TextLimit?) {
            guard let text, let limit else { return }
            let length = TextLength.of(text.value, in: limit.unit)
            guard length > limit.count else {
                let wide = TextLength.wide(text.value)
                guard let most = limit.cjk, wide > most else { return }
                found.warn(.longWideText(key, wide, model.id, most: most), at: text.mark)
                return
            }
            found.warn(.longText(key, length, model.id, limit), at: text.mark)
        }
        check(spec.prompt, "prompt", model.promptLimit)
        check(spec.negativePrompt, "negative_prompt", model.negativePromptLimit)
        if let text = spec.negativePrompt, !text.value.isEmpty, model.negativePromptLimit == nil {
            found.error(.takesNoNegativePrompt(model.id), at: text.mark)
        }
    }

    func checkSwitches(_ model: Model, _ found: inout DiagnosticCollector) {
        guard model.confidence != .unknown else { return }
        for (key, value) in [
            ("prompt_extend", spec.promptExtend), ("watermark", spec.watermark), ("audio", spec.sound),
        ] {
            guard let value, model.parameters[key] == nil else { continue }
            if key == "audio", model.input("audio") != nil {
                found.error(.audioIsAFile(model.id), at: value.mark)
                continue
            }
            found.error(.takesNo(key, model.id), at: value.mark)
        }
        guard case .integer(let range?) = model.parameters["seed"]?.kind else {
            if let seed = spec.seeds.first { found.error(.takesNo("seed", model.id), at: seed.mark) }
            return
        }
        for seed in spec.seeds where !range.contains(seed.value) {
            found.error(.wrongSeed(seed.value, range), at: seed.mark)
        }
    }

    func count(_ model: Model, _ found: inout DiagnosticCollector) -> Int {
        guard let asked = spec.count else {
            if model.upTo == "n", model.count.upperBound > 1 {
                found.warn(.setOfOne(most: model.count.upperBound), at: spec.model?.mark ?? spec.mark)
            }
            return max(1, model.count.lowerBound)
        }
        if !model.count.contains(asked.value) {
            let film = model.endpoints.first?.form.makesFilms == true
            found.error(
                .wrongCount(
                    asked.value, model.id, model.count, film: film, set: Self.setSwitch(model, asked.value),
                    seeds: bySeeds(model, asked.value)), at: asked.mark)
            return model.count.upperBound
        }
        return asked.value
    }

    /// The same number of pictures by seeds, each with as many as the model makes at once: `n: 20` is `n: 5` with `seed: 1-4`.
    /// Nil if seeds are no way.
    private func bySeeds(_ model: Model, _ count: Int) -> (each: Int, renders: Int)? {
        guard spec.seeds.count <= 1, model.upTo != "n", case .integer(let range?) = model.parameters["seed"]?.kind,
            let each = (1...max(1, model.count.upperBound)).last(where: { count.isMultiple(of: $0) }), count > each
        else { return nil }
        let renders = count / each
        guard renders <= configuration.limits.rendersPerJob, range.contains(1), range.contains(renders) else {
            return nil
        }
        return (each, renders)
    }

    /// The switch under which the model makes so many, if it has one.
    private static func setSwitch(_ model: Model, _ count: Int) -> String? {
        for variant in model.variants where variant.rules.count.contains(count) {
            if case .parameter(let name, .bool(true)) = variant.condition {
                return name
            }
        }
        return nil
    }

    /// Job-file keys that map to parameters of this model.
    func mappedWords(_ model: Model, _ found: inout DiagnosticCollector) -> [String: JSONValue] {
        var mapped: [String: JSONValue] = [:]
        if model.words["ratio"] != nil, let ratio = spec.ratio, let size = spec.size, size.value.contains(":") {
            found.error(.sizeSaysIt(beside: "ratio"), at: max(ratio.mark, size.mark))
        }
        for (word, value) in [("resolution", spec.resolution), ("ratio", ratio(model))] {
            guard let value, let map = model.words[word] else { continue }
            let asked = map.spelling.first { $0.key.lowercased() == value.value.lowercased() }?.value ?? value.value
            guard case .text(let choices)? = model.parameters[map.parameter]?.kind,
                let choice = choices.first(where: { $0.lowercased() == asked.lowercased() })
            else {
                let known = map.spelling.isEmpty ? choices(model, map.parameter) : map.spelling.keys.sorted()
                found.error(.wrongChoice(word, value.value, model.id, known: known), at: value.mark)
                continue
            }
            if let own = spec.parameters[map.parameter], own.value != .string(choice) {
                found.error(
                    .wordAgainstParameter(word, value.value, map.parameter, choice, model.id), at: own.mark)
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
                found.warn(.otherSize(notice), at: size.mark)
            }
            return frame
        } catch {
            let mark =
                switch error.word {
                case .size: spec.size?.mark
                case .resolution: spec.resolution?.mark
                case .ratio: spec.ratio?.mark
                }
            found.error(error.message, at: mark ?? spec.mark)
            // The other word may be wrong as well.
            if error.word == .resolution, spec.size == nil, let ratio = spec.ratio,
                let other = refusal(ofRatio: text(ratio, "ratio"), model)
            {
                found.error(other.message, at: ratio.mark)
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

    /// The length in seconds as sent; nil: none is sent.
    func duration(_ model: Model, _ found: inout DiagnosticCollector) -> Int? {
        guard let asked = spec.duration, !asked.value.isEmpty else { return nil }
        if let rule = model.duration, !rule.isSettable, rule.only.count == 1,
            Self.seconds(asked.value) == rule.only.first
        {
            return nil  // it is so long anyway, and the provider wants no word of it
        }
        guard let rule = model.duration, rule.isSettable else {
            found.error(.takesNoDuration(model), at: asked.mark)
            return nil
        }
        let text = asked.value.lowercased()
        if let word = rule.words[text] { return word }
        guard let seconds = Self.seconds(text) else {
            found.error(.notADuration(asked.value, rule), at: asked.mark)
            return nil
        }
        guard rule.allows(seconds) || rule.words.values.contains(seconds) else {
            found.error(.wrongDuration(seconds, model.id, rule), at: asked.mark)
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
                found.warn(.unknownParameter(name, model.id, near: near), at: value.mark, topic: .unknownParameter)
                continue
            }
            let read = Marked(known.read(value.value), at: value.mark)
            if !known.on.isEmpty {
                check.check(name, read, known, &found)
                if !media.isGiven(anyOf: known.on) {
                    found.error(.parameterWithoutFile(name, roles: known.on), at: value.mark)
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
                    .parameterWanted(name, model.id, summary: known.summary), at: spec.model?.mark ?? spec.mark)
                continue
            }
            if known.isInput { input[name] = standard } else { body[name] = standard }
        }
        return (body, input)
    }
}
