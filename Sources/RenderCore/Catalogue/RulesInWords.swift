extension Model.Condition {
    /// `with files`, `with reference_video`, `mode: wan-pro`
    public var inWords: String {
        switch self {
        case .anyInput: "with files"
        case .input(let role): "with `\(role)`"
        case .parameter(let name, let value): "`\(name): \(value.inWords)`"
        case .all(let conditions): conditions.map(\.inWords).joined(separator: " and ")
        }
    }
}

extension Model.TextLimit {
    /// `800 characters`, `150 words, or 100 Chinese, Japanese or Korean characters`
    var inWords: String {
        "\(count) \(unit.rawValue)" + (cjk.map { ", or \($0) Chinese, Japanese or Korean characters" } ?? "")
    }
}

extension Model.FileWay {
    var inWords: String {
        switch self {
        case .within: "small pictures go within the request, other files by an upload"
        case .upload: "all go by an upload"
        case .link: "public links only"
        }
    }
}

extension Model.MediaLimit {
    /// Each limit separately.
    var inWords: [String] {
        var words: [String] = []
        if !formats.isEmpty { words.append(formats.joined(separator: ", ")) }
        if let side { words.append("each side \(ModelWords.shown(side)) pixels\(sideIsStrict ? "" : " at best")") }
        if let ratio { words.append("ratio \(ModelWords.shown(ratio: ratio))") }
        if let area {
            words.append(
                Self.bounds(area, from: 1, to: 1_000_000_000) { ModelWords.shown(area: $0) } + " in area")
        }
        if let pace { words.append(Self.bounds(pace, from: 0, to: 1000, ModelWords.figure) + " frames a second") }
        if let seconds { words.append("\(ModelWords.shown(seconds)) s long") }
        if let bytesMax { words.append("at most \(bytesMax >> 20) MB") }
        if let pagesMax { words.append("at most \(pagesMax) pages") }
        if needsAlpha { words.append("with transparency") } else if !alpha { words.append("no transparency") }
        return words
    }
}

extension Model.MediaLimit {
    /// Without an end that nothing reaches: `at least 16`, `at most 2880*2880`.
    private static func bounds<Bound>(
        _ range: ClosedRange<Bound>, from lowest: Bound, to highest: Bound, _ shown: (Bound) -> String
    ) -> String {
        if range.upperBound >= highest { return "at least " + shown(range.lowerBound) }
        if range.lowerBound <= lowest { return "at most " + shown(range.upperBound) }
        return shown(range.lowerBound) + " to " + shown(range.upperBound)
    }
}

extension Model.InputRule {
    /// `reference_image and reference_video together 1..5`, `first_frame not with video`, `last_frame needs first_frame`
    var inWords: String {
        let members = roles + lists
        let names = members.joined(separator: " and ")
        var words: [String] = []
        if let count { words.append("\(names)\(members.count > 1 ? " together" : "") \(ModelWords.shown(count))") }
        if let seconds {
            let all =
                seconds.lowerBound == 0 ? "at most \(ModelWords.figure(seconds.upperBound))" : ModelWords.shown(seconds)
            words.append("\(names)\(withOutput ? " and the film" : "") \(all) s long in all")
        }
        if !notWith.isEmpty { words.append("\(names) not with \(notWith.joined(separator: " or "))") }
        if !needs.isEmpty { words.append("\(names) only with \(needs.joined(separator: " or "))") }
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            words.append("\(names) only with `\(name): \(value.inWords)`")
        }
        return words.joined(separator: "; ") + (with.isEmpty ? "" : " where there is \(with.joined(separator: " or "))")
    }
}

extension Model.WordMap {
    /// `720P as \`mode: std\`, 1080P as \`mode: pro\``, or ``1:1, 16:9, as `aspect_ratio` ``
    func inWords(_ parameter: Model.Parameter?) -> String {
        guard spelling.isEmpty else {
            let values = spelling.sorted {
                $0.key.count == $1.key.count ? $0.key < $1.key : $0.key.count < $1.key.count
            }
            return values.map { "\($0.key) as `\(self.parameter): \($0.value)`" }.joined(separator: ", ")
        }
        guard case .text(let choices)? = parameter?.kind else { return "as `\(self.parameter)`" }
        return choices.joined(separator: ", ") + ", as `\(self.parameter)`"
    }
}

extension Model.Parameter {
    /// `whole number 0..9; default: 5; required; how far it goes`
    public var inWords: String {
        var words = [
            figures.isEmpty ? kind.inWords : "one of \(figures.map(String.init).joined(separator: ", "))"
        ]
        if let length { words.append("\(ModelWords.shown(length)) characters") }
        if let standard { words.append("default: \(standard.inWords)") }
        if isRequired { words.append("required") }
        if !on.isEmpty { words.append("of each file for \(on.joined(separator: " or "))") }
        if !notWith.isEmpty { words.append("not with \(notWith.joined(separator: " or "))") }
        for (name, value) in needs.sorted(by: { $0.key < $1.key }) {
            words.append("only with `\(name): \(value.inWords)`")
        }
        if !summary.isEmpty { words.append(summary) }
        return words.joined(separator: "; ")
    }
}

extension Model.Parameter.Kind {
    var inWords: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range): "whole number" + (range.map { " \(ModelWords.shown($0))" } ?? "")
        case .number(let range): "number" + (range.map { " \(ModelWords.shown($0))" } ?? "")
        case .text(let choices): choices.isEmpty ? "text" : "one of " + choices.joined(separator: ", ")
        case .list(let rule): rule.inWords
        case .any: "any value"
        }
    }
}

extension Model.ListRule {
    /// `list of 3..10 colours with shares of 100%`, `list of texts out of obj, bg, one item for each reference_image`
    var inWords: String {
        let what =
            switch items {
            case .any: "items"
            case .text(let choices): choices.isEmpty ? "texts" : "texts out of " + choices.joined(separator: ", ")
            case .colours: "colours with shares of 100%"
            case .boxes: "lists of at most 2 boxes"
            }
        return "list of " + (count.map { "\(ModelWords.shown($0)) " } ?? "") + what
            + (oneEach.map { ", one item for each \($0)" } ?? "")
    }
}

extension SizeRule {
    /// The choices, the default, and the recommended values.
    var inWords: String {
        var words: [String] = []
        switch shape {
        case .fixedByModel: return "the model's own"
        case .asWritten: return "as asked"
        case .oneOf(let sizes) where classes.isEmpty:
            words.append("one of " + sizes.map(\.wire).joined(separator: ", "))
        case .oneOf:
            words += classes.map { "\($0.word): " + $0.sizes.map(\.wire).joined(separator: ", ") }
        case .sides(let range): words.append("each side \(ModelWords.shown(range)) pixels")
        case .area(let range, let ratio):
            words.append(
                "\(ModelWords.shown(area: range.lowerBound)) to \(ModelWords.shown(area: range.upperBound)) in area")
            // A row without a bound is read with one that no picture meets.
            if ratio.upperBound < 1000 { words.append("ratio \(ModelWords.shown(ratio: ratio))") }
        }
        if !keywords.isEmpty {
            let sorted = keywords.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
            words.append("or \(sorted.joined(separator: ", "))")
        }
        if let standard { words.append("default: \(standard)") }
        if step > 1 { words.append("rounded to multiples of \(step)") }
        let others = suggested.map(\.wire)
        if !others.isEmpty { words.append("recommended \(others.joined(separator: ", "))") }
        return words.joined(separator: "; ")
    }
}

extension ChoiceRule {
    var inWords: String {
        var words = values.isEmpty ? [] : [values.joined(separator: ", ")]
        if let standard { words.append("default: \(standard)") }
        return words.isEmpty ? "any" : words.joined(separator: "; ")
    }
}

extension DurationRule {
    var inWords: String {
        var words = [
            only.isEmpty ? "\(ModelWords.shown(range)) s" : only.map { "\($0)" }.joined(separator: ", ") + " s"
        ]
        if let follows { words.append("follows the \(follows)") }
        if let standard, isSettable { words.append("default: \(standard)") }
        for (word, value) in self.words.sorted(by: { $0.key < $1.key }) { words.append("or `\(word)` (\(value))") }
        if !isSettable { words.append("cannot be chosen") }
        return words.joined(separator: "; ")
    }
}

extension Price {
    /// `0.20 CNY a picture`, `0.25 CNY a picture, 0.50 CNY above 2250000 pixels, and 0.02 CNY an input picture`,
    /// `720P 0.60 CNY, 1080P 1.00 CNY a second; input films count for 5 s at most`
    public var inWords: String {
        var text: String
        if tiers.contains(where: { $0.name != nil }) {
            text =
                tiers.map { "\($0.name.map { "\($0) " } ?? "")\($0.amount)" }.joined(separator: ", ") + " \(unit.each)"
        } else {
            text = "\(tiers[0].amount) \(unit.each)"
            for (lower, tier) in zip(tiers, tiers.dropFirst()) {
                text += ", \(tier.amount)" + (lower.areaMax.map { " above \($0) pixels" } ?? "")
            }
        }
        if let input {
            text += ", and \(input) an input picture"
            if let inputFree, inputFree > 0 { text += " beyond \(inputFree)" }
        }
        if let inputSecondsMax {
            text +=
                inputSecondsMax >= 86_400
                ? "; input films count like output"
                : "; input films count for \(ModelWords.figure(inputSecondsMax)) s at most"
        }
        return text
    }
}

extension JSONValue {
    /// In a line of text: `true`, `5`, `wan-pro`.
    var inWords: String {
        switch self {
        case .null: "nothing"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): "\(number)"
        case .double(let number): ModelWords.figure(number)
        case .string(let text): text.isEmpty ? "\"\"" : text
        case .array(let items): "[" + items.map(\.inWords).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.inWords)" }.joined(separator: ", ")
                + "}"
        }
    }
}
