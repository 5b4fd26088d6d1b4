/// A row in full, as text: shown by `renderdrop models MODEL` and in the document of all models.
public struct ModelCard: Sendable, Equatable {
    /// A named item: `size`, a role, a parameter, a region.
    public struct Entry: Sendable, Equatable {
        public var name: String
        public var text: String
        /// The name after the section's title in a list of differences: `price in beijing`.
        var longName: String

        init(_ name: String, _ text: String, longName: String? = nil) {
            self.name = name
            self.text = text
            self.longName = longName ?? name
        }
    }

    public struct Section: Sendable, Equatable {
        public var title: String
        /// Never empty.
        public var entries: [Entry]
    }

    public var sections: [Section]

    public init(_ model: Model) {
        sections = [Section(title: "model", entries: Self.head(model))] + Self.rules(model)
        for function in model.functions {
            sections.append(
                Section(
                    title: "function `\(function.name)`",
                    entries: [Entry("does", function.summary.isEmpty ? "what its name says" : function.summary)]
                        + Self.differences(function.rules, from: model)))
        }
        for variant in model.variants {
            let differences = Self.differences(variant.rules, from: model)
            if !differences.isEmpty { sections.append(Section(title: variant.condition.inWords, entries: differences)) }
        }
        sections.removeAll(where: \.entries.isEmpty)
    }

    // MARK: - Sections

    private static func head(_ model: Model) -> [Entry] {
        var entries = [Entry("title", model.title), Entry("status", model.status.rawValue)]
        if !model.snapshots.isEmpty { entries.append(Entry("also", model.snapshots.joined(separator: ", "))) }
        for (region, id) in byRegion(model.ids) { entries.append(Entry("in \(region)", "called \(id)")) }
        if !model.regions.isEmpty { entries.append(Entry("regions", model.regions.joined(separator: ", "))) }
        if let tier = model.tier { entries.append(Entry("tier", tier.rawValue)) }
        if !model.capabilities.isEmpty {
            entries.append(Entry("good at", model.capabilities.joined(separator: ", ")))
        }
        if !model.languages.isEmpty { entries.append(Entry("languages", model.languages.joined(separator: ", "))) }
        entries.append(Entry("facts", "\(model.confidence.rawValue): \(model.source)"))
        return entries
    }

    /// What holds for a row, or for it under a condition.
    private static func rules(_ model: Model) -> [Section] {
        [
            Section(title: "call", entries: call(model)), Section(title: "takes", entries: takes(model)),
            Section(title: "makes", entries: makes(model)),
            Section(
                title: "parameters",
                entries: model.parameters.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value.inWords) }),
            Section(
                title: "prices" + (model.pricesAsOf.map { " as of \($0)" } ?? ""),
                entries: byRegion(model.prices).map { Entry($0, $1.inWords, longName: "price in \($0)") }),
            Section(title: "limits", entries: limits(model)),
        ].filter { !$0.entries.isEmpty }
    }

    private static func call(_ model: Model) -> [Entry] {
        [
            Entry("kinds", model.kinds.map(\.rawValue).joined(separator: ", ")),
            Entry(
                "endpoints",
                model.endpoints.map { endpoint in
                    "\(endpoint.path) (\(endpoint.tag), \(endpoint.mode.rawValue), family \(endpoint.form.name)"
                        + (endpoint.streams ? ", in pieces)" : ")")
                }.joined(separator: ", or ")),
        ].filter { !$0.text.isEmpty }
    }

    private static func takes(_ model: Model) -> [Entry] {
        var entries = [Entry("prompt", prompt(model))]
        if let limit = model.negativePromptLimit {
            entries.append(Entry("negative_prompt", "at most \(limit.inWords)"))
        }
        for input in model.inputs {
            let what =
                [ModelWords.counted(input.count, input.kind)] + input.limit.inWords
                + (input.sameSizeAs.map { ["as large as \($0)"] } ?? [])
            entries.append(Entry(input.role, what.joined(separator: "; ")))
        }
        let together = model.inputRules.map(\.inWords).filter { !$0.isEmpty }
        if !together.isEmpty { entries.append(Entry("together", together.joined(separator: "; "))) }
        if !model.inputs.isEmpty { entries.append(Entry("files", model.files.inWords)) }
        return entries
    }

    private static func prompt(_ model: Model) -> String {
        guard let limit = model.promptLimit else { return "none" }
        return "at most \(limit.inWords)" + (model.promptIsOptional ? "; may be left out" : "")
    }

    private static func makes(_ model: Model) -> [Entry] {
        var entries = [Entry("n", ModelWords.shown(model.count))]
        if model.size.shape != .fixedByModel || model.resolution == nil {
            entries.append(Entry("size", model.size.inWords))
        }
        if let rule = model.resolution { entries.append(Entry("resolution", rule.inWords)) }
        if let rule = model.ratio { entries.append(Entry("ratio", rule.inWords)) }
        for (word, map) in model.words.sorted(by: { $0.key > $1.key }) {
            entries.append(Entry(word, map.inWords(model.parameters[map.parameter])))
        }
        if let rule = model.duration { entries.append(Entry("duration", rule.inWords)) }
        if model.makesTexts { entries.append(Entry("texts", "between its pictures, in a Markdown file")) }
        return entries
    }

    private static func limits(_ model: Model) -> [Entry] {
        var words = model.limit.inWords
        if model.limit.group != model.id { words += "; shared by all of \(model.limit.group)" }
        return [Entry("anywhere", words, longName: "limit")]
            + byRegion(model.limits).map { Entry($0, $1.inWords, longName: "limit in \($0)") }
    }

    /// In the order of the regions.
    private static func byRegion<Value>(_ values: [String: Value]) -> [(String, Value)] {
        Region.allCases.compactMap { region in values[region.rawValue].map { (region.rawValue, $0) } }
    }

    private static func differences(_ rules: Model, from model: Model) -> [Entry] {
        let before = Self.rules(model).flatMap(\.entries)
        let after = Self.rules(rules).flatMap(\.entries)
        let changed = after.filter { entry in
            !before.contains { $0.longName == entry.longName && $0.text == entry.text }
        }
        let gone = before.filter { entry in !after.contains { $0.longName == entry.longName } }
        return changed.map { Entry($0.longName, $0.text) } + gone.map { Entry($0.longName, "none") }
    }
}
