extension CatalogueRow {
    /// `beijing: 0.2 CNY`, or by parts: `{output: …, large: …, large_above: …, input: …}`, or by classes of resolution:
    /// `{720P: …, 1080P: …, input_seconds: 5}`.
    func prices(_ reader: inout FieldReader) -> [String: Price] {
        let unit = word("billed", Price.Unit.self, &reader) ?? .picture
        var prices: [String: Price] = [:]
        for entry in fields["prices"].flatMap({ reader.entries($0, "prices") }) ?? [] where !entry.value.isNothing {
            guard let region = region(entry.key, &reader) else { continue }
            if case .scalar = entry.value.content {
                if let amount = money(entry.value, &reader) { prices[region] = Price(amount, per: unit) }
            } else {
                prices[region] = price(entry.value, unit, &reader)
            }
        }
        return prices
    }

    private func price(_ node: DocumentNode, _ unit: Price.Unit, _ reader: inout FieldReader) -> Price? {
        let classes = (reader.entries(node, "prices") ?? []).map(\.key.value).filter { ResolutionClass($0) != nil }
        let known = ["output", "large", "large_above", "input", "input_seconds"]
        let keys = reader.fields(node, "prices", known: known + classes)
        var tiers: [Price.Tier] = []
        if classes.isEmpty {
            guard let output = keys["output"].flatMap({ money($0, &reader) }) else {
                reader.found.error(
                    "this price has no `output`", at: node.mark,
                    "write `{output: 0.2 CNY}`, or classes as `720P: 0.6 CNY`")
                return nil
            }
            tiers = [Price.Tier(amount: output)]
            if let large = keys["large"].flatMap({ money($0, &reader) }) {
                tiers[0].areaMax = keys["large_above"].flatMap {
                    reader.integer($0, "large_above", in: 1...(.max))?.value
                }
                tiers.append(Price.Tier(amount: large))
            }
        } else {
            let sorted = classes.compactMap(ResolutionClass.init).sorted { $0.lines < $1.lines }
            for (index, each) in sorted.enumerated() {
                guard let amount = (keys[each.word] ?? keys[each.word.lowercased()]).flatMap({ money($0, &reader) })
                else {
                    continue
                }
                let next = sorted.dropFirst(index + 1).first
                tiers.append(
                    Price.Tier(
                        name: each.word, areaMax: next.map { ResolutionClass.border(each, $0) }, amount: amount))
            }
        }
        guard !tiers.isEmpty else { return nil }
        return Price(
            unit: unit, tiers: tiers, input: keys["input"].flatMap { money($0, &reader) },
            inputSecondsMax: keys["input_seconds"].flatMap {
                reader.value($0, "input_seconds", "write how many seconds at most, or `all`") { text in
                    text == "all" ? Double(86_400) : ScalarReading.number(text)
                }?.value
            })
    }

    private func money(_ node: DocumentNode, _ reader: inout FieldReader) -> Money? {
        reader.value(node, "prices", "write the amount and its currency: 0.2 CNY") { text in
            ScalarReading.amount(text).flatMap { amount in
                amount.currency.flatMap { Money(decimal: amount.decimal, currency: $0) }
            }
        }?.value
    }
}
