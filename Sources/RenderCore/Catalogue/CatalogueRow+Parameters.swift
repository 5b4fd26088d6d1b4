extension CatalogueRow {
    private enum ParameterPlace: String, CaseIterable { case input, parameters }

    /// `{seed: {type: integer, range: 0..9, summary: …}, title: {type: text, length: 1..8, in: input}, obj_or_bg: {type: list, …}}`
    func parameters(_ reader: inout FieldReader) -> [String: Model.Parameter] {
        var parameters: [String: Model.Parameter] = [:]
        for entry in fields["parameters"].flatMap({ reader.entries($0, "parameters") }) ?? []
        where !entry.value.isNothing {
            let known = [
                "type", "range", "choices", "length", "count", "one_each", "items", "default", "summary", "in",
                "required",
                "not_with", "needs", "on",
            ]
            let keys = reader.fields(entry.value, entry.key.value, known: known)
            guard let kind = parameterKind(keys, &reader) else {
                reader.found.error(.parameterWithoutType(entry.key.value), at: entry.key.mark)
                continue
            }
            var parameter = Model.Parameter(
                kind: kind, summary: keys["summary"].flatMap { reader.text($0, "summary")?.value } ?? "",
                standard: keys["default"].map(ScalarReading.json),
                isInput: keys["in"].flatMap { reader.word($0, "in", ParameterPlace.self)?.value } == .input,
                isRequired: keys["required"].flatMap { reader.boolean($0, "required")?.value } ?? false)
            parameter.length = keys["length"].flatMap { wholeRange($0, "length", &reader) }
            if case .integer = kind {
                parameter.figures = (keys["choices"].map(reader.items) ?? []).compactMap {
                    reader.integer($0, "choices", in: -1_000_000...1_000_000)?.value
                }
            }
            parameter.notWith = (keys["not_with"].map { reader.texts($0, "not_with") } ?? []).map { name in
                named(name, in: "not_with", &reader)
            }
            for need in keys["needs"].flatMap({ reader.entries($0, "needs") }) ?? [] {
                parameter.needs[named(need.key, in: "needs", &reader)] = ScalarReading.json(need.value)
            }
            parameter.on = (keys["on"].map { reader.texts($0, "on") } ?? []).map { role in
                if !names(in: "inputs").contains(role.value) {
                    reader.unknownName(role, in: "inputs", known: inputNames)
                }
                return role.value
            }
            parameters[entry.key.value] = parameter
        }
        return parameters
    }

    private func parameterKind(
        _ keys: [String: DocumentNode], _ reader: inout FieldReader
    ) -> Model.Parameter.Kind? {
        switch keys["type"].flatMap({ reader.text($0, "type")?.value }) {
        case "boolean": .boolean
        case "integer": .integer(keys["range"].flatMap { wholeRange($0, "range", &reader) })
        case "number":
            .number(
                keys["range"].flatMap { reader.value($0, "range", .range("0..1")) { RangeReading.number($0) }?.value })
        case "text": .text(choices: keys["choices"].map { reader.texts($0, "choices").map(\.value) } ?? [])
        case "list": .list(list(keys, &reader))
        case "any": .any
        default: nil
        }
    }

    private enum ItemWord: String, CaseIterable { case text, colours, boxes, any }

    /// `{type: list, count: 3..10, items: colours}`, `{type: list, one_each: reference_image, items: text, choices: [obj, bg]}`
    private func list(_ keys: [String: DocumentNode], _ reader: inout FieldReader) -> Model.ListRule {
        let items: Model.ListRule.Items =
            switch keys["items"].flatMap({ reader.word($0, "items", ItemWord.self)?.value }) ?? .any {
            case .text: .text(choices: keys["choices"].map { reader.texts($0, "choices").map(\.value) } ?? [])
            case .colours: .colours
            case .boxes: .boxes
            case .any: .any
            }
        return Model.ListRule(
            items: items, count: keys["count"].flatMap { wholeRange($0, "count", &reader) },
            oneEach: keys["one_each"].flatMap { reader.text($0, "one_each") }.map { role in
                if !names(in: "inputs").contains(role.value) {
                    reader.unknownName(role, in: "inputs", known: inputNames)
                }
                return role.value
            })
    }

    private func wholeRange(_ node: DocumentNode, _ key: String, _ reader: inout FieldReader) -> ClosedRange<Int>? {
        reader.value(node, key, .range("0..9")) { RangeReading.whole($0) }?.value
    }

    /// A parameter, a role or a word of job files that another parameter is bound to. One that the row takes out is known, too:
    /// rows take what they say from one another.
    func named(_ name: Marked<String>, in key: String, _ reader: inout FieldReader) -> String {
        let known = names(in: "parameters") + names(in: "inputs") + ParameterWords.all
        if !known.contains(name.value) { reader.unknownName(name, in: key, known: known) }
        return name.value
    }

    private func names(in key: String) -> [String] {
        guard case .mapping(let entries)? = fields[key]?.content else { return [] }
        return entries.map(\.key.value)
    }
}
