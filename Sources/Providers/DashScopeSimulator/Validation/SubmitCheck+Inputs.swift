/// Files in keys of `input`, in its lists, and in `input.media`.
extension SubmitCheck {
    func collected(_ parts: Parts, extended: Bool) throws(Refusal) -> Files {
        let rules = row.inputs + parts.function.inputs
        let items = try mediaItems(parts.input, rules)
        var files: Files = []
        for rule in rules {
            let links = try links(rule, parts.input, items)
            if links.count < rule.count.lowerBound, links.isEmpty {
                throw .missing(family == .filmMedia ? "input.media.\(rule.place.name)" : "input.\(rule.place.name)")
            }
            guard rule.count.contains(links.count) else { throw Self.outside(rule.place.name, rule.count) }
            if !links.isEmpty { files.append((rule: rule, links: links)) }
        }
        try together(parts, files, extended: extended)
        return files
    }

    private static func outside(_ name: String, _ count: ClosedRange<Int>) -> Refusal {
        .parameter("Range of \(name) should be [\(count.lowerBound), \(count.upperBound)]")
    }

    private struct Item {
        var type: String
        var url: String
        var value: JSON
    }

    private func mediaItems(_ input: JSON, _ rules: [InputRule]) throws(Refusal) -> [Item] {
        guard family == .filmMedia else { return [] }
        guard let value = input["media"], !value.isNull else {
            if needsMedia { throw .missing("input.media") }
            return []
        }
        guard let values = value.items else { throw .malformed }
        if values.isEmpty, needsMedia { throw .missing("input.media") }
        var items: [Item] = []
        for value in values {
            guard let type = value["type"]?.text else { throw .missing("input.media.type") }
            guard rules.contains(where: { $0.place == .media(type) }) else {
                throw .parameter("Unsupported media type: \(type)")
            }
            guard let url = value["url"]?.text else { throw .missing("input.media.url") }
            for (key, choices) in row.itemKeys {
                guard let found = value[key], !found.isNull else { continue }
                guard let text = found.text, choices.contains(text) else {
                    throw .parameter("input.media.\(key) should be one of \(choices.joined(separator: ", "))")
                }
            }
            items.append(Item(type: type, url: url, value: value))
        }
        return items
    }

    /// Whether nothing can be made without `input.media`.
    private var needsMedia: Bool {
        let isCombined = !row.combinations.isEmpty && row.combinations.allSatisfy { !$0.all.isEmpty }
        let isCounted = row.totals.contains { $0.count.lowerBound > 0 }
        return isCombined || isCounted || row.inputs.contains { $0.count.lowerBound > 0 }
    }

    private func links(_ rule: InputRule, _ input: JSON, _ items: [Item]) throws(Refusal) -> [String] {
        switch rule.place {
        case .content: return []
        case .media(let type): return items.filter { $0.type == type }.map(\.url)
        case .beside(let key):
            let values = items.compactMap { $0.value[key] }.filter { !$0.isNull }
            guard values.allSatisfy({ $0.text != nil }) else { throw .malformed }
            return values.compactMap(\.text)
        case .key(let path):
            guard let value = input.value(at: path), !value.isNull else { return [] }
            guard let text = value.text else { throw .malformed }
            return text.isEmpty ? [] : [text]
        case .list(let path):
            guard let value = input.value(at: path), !value.isNull else { return [] }
            guard let values = value.items, values.allSatisfy({ $0.text != nil }) else { throw .malformed }
            return values.compactMap(\.text)
        }
    }

    private func together(_ parts: Parts, _ files: Files, extended: Bool) throws(Refusal) {
        func isGiven(_ key: String) -> Bool {
            guard let value = parts.input.value(at: key), !value.isNull else { return false }
            return value.text != ""
        }
        for keys in row.needsOneOf + parts.function.needsOneOf where !keys.contains(where: isGiven) {
            throw .missing("input." + keys.joined(separator: " or input."))
        }
        for (key, parameter) in parts.function.needsWith where isGiven(key) && parts.parameter(parameter) == nil {
            throw .missing("parameters.\(parameter)")
        }
        for total in row.totals {
            if let place = total.with, !files.contains(where: { $0.rule.place.name == place }) { continue }
            let count = files.reduce(0) { total.places.contains($1.rule.place.name) ? $0 + $1.links.count : $0 }
            guard total.count.contains(count) else { throw Self.outside(total.name, total.count) }
        }
        guard !row.combinations.isEmpty else { return }
        let types = Set(
            files.compactMap { file -> String? in
                guard case .media(let type) = file.rule.place else { return nil }
                return type
            })
        let fitting = row.combinations.filter { $0.all.isSubset(of: types) && types.isSubset(of: $0.all.union($0.any)) }
        guard !fitting.isEmpty else {
            throw .parameter("Unsupported combination of media: \(types.sorted().joined(separator: ", "))")
        }
        guard fitting.contains(where: { extended || !$0.needsExtension }) else {
            throw .parameter("prompt_extend must be true with \(types.sorted().joined(separator: ", "))")
        }
    }
}
