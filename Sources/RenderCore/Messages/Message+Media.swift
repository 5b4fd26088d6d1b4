/// What is wrong with which files a job gives, and how many, for its model.
extension Message {
    static func manyVoices(_ voices: Int, references: Int) -> Message {
        Message(
            "\(Counted.text(voices, "voice is", "voices are")) given for \(Counted.text(references, "reference"))",
            next: "give one voice for each speaker, in the order of `references`")
    }

    // MARK: Files that have no place

    /// - Parameter editors: models that take references.
    static func takesNoReferences(_ model: Model, _ kind: JobKind, editors: [String]) -> Message {
        let noun = model.endpoints.first?.form.makesFilms == true ? "films" : "pictures"
        return Message(
            "\(model.subject) makes \(noun) from \(model.promptLimit == nil ? "nothing else" : "text alone") and takes no "
                + "references",
            next: "leave `references` out, or use a model that \(kind.makesFilms ? "starts from a picture" : "edits"): "
                + editors.joined(separator: ", "))
    }

    static func takesNoFile(_ model: Model, _ word: String, _ way: WayOut) -> Message {
        let file = word == "references" ? "such `references`" : "`\(word.prefix(40))`"
        return Message("\(model.subject) takes no \(file)", next: way.next(model))
    }

    /// What to do with a file for which the model has no place.
    enum WayOut {
        case word(near: String)
        /// `` `mask: mask.png` ``
        case writing(String)
        case function(String)
        /// - Parameters:
        ///   - others: models that take it.
        ///   - own: what this one takes, as job files know it.
        case models(_ others: [String], own: String)

        fileprivate func next(_ model: Model) -> String {
            switch self {
            case .word(let near): return "did you mean `\(near)`?"
            case .writing(let field): return "write it as \(field)"
            case .function(let name): return "leave it out, or write `function: \(name)`"
            case .models(let others, let own):
                return "leave it out"
                    + (others.isEmpty ? "" : ", or use a model that takes it: \(others.joined(separator: ", "))")
                    + (own.isEmpty ? "" : "; \(model.subject) takes \(own)")
            }
        }
    }

    // MARK: How many

    static func noReference(_ model: Model, _ input: Model.Input, example: String) -> Message {
        Message(
            "\(model.subject) needs a \(input.kind.noun), and none is given",
            next: "name \(shown(input.count)) with `references: [\(example)]`")
    }

    /// - Parameter fields: how a job file names a file for each role: `` `mask: mask.png` ``.
    static func noFile(_ model: Model, for roles: [String], fields: [String]) -> Message {
        Message(
            "\(model.subject) needs \(quoted(roles)), and none is given",
            next: "write \(fields.joined(separator: " or "))")
    }

    static func fewFiles(_ count: Int, _ model: Model, _ input: Model.Input) -> Message {
        Message(
            "\(given(count, input.kind.noun)); \(model.id) takes \(shown(input.count))",
            next: "name \(input.count.lowerBound - count) more")
    }

    static func fewFiles(
        _ count: Int, _ model: Model, of rule: Model.InputRule, _ range: ClosedRange<Int>, fields: [String]
    ) -> Message {
        Message(
            "\(given(count, "file")) for \(quoted(rule.roles, "and")); \(model.id) takes \(shown(range)) together",
            next: "write \(fields.joined(separator: " or "))")
    }

    static func manyReferences(_ count: Int, _ model: Model, _ range: ClosedRange<Int>) -> Message {
        Message(
            "\(given(count, "reference")); \(model.id) takes \(shown(range))",
            next: "leave out \(count - range.upperBound)")
    }

    static func manyFiles(_ count: Int, _ model: Model, _ input: Model.Input) -> Message {
        Message(
            "\(given(count, "file")) for `\(input.role)`; \(model.id) takes \(shown(input.count))",
            next: "leave out \(count - input.count.upperBound)")
    }

    static func manyFiles(_ count: Int, _ model: Model, of rule: Model.InputRule, _ range: ClosedRange<Int>) -> Message
    {
        Message(
            "\(given(count, "file")) for \(quoted(rule.roles, "and")); \(model.id) takes \(shown(range))"
                + (rule.roles.count > 1 ? " of them together" : "") + beside(rule),
            next: "leave out \(count - range.upperBound)")
    }

    /// Files and items of lists, counted together.
    static func manyItems(_ count: Int, _ model: Model, of rule: Model.InputRule, most: Int) -> Message {
        Message(
            "\(given(count, "file or item", "files and items")) for \(quoted(rule.roles + rule.lists, "and")); \(model.id) "
                + "takes at most \(most)\(beside(rule))", next: "leave out \(count - most)")
    }

    private static func given(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        Counted.text(count, "\(noun) is", "\(plural ?? noun + "s") are") + " given"
    }

    private static func beside(_ rule: Model.InputRule) -> String {
        rule.with.isEmpty ? "" : " beside \(quoted(rule.with))"
    }

    // MARK: One beside the other

    static func fileOnlyWith(_ id: String, _ role: String, _ needs: [String]) -> Message {
        Message("\(id) takes `\(role)` only with \(quoted(needs))", next: "add it, or leave `\(role)` out")
    }
}
