/// The media that a spec names, each with the input of a model that it is for.
struct MediaAssignment {
    struct Item {
        var name: Marked<String>
        /// As the job file calls it: `references`, `mask`, `reference_image`, …
        var word: String
        var kind: MediaKind?
        /// Nil: the model takes nothing of the sort.
        var input: Model.Input?
        /// Whose voice it is, among the items.
        var speaker: Int?
    }

    private(set) var items: [Item] = []
    private let spec: JobSpec
    private let model: Model

    /// - Parameter references: knows what the files are.
    init(_ spec: JobSpec, _ model: Model, _ references: ReferencePlanner) {
        self.spec = spec
        self.model = model
        let early: Set<String> = ["first_frame", "last_frame", "video"]
        let keyed = spec.media.filter(\.hasKey)
        for one in keyed where early.contains(one.role.value) { add(one.name, as: one.role.value, references) }
        for (index, name) in spec.references.enumerated() {
            add(name, as: "references", references)
            if index < spec.voices.count { add(spec.voices[index], as: "voice", references, speaker: items.count - 1) }
        }
        for voice in spec.voices.dropFirst(spec.references.count) { add(voice, as: "voice", references) }
        for one in keyed where !early.contains(one.role.value) { add(one.name, as: one.role.value, references) }
        for one in spec.media where !one.hasKey {
            add(one.name, as: one.role.value, references)
            if let voice = one.voice { add(voice, as: "voice", references, speaker: items.count - 1) }
        }
    }

    /// Roles of which there is something.
    var roles: Set<String> { Set(items.compactMap { $0.input?.role }) }

    /// What `references` means for a file of a kind.
    static func role(ofReference kind: MediaKind?) -> String { "reference_\((kind ?? .image).rawValue)" }

    private mutating func add(
        _ name: Marked<String>, as word: String, _ references: ReferencePlanner, speaker: Int? = nil
    ) {
        let kind = references.kind(of: name.value)
        items.append(Item(name: name, word: word, kind: kind, input: input(word, kind), speaker: speaker))
    }

    private func input(_ word: String, _ kind: MediaKind?) -> Model.Input? {
        if word == "references" {
            if let own = model.input(Self.role(ofReference: kind)) { return own }
            // Of a model that only knows frames, or only the film that it works on, a reference is that.
            let rest = model.inputs.filter { $0.kind == kind ?? .image && $0.role != "mask" && $0.role != "voice" }
            return rest.first { input in items.count { $0.input?.role == input.role } < input.count.upperBound }
                ?? rest.last
        }
        if let own = model.input(word), kind == nil || own.kind == kind { return own }
        if let kind, let other = model.input("\(word)_\(kind.rawValue)") { return other }
        if let own = model.input(word) { return own }
        if word == "video" { return model.input("first_clip") ?? model.input("reference_video") }
        if word == "audio" { return model.input("reference_audio") }
        // The provider's own word for it, and what a model that the catalogue does not know may take.
        return model.inputs.first { input in
            switch input.place {
            case .key(word), .list(word), .media(word): true
            default: false
            }
        } ?? (model.confidence == .unknown ? unknown(word, kind) : nil)
    }

    private func unknown(_ word: String, _ kind: MediaKind?) -> Model.Input {
        let isListed = model.endpoints.first?.family == .filmMedia
        return Model.Input(
            role: word, kind: kind ?? .image, count: 0...(isListed ? 100 : 1),
            place: isListed ? .media(word) : .key(word))
    }

    // MARK: Checks

    func check(_ catalogue: ModelCatalogue, _ kind: JobKind, _ found: inout DiagnosticCollector) {
        checkForeign(catalogue, kind, &found)
        for input in model.inputs { checkCount(input, &found) }
        for rule in model.inputRules { check(rule, &found) }
        if spec.voices.count > spec.references.count, model.input("voice") != nil, let extra = spec.voices.last {
            found.error(
                "\(spec.voices.count) voices are given for \(spec.references.count) references", at: extra.mark,
                "give one for each who speaks, in the order of `references`")
        }
    }

    /// What the model takes nothing of.
    private func checkForeign(_ catalogue: ModelCatalogue, _ kind: JobKind, _ found: inout DiagnosticCollector) {
        for item in items where item.input == nil {
            let noun = model.endpoints.first?.family.makesFilms == true ? "films" : "pictures"
            if item.word == "references", model.inputs.isEmpty {
                let editors = catalogue.models(for: kind.makesFilms ? .imageToVideo : .imageEdit).prefix(4).map(\.id)
                found.error(
                    "\(model.id) makes \(noun) from \(model.promptLimit == nil ? "nothing else" : "text alone") and takes "
                        + "no references", at: item.name.mark,
                    "leave `references` out, or use a model that "
                        + "\(kind.makesFilms ? "starts from a picture" : "edits"): \(editors.joined(separator: ", "))")
                return
            }
            let word = item.word == "references" ? "such `references`" : "`\(item.word.prefix(40))`"
            let others = catalogue.models.filter { $0.status != .legacy && $0.takes(item.word) }.prefix(4).map(\.id)
            found.error(
                "\(model.id) takes no \(word)", at: item.name.mark,
                "leave it out" + (others.isEmpty ? "" : ", or use a model that does: \(others.joined(separator: ", "))")
                    + (model.inputs.isEmpty
                        ? "" : "; \(model.id) takes \(model.inputs.map { "`\($0.role)`" }.joined(separator: ", "))"))
        }
    }

    private func given(_ roles: [String]) -> [Item] {
        items.filter { item in item.input.map { roles.contains($0.role) } ?? false }
    }

    private func checkCount(_ input: Model.Input, _ found: inout DiagnosticCollector) {
        let given = given([input.role])
        guard !input.count.contains(given.count) else { return }
        let isReference = input.role.hasPrefix("reference_")
        let key = isReference ? "references" : input.role
        if given.count < input.count.lowerBound {
            guard !spec.unread.contains(key), !spec.unread.contains("media") else { return }
            let mark = given.last?.name.mark ?? spec.model?.mark ?? spec.mark
            if isReference, given.isEmpty {
                found.error(
                    "\(model.id) works on \(input.kind.noun)s and none is given", at: mark,
                    "name \(SpecPlanner.shown(input.count)) with `references: [\(Self.example(input.kind))]`")
            } else if given.isEmpty {
                found.error(
                    "\(model.id) needs `\(key)`, and none is given", at: mark,
                    "write `\(key): \(Self.example(input.kind))`")
            } else {
                found.error(
                    "\(given.count) \(input.kind.noun)s are given; \(model.id) takes \(SpecPlanner.shown(input.count))",
                    at: mark, "name \(input.count.lowerBound - given.count) more")
            }
            return
        }
        let mark = given[input.count.upperBound].name.mark
        let more = given.count - input.count.upperBound
        if input.role == "reference_image", given.allSatisfy({ $0.word == "references" }) {
            found.error(
                "\(given.count) references are given; \(model.id) takes \(SpecPlanner.shown(input.count))", at: mark,
                "leave out \(more)")
        } else {
            found.error(
                "\(given.count) files are given for `\(input.role)`; \(model.id) takes \(SpecPlanner.shown(input.count))",
                at: mark, "leave out \(more)")
        }
    }

    private func check(_ rule: Model.InputRule, _ found: inout DiagnosticCollector) {
        let own = given(rule.roles)
        let names = rule.roles.map { "`\($0)`" }.joined(separator: " and ")
        if let count = rule.count, !count.contains(own.count), spec.unread.isEmpty {
            let mark = own.dropFirst(count.upperBound).first?.name.mark ?? spec.model?.mark ?? spec.mark
            if own.count > count.upperBound {
                found.error(
                    "\(own.count) files are given for \(names); \(model.id) takes \(SpecPlanner.shown(count)) together",
                    at: mark, "leave out \(own.count - count.upperBound)")
            } else {
                let roles = rule.roles.map { "`\($0)`" }.joined(separator: " or ")
                found.error(
                    own.isEmpty
                        ? "\(model.id) needs \(roles), and none is given"
                        : "\(own.count) files are given for \(names); \(model.id) takes \(SpecPlanner.shown(count)) together",
                    at: mark, "name \(SpecPlanner.shown(count)) of \(roles)")
            }
        }
        guard let first = own.first else { return }
        if let other = given(rule.notWith).first {
            found.error(
                "\(model.id) takes `\(first.input?.role ?? first.word)` and `\(other.input?.role ?? other.word)` not together",
                at: max(first.name.mark, other.name.mark), "leave one of them out")
        }
        if !rule.needs.isEmpty, given(rule.needs).isEmpty {
            found.error(
                "\(model.id) takes `\(first.input?.role ?? first.word)` only with "
                    + rule.needs.map { "`\($0)`" }.joined(separator: " or "), at: first.name.mark,
                "add it, or leave this one out")
        }
    }

    private static func example(_ kind: MediaKind) -> String {
        switch kind {
        case .image: "picture.jpg"
        case .video: "clip.mp4"
        case .audio: "voice.mp3"
        }
    }
}

extension Model {
    /// Whether there is a place for what a job file calls so.
    fileprivate func takes(_ word: String) -> Bool {
        let all = inputs + functions.flatMap(\.rules.inputs)
        return all.contains { $0.role == word || (word == "references" && $0.role.hasPrefix("reference_")) }
    }
}
