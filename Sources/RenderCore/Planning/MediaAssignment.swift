/// Assigns each file or link of a spec to an input of the model.
struct MediaAssignment {
    struct Item {
        var name: Marked<String>
        /// As the job file calls it: `references`, `mask`, `reference_image`, …
        var word: String
        var kind: MediaKind?
        /// A file, and no link.
        var isLocal: Bool
        /// Nil: the model takes nothing of the sort.
        var input: Model.Input?
        /// The index of the item that has this voice.
        var speaker: Int?
        /// In pixels; nil of a link, and where the header does not tell.
        var size: PixelSize?
    }

    private(set) var items: [Item] = []
    private let spec: JobSpec
    private let model: Model
    private let spelling: any RequestSpelling

    /// - Parameter references: knows what the files are.
    init(_ spec: JobSpec, _ model: Model, _ references: ReferencePlanner) {
        self.spec = spec
        self.model = model
        spelling = references.spelling
        let early: Set<String> = ["first_frame", "last_frame", "video"]
        let keyed = spec.media.filter(\.hasKey)
        for one in keyed where early.contains(one.role.value) { add(one.name, as: one.role.value, references) }
        for (index, name) in spec.references.enumerated() {
            add(name, as: "references", references)
            if index < spec.voices.count, !spec.voices[index].value.isEmpty {
                add(spec.voices[index], as: "voice", references, speaker: items.count - 1)
            }
        }
        for voice in spec.voices.dropFirst(spec.references.count) where !voice.value.isEmpty {
            add(voice, as: "voice", references)
        }
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
        let isLocal = if case .file = ReferencePolicy.judge(name.value) { true } else { false }
        items.append(
            Item(
                name: name, word: word, kind: kind, isLocal: isLocal, input: input(word, kind), speaker: speaker,
                size: references.probe(of: name.value)?.size))
    }

    private func input(_ word: String, _ kind: MediaKind?) -> Model.Input? {
        if word == "references" {
            if let own = model.input(Self.role(ofReference: kind)) { return own }
            // Of a model that only knows frames, or only the film that it works on, a reference is that.
            let rest = model.inputs.filter {
                $0.kind == kind ?? .image && $0.role != "mask" && $0.role != "voice" && !$0.isAddress
            }
            return rest.first { input in items.count { $0.input?.role == input.role } < input.count.upperBound }
                ?? rest.last
        }
        if let own = model.input(word), kind == nil || own.kind == kind || own.isAddress { return own }
        if let kind, let other = model.input("\(word)_\(kind.rawValue)") { return other }
        if let own = model.input(word) { return own }
        if word == "video" { return model.input("first_clip") ?? model.input("reference_video") }
        if word == "audio" { return model.input("reference_audio") }
        // The provider's own word for it, and what a model that the catalogue does not know may take.
        return model.inputs.first { input in
            input.place?.word == word
        } ?? (model.confidence == .unknown && Self.isPlain(word) ? unknown(word, kind) : nil)
    }

    /// A word as the provider's keys are; nothing that leads deeper into a body.
    private static func isPlain(_ word: String) -> Bool {
        (1...64).contains(word.utf8.count)
            && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private func unknown(_ word: String, _ kind: MediaKind?) -> Model.Input {
        spelling.input(named: word, kind ?? .image, of: model.endpoints.first?.form)
    }

    /// Everything has its place, and nothing is missing.
    var fits: Bool {
        items.allSatisfy { item in
            item.input.map { item.kind == nil || item.kind == $0.kind || $0.isAddress } ?? false
        }
            && model.inputs.allSatisfy { $0.count.contains(given([$0.role]).count) }
            && model.inputRules.allSatisfy { rule in
                !holds(rule) || rule.count?.contains(given(rule.roles).count) ?? true
            }
    }

    // MARK: Checks

    func check(_ catalogue: ModelCatalogue, _ kind: JobKind, _ region: String, _ found: inout DiagnosticCollector) {
        checkForeign(catalogue, kind, region, &found)
        for input in model.inputs { checkCount(input, &found) }
        for rule in model.inputRules { check(rule, &found) }
        if spec.voices.count > spec.references.count, model.input("voice") != nil, let extra = spec.voices.last {
            found.error(.manyVoices(spec.voices.count, references: spec.references.count), at: extra.mark)
        }
    }

    /// What the model takes nothing of.
    private func checkForeign(
        _ catalogue: ModelCatalogue, _ kind: JobKind, _ region: String, _ found: inout DiagnosticCollector
    ) {
        for item in items where item.input == nil {
            if item.word == "references", model.inputs.isEmpty {
                let editors = catalogue.models(for: kind.makesFilms ? .imageToVideo : .imageEdit).prefix(4).map(\.id)
                found.error(
                    .takesNoReferences(model, kind, editors: Array(editors)), at: item.name.mark, topic: .foreignFile)
                return
            }
            found.error(
                .takesNoFile(model, item.word, wayOut(item, catalogue, kind, region)), at: item.name.mark,
                topic: .foreignFile)
        }
    }

    /// What to do with a file that has no place: another word for it, another function, another model.
    private func wayOut(
        _ item: Item, _ catalogue: ModelCatalogue, _ kind: JobKind, _ region: String
    ) -> Message.WayOut {
        let roles = model.inputs.map(\.role)
        if item.word != "references", !JobKey.words.contains(item.word),
            let near = NearestWord.of(item.word, among: roles)
        {
            return .word(near: near)
        }
        let free = model.inputs.first { input in
            input.kind == item.kind ?? .image && input.role != "mask" && !input.isAddress
                && given([input.role]).count < input.count.upperBound
        }
        if let free, item.word != "references", !item.word.hasPrefix("mask") {
            return .writing(Self.writing(free, item.name.value))
        }
        if let function = model.function, let row = catalogue.models.first(where: { $0.id == model.id }) {
            let other = row.functions.first { $0.name != function && $0.rules.takes(item.word, item.kind) }
            if let other { return .function(other.name) }
        }
        let takers = catalogue.models.filter { other in
            other.takes(item.word, item.kind) && (other.regions.isEmpty || other.regions.contains(region))
                && (!item.isLocal || other.files != .link)
        }
        // Who wants a film is not helped by one that makes pictures.
        let alike = takers.filter { $0.makesFilms == model.makesFilms }
        let found = alike.isEmpty ? takers : alike
        let current = found.filter { $0.status != .legacy }
        // Those that make what was meant go first.
        let ranked = (current.isEmpty ? found : current).enumerated().sorted { left, right in
            let (a, b) = (left.element.kinds.contains(kind) ? 0 : 1, right.element.kinds.contains(kind) ? 0 : 1)
            return (a, left.offset) < (b, right.offset)
        }
        let others = ranked.prefix(4).map(\.element.id)
        return .models(Array(others), own: Self.listed(roles))
    }

    /// How a job file names a file of a role: `` `mask: mask.png` ``.
    private static func writing(_ input: Model.Input, _ name: String? = nil) -> String {
        let name = name ?? (input.isAddress ? "https://example.com/story" : example(input.kind))
        if input.role.hasPrefix("reference_") { return "`references: [\(name)]`" }
        return JobKey.words.contains(input.role) ? "`\(input.role): \(name)`" : "`media: [{\(input.role): \(name)}]`"
    }

    /// Roles as job files know them.
    private static func listed(_ roles: [String]) -> String {
        var words: [String] = []
        for role in roles {
            let word =
                role.hasPrefix("reference_")
                ? "`references`" : JobKey.words.contains(role) ? "`\(role)`" : "`\(role)` (below `media:`)"
            if !words.contains(word) { words.append(word) }
        }
        return words.joined(separator: ", ")
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
            guard !spec.unread.contains(key), !spec.unread.contains("media"), input.role != "audio" || spec.sound == nil
            else {
                return
            }
            // What was given under another word is told there.
            if given.isEmpty, items.contains(where: { $0.input == nil && $0.kind == input.kind && $0.word != "mask" }) {
                return
            }
            let mark = given.last?.name.mark ?? spec.model?.mark ?? spec.mark
            if isReference, given.isEmpty {
                found.error(.noReference(model, input, example: Self.example(input.kind)), at: mark)
            } else if given.isEmpty {
                found.error(.noFile(model, for: [key], fields: [Self.writing(input)]), at: mark)
            } else {
                found.error(.fewFiles(given.count, model, input), at: mark)
            }
            return
        }
        let mark = given[input.count.upperBound].name.mark
        if input.role == "reference_image", given.allSatisfy({ $0.word == "references" }) {
            found.error(.manyReferences(given.count, model, input.count), at: mark)
        } else {
            found.error(.manyFiles(given.count, model, input), at: mark)
        }
    }

    private func check(_ rule: Model.InputRule, _ found: inout DiagnosticCollector) {
        guard holds(rule) else { return }
        let own = given(rule.roles)
        let listed = rule.lists.reduce(0) { $0 + (spec.parameters[$1]?.value.array?.count ?? 0) }
        if let count = rule.count, listed > 0, own.count + listed > count.upperBound {
            found.error(
                .manyItems(own.count + listed, model, of: rule, most: count.upperBound),
                at: rule.lists.compactMap { spec.parameters[$0]?.mark }.first ?? spec.mark)
        } else if let count = rule.count, !count.contains(own.count + listed), spec.unread.isEmpty {
            let mark = own.dropFirst(count.upperBound).first?.name.mark ?? spec.model?.mark ?? spec.mark
            if own.count > count.upperBound {
                found.error(.manyFiles(own.count, model, of: rule, count), at: mark)
            } else {
                let fields = rule.roles.compactMap { model.input($0) }.map { Self.writing($0) }
                found.error(
                    own.isEmpty
                        ? .noFile(model, for: rule.roles, fields: fields)
                        : .fewFiles(own.count, model, of: rule, count, fields: fields), at: mark)
            }
        }
        guard let first = own.first else { return }
        if let other = given(rule.notWith).first {
            found.error(
                .notTogether(model.id, first.input?.role ?? first.word, other.input?.role ?? other.word),
                at: max(first.name.mark, other.name.mark))
        }
        let isUnread = !spec.unread.isDisjoint(with: rule.needs + ["parameters"])
        if !rule.needs.isEmpty, !isUnread, given(rule.needs).isEmpty,
            !rule.needs.contains(where: { spec.parameters[$0] != nil })
        {
            found.error(.fileOnlyWith(model.id, first.input?.role ?? first.word, rule.needs), at: first.name.mark)
        }
    }

    /// Whether a rule's condition is met.
    func holds(_ rule: Model.InputRule) -> Bool { rule.with.isEmpty || isGiven(anyOf: rule.with) }

    func isGiven(anyOf roles: [String]) -> Bool { !given(roles).isEmpty }

    private static func example(_ kind: MediaKind) -> String {
        switch kind {
        case .image: "picture.jpg"
        case .video: "clip.mp4"
        case .audio: "voice.mp3"
        case .document: "story.pdf"
        }
    }
}

extension Model {
    /// Whether there is a place for what a job file calls so.
    fileprivate func takes(_ word: String, _ kind: MediaKind?) -> Bool {
        (inputs + functions.flatMap(\.rules.inputs)).contains { input in
            (kind == nil || input.kind == kind || input.isAddress)
                && (input.role == word
                    || (word == "references" && (input.role.hasPrefix("reference_") || input.kind == .document)
                        && !input.isAddress))
        }
    }
}
