extension CatalogueRow {
    /// `beijing: 0.2 CNY`, or by parts: `{output: …, large: …, large_above: …, input: …}`, or by classes of resolution:
    /// `{720P: …, 1080P: …, input_seconds: 5}`. `input_free`: so many input pictures cost nothing.
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
        let classes = (reader.entries(node, "prices") ?? []).map(\.key.value).filter {
            ResolutionClass(named: $0) != nil
        }
        let known = ["output", "large", "large_above", "input", "input_free", "input_seconds"]
        let keys = reader.fields(node, "prices", known: known + classes)
        var tiers: [Price.Tier] = []
        if classes.isEmpty {
            guard let output = keys["output"].flatMap({ money($0, &reader) }) else {
                reader.found.error(.priceWithoutOutput, at: node.mark)
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
            let sorted = classes.compactMap { ResolutionClass(named: $0) }.sorted { $0.area < $1.area }
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
            inputFree: keys["input_free"].flatMap { reader.integer($0, "input_free", in: 0...1000)?.value },
            inputSecondsMax: keys["input_seconds"].flatMap {
                reader.value($0, "input_seconds", .secondsOrAll) { text in
                    text == "all" ? Double(86_400) : ScalarReading.number(text)
                }?.value
            })
    }

    private func money(_ node: DocumentNode, _ reader: inout FieldReader) -> Money? {
        reader.value(node, "prices", .amountWithCurrency) { text in
            ScalarReading.amount(text).flatMap { amount in
                amount.currency.flatMap { Money(decimal: amount.decimal, currency: $0) }
            }
        }?.value
    }
}
