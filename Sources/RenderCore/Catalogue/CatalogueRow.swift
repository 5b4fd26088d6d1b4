/// One complete row of a catalogue file, before it becomes a `Model`.
struct CatalogueRow: Sendable {
    let fields: [String: DocumentNode]
    private let entries: [DocumentNode.Entry]
    private let mark: Mark
    let tables: ModelCatalogue.Tables

    init(_ entries: [DocumentNode.Entry], at mark: Mark, tables: ModelCatalogue.Tables) {
        self.entries = entries
        self.mark = mark
        self.tables = tables
        fields = Dictionary(entries.map { ($0.key.value, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil, with diagnostics, where the row is not whole.
    func model(_ reader: inout FieldReader) -> Model? {
        let before = reader.found.count
        let id = text("id", &reader) ?? ""
        let limits = limits(of: id, &reader)
        let parameters = parameters(&reader)
        var model = Model(
            id: id, snapshots: texts("snapshots", &reader), title: text("title", &reader) ?? id,
            status: word("status", Model.Status.self, &reader) ?? .current,
            kinds: fields["kinds"].map { node in
                reader.items(node).compactMap { reader.word($0, "kinds", JobKind.self)?.value }
            } ?? [],
            endpoints: endpointRows(&reader), inputs: inputs(&reader), inputRules: inputRules(&reader),
            files: word("files", Model.FileWay.self, &reader) ?? .within,
            size: fields["size"].flatMap { CatalogueSize($0).rule(&reader) } ?? SizeRule(shape: .fixedByModel),
            resolution: choice("resolution", &reader), ratio: choice("ratio", &reader), duration: duration(&reader),
            count: wholeRange("n", &reader) ?? 1...1, upTo: text("up_to", &reader), words: words(parameters, &reader),
            makesTexts: fields["texts"].flatMap { reader.boolean($0, "texts")?.value } ?? false,
            promptLimit: textLimit("prompt", &reader),
            promptIsOptional: fields["prompt_is_optional"].flatMap { reader.boolean($0, "prompt_is_optional")?.value }
                ?? false,
            negativePromptLimit: textLimit("negative_prompt", &reader),
            parameters: parameters, prices: prices(&reader), pricesAsOf: text("prices_as_of", &reader),
            limit: limits.standard, limits: limits.byRegion, regions: regions(&reader), ids: ids(&reader),
            confidence: word("confidence", Model.Confidence.self, &reader) ?? .reported,
            source: text("source", &reader) ?? "")
        for key in ["kinds", "endpoints", "limit", "source"] where fields[key] == nil {
            reader.found.error(.rowWithout(key, id: id), at: mark)
        }
        model.tier = word("tier", Model.Tier.self, &reader)
        model.capabilities = texts("capabilities", &reader)
        model.languages = texts("languages", &reader)
        model.variants = variants(&reader)
        model.functions = functions(&reader)
        return reader.found.count == before ? model : nil
    }

    func text(_ key: String, _ reader: inout FieldReader) -> String? {
        fields[key].flatMap { reader.text($0, key)?.value }
    }

    func texts(_ key: String, _ reader: inout FieldReader) -> [String] {
        fields[key].map { reader.texts($0, key).map(\.value) } ?? []
    }

    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type, _ reader: inout FieldReader
    ) -> Word? where Word.RawValue == String {
        fields[key].flatMap { reader.word($0, key, type)?.value }
    }

    private func wholeRange(_ key: String, _ reader: inout FieldReader) -> ClosedRange<Int>? {
        fields[key].flatMap { node in
            reader.value(node, key, .range("1..4")) { RangeReading.whole($0) }?.value
        }
    }

    private func endpointRows(_ reader: inout FieldReader) -> [Model.Endpoint] {
        var found: [Model.Endpoint] = []
        for tag in fields["endpoints"].map({ reader.texts($0, "endpoints") }) ?? [] {
            if let endpoint = tables.endpoints[tag.value] {
                found.append(endpoint)
            } else {
                reader.found.error(.endpointOfRow(tag.value, known: tables.endpoints.keys.sorted()), at: tag.mark)
            }
        }
        return found
    }

    /// `800 characters`, `1300 tokens`, `5000 characters, 2500 cjk`; `none` is nil.
    private func textLimit(_ key: String, _ reader: inout FieldReader) -> Model.TextLimit? {
        fields[key].flatMap { node -> Model.TextLimit? in
            reader.value(node, key, .textLimit) { text -> Model.TextLimit?? in
                if text == "none" { return .some(nil) }
                let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
                    $0.split(separator: " ")
                }
                guard (1...2).contains(parts.count), parts.allSatisfy({ $0.count == 2 }), let count = Int(parts[0][0]),
                    count > 0, let unit = Model.TextLimit.Unit(rawValue: String(parts[0][1]))
                else { return nil }
                guard parts.count == 2 else { return Model.TextLimit(count: count, unit: unit) }
                guard let cjk = Int(parts[1][0]), cjk > 0, parts[1][1] == "cjk" else { return nil }
                return Model.TextLimit(count: count, unit: unit, cjk: cjk)
            }?.value
        }
    }

    func region(_ key: Marked<String>, _ reader: inout FieldReader) -> String? {
        if let region = tables.spelling.region(named: key.value) { return region }
        reader.unknownName(key, in: "prices", known: tables.spelling.regions)
        return nil
    }

    private func regions(_ reader: inout FieldReader) -> [String] {
        (fields["regions"].map { reader.texts($0, "regions") } ?? []).compactMap { region($0, &reader) }
    }

    /// Names besides its id, under which its model is found.
    var otherNames: [String] {
        // Mistakes are told where the whole row is read.
        var reader = FieldReader()
        return texts("snapshots", &reader) + ids(&reader).values
    }

    private func ids(_ reader: inout FieldReader) -> [String: String] {
        var ids: [String: String] = [:]
        for entry in fields["ids"].flatMap({ reader.entries($0, "ids") }) ?? [] {
            if let region = region(entry.key, &reader) { ids[region] = reader.text(entry.value, "ids")?.value }
        }
        return ids
    }

    /// `{submits: 2, per: 1s, running: 2, group: …, regions: {beijing: {submits: 1}}}`
    private func limits(
        of id: String, _ reader: inout FieldReader
    ) -> (standard: LaneLimit, byRegion: [String: LaneLimit]) {
        var standard = LaneLimit(group: id, submits: 1, perSeconds: 1, running: nil)
        guard let node = fields["limit"] else { return (standard, [:]) }
        let keys = reader.fields(node, "limit", known: ["submits", "per", "running", "queue", "group", "regions"])
        standard = limit(keys, over: standard, &reader)
        var byRegion: [String: LaneLimit] = [:]
        for entry in keys["regions"].flatMap({ reader.entries($0, "regions") }) ?? [] {
            guard let region = region(entry.key, &reader) else { continue }
            let own = reader.fields(entry.value, "regions", known: ["submits", "per", "running", "queue"])
            byRegion[region] = limit(own, over: standard, &reader)
        }
        return (standard, byRegion)
    }

    private func limit(
        _ keys: [String: DocumentNode], over lower: LaneLimit, _ reader: inout FieldReader
    ) -> LaneLimit {
        var limit = lower
        if let group = keys["group"].flatMap({ reader.text($0, "group") }) { limit.group = group.value }
        if let node = keys["submits"], let submits = reader.integer(node, "submits", in: 1...10_000) {
            limit.submits = submits.value
        }
        if let node = keys["per"], let per = reader.duration(node, "per") {
            limit.perSeconds = max(1, Int(per.value.components.seconds))
        }
        if let node = keys["queue"] { limit.queue = reader.integer(node, "queue", in: 0...10_000)?.value }
        if let node = keys["running"] { limit.running = reader.integer(node, "running", in: 1...10_000)?.value }
        return limit
    }

    /// `{enable_interleave: {…}, mode=wan-pro: {…}, reference_video: {…}, references: {…}}`
    private func variants(_ reader: inout FieldReader) -> [Model.Variant] {
        (fields["when"].flatMap { reader.entries($0, "when") } ?? []).compactMap { entry in
            guard let rules = changed(by: entry, in: "when", &reader) else { return nil }
            return Model.Variant(condition: condition(entry.key.value), rules: rules)
        }
    }

    private func condition(_ text: String) -> Model.Condition {
        let parts = text.split(separator: ",").map { $0.drop { $0 == " " } }
        if parts.count > 1 { return .all(parts.map { condition(String($0)) }) }
        if text == "references" { return .anyInput }
        if let sign = text.firstIndex(of: "=") {
            let value = ScalarReading.json(
                DocumentNode(.scalar(text: String(text[text.index(after: sign)...]), plain: true), at: mark))
            return .parameter(String(text[..<sign]), value)
        }
        let roles =
            (fields["inputs"].map { node -> [String] in
                if case .mapping(let entries) = node.content { entries.map(\.key.value) } else { [] }
            }) ?? []
        return roles.contains(text) ? .input(text) : .parameter(text, .bool(true))
    }

    /// `{ratio: aspect_ratio, resolution: {mode: {720P: std, 1080P: pro}}}`: each for a text parameter with choices.
    private func words(
        _ parameters: [String: Model.Parameter], _ reader: inout FieldReader
    ) -> [String: Model.WordMap] {
        let words = ["resolution", "ratio"]
        var maps: [String: Model.WordMap] = [:]
        for entry in fields["words"].flatMap({ reader.entries($0, "words") }) ?? [] where !entry.value.isNothing {
            guard words.contains(entry.key.value) else {
                reader.unknown(entry.key, in: "words", known: words)
                continue
            }
            var name: Marked<String>?
            var spelling: [String: String] = [:]
            if case .mapping(let entries) = entry.value.content {
                guard entries.count == 1, let own = reader.entries(entries[0].value, entry.key.value) else {
                    reader.found.error(
                        .wordOfManyParameters(entry.key.value, entries.count), at: entry.value.mark)
                    continue
                }
                name = entries[0].key
                for one in own { spelling[one.key.value] = reader.text(one.value, entry.key.value)?.value }
            } else {
                name = reader.text(entry.value, entry.key.value)
            }
            guard let name else { continue }
            guard case .text(let choices)? = parameters[name.value]?.kind, !choices.isEmpty,
                spelling.values.allSatisfy(choices.contains)
            else {
                reader.found.error(.wordOfWrongParameter(entry.key.value, name.value), at: name.mark)
                continue
            }
            maps[entry.key.value] = Model.WordMap(parameter: name.value, spelling: spelling)
        }
        return maps
    }

    /// `{expand: {summary: …, parameters: {…}}}`
    private func functions(_ reader: inout FieldReader) -> [Model.Function] {
        (fields["functions"].flatMap { reader.entries($0, "functions") } ?? []).compactMap { entry in
            guard var rules = changed(by: entry, in: "functions", &reader) else { return nil }
            rules.function = entry.key.value
            let summary = reader.entries(entry.value, "functions")?.first { $0.key.value == "summary" }
                .flatMap { reader.text($0.value, "summary")?.value }
            return Model.Function(name: entry.key.value, summary: summary ?? "", rules: rules)
        }
    }

    /// This row with an entry's changes. Nil if the entry is empty, which removes the earlier value.
    private func changed(by entry: DocumentNode.Entry, in place: String, _ reader: inout FieldReader) -> Model? {
        guard !entry.value.isNothing, let changes = reader.entries(entry.value, place) else { return nil }
        let known =
            ModelCatalogue.rowKeys.filter { $0 != "when" && $0 != "functions" && $0 != "like" }
            + (place == "functions" ? ["summary"] : [])
        for change in changes where !known.contains(change.key.value) {
            reader.unknown(change.key, in: place, known: known)
        }
        let own = ModelCatalogue.merged(changes, over: entries)
            .filter { $0.key.value != "when" && $0.key.value != "functions" && $0.key.value != "summary" }
        return CatalogueRow(own, at: entry.key.mark, tables: tables).model(&reader)
    }
}
