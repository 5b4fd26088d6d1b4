/// One row of a catalogue's file, complete, on its way to a `Model`.
struct CatalogueRow {
    private let fields: [String: DocumentNode]
    private let entries: [DocumentNode.Entry]
    private let mark: Mark
    private let endpoints: [String: Model.Endpoint]

    init(_ entries: [DocumentNode.Entry], at mark: Mark, endpoints: [String: Model.Endpoint]) {
        self.entries = entries
        self.mark = mark
        self.endpoints = endpoints
        fields = Dictionary(entries.map { ($0.key.value, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil, with diagnostics, where the row is not whole.
    func model(_ reader: inout FieldReader) -> Model? {
        let before = reader.found.count
        let id = text("id", &reader) ?? ""
        let limits = limits(of: id, &reader)
        let model = Model(
            id: id, snapshots: texts("snapshots", &reader), title: text("title", &reader) ?? id,
            status: word("status", Model.Status.self, &reader) ?? .current,
            kinds: fields["kinds"].map { node in
                reader.items(node).compactMap { reader.word($0, "kinds", JobKind.self)?.value }
            } ?? [],
            endpoints: endpointRows(&reader),
            references: wholeRange("references", &reader) ?? 0...0,
            size: fields["size"].flatMap { CatalogueSize($0).rule(&reader) } ?? SizeRule(shape: .fixedByModel),
            count: wholeRange("n", &reader) ?? 1...1,
            promptLimit: textLimit("prompt", &reader), negativePromptLimit: textLimit("negative_prompt", &reader),
            parameters: parameters(&reader), prices: prices(&reader), pricesAsOf: text("prices_as_of", &reader),
            limit: limits.standard, limits: limits.byRegion, media: media(&reader), regions: regions(&reader),
            ids: ids(&reader), variants: variants(&reader),
            confidence: word("confidence", Model.Confidence.self, &reader) ?? .reported,
            source: text("source", &reader) ?? "")
        for key in ["kinds", "endpoints", "limit", "source"] where fields[key] == nil {
            reader.found.error("the row \(id) has no `\(key)`", at: mark, "write it, or take it over with `like:`")
        }
        return reader.found.count == before ? model : nil
    }

    private func text(_ key: String, _ reader: inout FieldReader) -> String? {
        fields[key].flatMap { reader.text($0, key)?.value }
    }

    private func texts(_ key: String, _ reader: inout FieldReader) -> [String] {
        fields[key].map { reader.texts($0, key).map(\.value) } ?? []
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type, _ reader: inout FieldReader
    ) -> Word? where Word.RawValue == String {
        fields[key].flatMap { reader.word($0, key, type)?.value }
    }

    private func wholeRange(_ key: String, _ reader: inout FieldReader) -> ClosedRange<Int>? {
        fields[key].flatMap { node in
            reader.value(node, key, "write a range, as in 1..4") { RangeReading.whole($0) }?.value
        }
    }

    private func endpointRows(_ reader: inout FieldReader) -> [Model.Endpoint] {
        var found: [Model.Endpoint] = []
        for tag in fields["endpoints"].map({ reader.texts($0, "endpoints") }) ?? [] {
            if let endpoint = endpoints[tag.value] {
                found.append(endpoint)
            } else {
                reader.found.error(
                    "there is no endpoint \(tag.value)", at: tag.mark,
                    "known are \(endpoints.keys.sorted().joined(separator: ", "))")
            }
        }
        return found
    }

    /// `800 characters`, `1300 tokens`; `none` is nil.
    private func textLimit(_ key: String, _ reader: inout FieldReader) -> Model.TextLimit? {
        fields[key].flatMap { node -> Model.TextLimit? in
            let advice = "write `800 characters`, `1300 tokens` or `none`"
            return reader.value(node, key, advice) { text -> Model.TextLimit?? in
                if text == "none" { return .some(nil) }
                let parts = text.split(separator: " ")
                guard parts.count == 2, let count = Int(parts[0]), count > 0,
                    let unit = Model.TextLimit.Unit(rawValue: String(parts[1]))
                else { return nil }
                return Model.TextLimit(count: count, unit: unit)
            }?.value
        }
    }

    private func parameters(_ reader: inout FieldReader) -> [String: Model.Parameter] {
        var parameters: [String: Model.Parameter] = [:]
        for entry in fields["parameters"].flatMap({ reader.entries($0, "parameters") }) ?? []
        where !entry.value.isNothing {
            let known = ["type", "range", "choices", "default", "summary"]
            let keys = reader.fields(entry.value, entry.key.value, known: known)
            let kind: Model.Parameter.Kind?
            switch keys["type"].flatMap({ reader.text($0, "type")?.value }) {
            case "boolean": kind = .boolean
            case "integer":
                kind = .integer(
                    keys["range"].flatMap { reader.value($0, "range", "write 0..9") { RangeReading.whole($0) }?.value })
            case "number":
                kind = .number(
                    keys["range"].flatMap { reader.value($0, "range", "write 0..1") { RangeReading.number($0) }?.value }
                )
            case "text": kind = .text(choices: keys["choices"].map { reader.texts($0, "choices").map(\.value) } ?? [])
            case "any": kind = .any
            default: kind = nil
            }
            guard let kind else {
                reader.found.error(
                    "the parameter \(entry.key.value) has no known type", at: entry.key.mark,
                    "write `type:` boolean, integer, number, text or any")
                continue
            }
            parameters[entry.key.value] = Model.Parameter(
                kind: kind, summary: keys["summary"].flatMap { reader.text($0, "summary")?.value } ?? "",
                standard: keys["default"].map(ScalarReading.json))
        }
        return parameters
    }

    /// `beijing: 0.2 CNY`, or by parts: `{output: …, large: …, large_above: …, input: …}`.
    private func prices(_ reader: inout FieldReader) -> [String: Model.Price] {
        var prices: [String: Model.Price] = [:]
        for entry in fields["prices"].flatMap({ reader.entries($0, "prices") }) ?? [] where !entry.value.isNothing {
            guard let region = region(entry.key, &reader) else { continue }
            if case .scalar = entry.value.content {
                if let output = money(entry.value, &reader) { prices[region] = Model.Price(output: output) }
                continue
            }
            let keys = reader.fields(entry.value, "prices", known: ["output", "large", "large_above", "input"])
            guard let output = keys["output"].flatMap({ money($0, &reader) }) else {
                reader.found.error("this price has no `output`", at: entry.value.mark, "write `{output: 0.2 CNY}`")
                continue
            }
            prices[region] = Model.Price(
                output: output, largeOutput: keys["large"].flatMap { money($0, &reader) },
                largeAbove: keys["large_above"].flatMap { reader.integer($0, "large_above", in: 1...(.max))?.value },
                input: keys["input"].flatMap { money($0, &reader) })
        }
        return prices
    }

    private func money(_ node: DocumentNode, _ reader: inout FieldReader) -> Money? {
        reader.value(node, "prices", "write the amount and its currency: 0.2 CNY") { text in
            ScalarReading.amount(text).flatMap { amount in
                amount.currency.flatMap { Money(decimal: amount.decimal, currency: $0) }
            }
        }?.value
    }

    private func region(_ key: Marked<String>, _ reader: inout FieldReader) -> String? {
        if let region = Region(named: key.value) { return region.rawValue }
        reader.unknown(key, in: "prices", known: Region.allCases.map(\.rawValue))
        return nil
    }

    private func regions(_ reader: inout FieldReader) -> [String] {
        (fields["regions"].map { reader.texts($0, "regions") } ?? []).compactMap { region($0, &reader) }
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
        let keys = reader.fields(node, "limit", known: ["submits", "per", "running", "group", "regions"])
        standard = limit(keys, over: standard, &reader)
        var byRegion: [String: LaneLimit] = [:]
        for entry in keys["regions"].flatMap({ reader.entries($0, "regions") }) ?? [] {
            guard let region = region(entry.key, &reader) else { continue }
            let own = reader.fields(entry.value, "regions", known: ["submits", "per", "running"])
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
        if let node = keys["running"] { limit.running = reader.integer(node, "running", in: 1...10_000)?.value }
        return limit
    }

    private func media(_ reader: inout FieldReader) -> Model.MediaLimit? {
        guard let node = fields["media"], !node.isNothing else { return nil }
        let known = ["formats", "side", "side_is_advice", "ratio", "megabytes", "alpha"]
        let keys = reader.fields(node, "media", known: known)
        let formats = keys["formats"].map { node in
            reader.items(node).compactMap { reader.word($0, "formats", ImageProbe.Format.self)?.value.rawValue }
        }
        return Model.MediaLimit(
            formats: formats ?? [],
            side: keys["side"].flatMap {
                reader.value($0, "side", "write 384..3072") { RangeReading.whole($0) }?.value
            },
            ratio: keys["ratio"].flatMap {
                reader.value($0, "ratio", "write 1:8..8:1") { RangeReading.ratio($0) }?.value
            },
            bytesMax: (keys["megabytes"].flatMap { reader.integer($0, "megabytes", in: 1...1000)?.value } ?? 10) << 20,
            alpha: keys["alpha"].flatMap { reader.boolean($0, "alpha")?.value } ?? true,
            sideIsStrict: !(keys["side_is_advice"].flatMap { reader.boolean($0, "side_is_advice")?.value } ?? false))
    }

    private func variants(_ reader: inout FieldReader) -> [String: Model] {
        var variants: [String: Model] = [:]
        for entry in fields["when"].flatMap({ reader.entries($0, "when") }) ?? [] where !entry.value.isNothing {
            guard let changes = reader.entries(entry.value, "when") else { continue }
            for change in changes where !ModelCatalogue.rowKeys.contains(change.key.value) || change.key.value == "when"
            {
                reader.unknown(change.key, in: "when", known: ModelCatalogue.rowKeys.filter { $0 != "when" })
            }
            let own = ModelCatalogue.merged(changes, over: entries).filter { $0.key.value != "when" }
            variants[entry.key.value] = CatalogueRow(own, at: entry.key.mark, endpoints: endpoints).model(&reader)
        }
        return variants
    }
}
