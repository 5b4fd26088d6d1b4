/// Turns the trees of a job file into specs, or reports every mistake at once.
///
/// A file is one job, several documents, `defaults:` with `jobs:`, or the sidecar of a success, whose render it
/// repeats. `matrix:` multiplies a job over lists.
public struct SpecDecoding: Sendable {
    /// Of one value: every render of a file keeps its own copy.
    static let textBytesMax = 64 << 10

    /// References of one job: far more than any model takes.
    static let referencesMax = 100
    /// Values of all jobs together, after `defaults` and `matrix` have repeated them.
    static let valuesMax = 500_000

    /// How many renders a file may make.
    public var rendersMax: Int

    /// The words that `family:` may have.
    public var families: [String]

    public init(rendersMax: Int, families: [String]) {
        self.rendersMax = rendersMax
        self.families = families
    }

    /// The specs that could be read, and the mistakes.
    public struct Decoded: Sendable, Equatable {
        /// One for each job and each cell of its matrix, in the order of the file; with errors as far as it could be read,
        /// so that a planner finds the mistakes of the rest.
        public var specs: [JobSpec]
        public var diagnostics: [Diagnostic]
    }

    public func specs(_ documents: [DocumentNode]) -> Decoded {
        var reader = FieldReader()
        var outlines: [JobOutline] = []
        for document in documents where !document.isNothing {
            KeyGuard.check(document, &reader.found)
            outlines += JobOutline.outlines(of: document, rendersMax: rendersMax, &reader)
            guard outlines.count <= rendersMax else { break }
        }
        if outlines.isEmpty, !reader.found.hasErrors {
            reader.found.error(.noJob, at: .start)
        }
        var specs: [JobSpec] = []
        var values = 0
        var renders = 0
        var isWhole = outlines.count <= rendersMax
        for (job, outline) in outlines.enumerated() {
            // What is far beyond the bounds is not even made: a small file may ask for more than any memory holds.
            guard renders <= rendersMax, values <= Self.valuesMax else {
                isWhole = false
                break
            }
            for cell in outline.matrix.map({ MatrixExpansion(rendersMax: rendersMax).cells(of: outline, $0, &reader) })
                ?? [MatrixExpansion.Cell(fields: outline.fields, values: [:])]
            {
                values += cell.fields.values.reduce(0) { $0 + $1.value.nodes }
                guard values <= Self.valuesMax else { break }
                var spec = spec(cell.fields, at: outline.mark, &reader)
                spec.unread.formUnion(outline.misspelt)
                spec.job = job
                spec.repeatsSidecar = outline.repeatsSidecar
                spec.cell = cell.values
                renders += spec.renders
                specs.append(spec)
            }
        }
        if values > Self.valuesMax, let first = outlines.first {
            reader.found.error(.manyValues, at: first.mark)
        } else if renders > rendersMax, let first = specs.first {
            reader.found.error(.manyRenders(isWhole ? renders : nil, most: rendersMax), at: first.mark)
        }
        return Decoded(specs: specs, diagnostics: reader.found.sorted)
    }

    private func spec(
        _ fields: [JobKey: JobOutline.Field], at mark: Mark, _ reader: inout FieldReader
    ) -> JobSpec {
        var spec = JobSpec(mark: mark)
        for key in JobKey.allCases {
            guard let node = fields[key]?.value else { continue }
            if key.isText { Self.warnOfDropped(node, key.rawValue, &reader) }
            // A repeated mistake is gathered once, so that the cell's own reader tells whether this value has one.
            var own = FieldReader()
            read(node, as: key, into: &spec, &own)
            if own.found.hasErrors { spec.unread.insert(key.rawValue) }
            reader.found.add(own.found.sorted)
        }
        return spec
    }

    /// Says what YAML leaves out of a text without a word.
    private static func warnOfDropped(_ node: DocumentNode, _ key: String, _ reader: inout FieldReader) {
        switch node.dropped {
        case .comment(let place):
            reader.found.warn(.cutByComment(key), at: place)
        case .anchor(let name):
            reader.found.warn(.cutByAnchor(key, name), at: node.mark)
        case nil: break
        }
        switch node.content {
        case .scalar: break
        case .sequence(let items): for item in items { warnOfDropped(item, key, &reader) }
        case .mapping(let entries): for entry in entries { warnOfDropped(entry.value, key, &reader) }
        }
    }

    private func read(
        _ node: DocumentNode, as key: JobKey, into spec: inout JobSpec, _ reader: inout FieldReader
    ) {
        let word = key.rawValue
        guard node.textBytes <= Self.textBytesMax else {
            reader.found.error(.longValue(word, bytesMax: Self.textBytesMax), at: node.mark)
            return
        }
        switch key {
        case .prompt: spec.prompt = Self.trimmed(reader.text(node, word))
        case .model: spec.model = Self.trimmed(reader.text(node, word))
        case .provider: spec.provider = Self.trimmed(reader.text(node, word))
        case .account: spec.account = Self.trimmed(reader.text(node, word))
        case .kind: spec.kind = reader.word(node, word, JobKind.self)
        case .negativePrompt: spec.negativePrompt = Self.trimmed(reader.text(node, word))
        case .function: spec.function = Self.trimmed(reader.text(node, word))
        case .references: spec.references = Self.references(node, word, &reader)
        case .voice: spec.voices = Self.voices(node, &reader)
        case .firstFrame, .lastFrame, .video, .mask: spec.media += Self.named(node, key, &reader)
        case .audio:
            // `audio: false` says that the film shall be silent.
            if case .scalar(let text, _) = node.content, let sound = ScalarReading.boolean(text) {
                spec.sound = Marked(sound, at: node.mark)
            } else {
                spec.media += Self.named(node, key, &reader)
            }
        case .media: spec.media += Self.media(node, &reader)
        case .size: spec.size = Self.trimmed(reader.text(node, word))
        case .resolution: spec.resolution = Self.trimmed(reader.text(node, word))
        case .ratio: spec.ratio = Self.trimmed(reader.text(node, word))
        case .duration: spec.duration = Self.trimmed(reader.text(node, word))
        case .family:
            spec.family = reader.value(node, word, .word(families, instead: nil)) { families.contains($0) ? $0 : nil }
        case .endpoint: spec.endpoint = Self.trimmed(reader.text(node, word))
        case .count: spec.count = reader.integer(node, word, in: 1...(.max))
        case .seed:
            spec.seeds = SeedList.nodes(node, &reader).compactMap { one in
                reader.value(one, word, .seeds) { text in
                    ScalarReading.integer(text).flatMap { (-1...2_147_483_647).contains($0) ? $0 : nil }
                }
            }
        case .promptExtend: spec.promptExtend = reader.boolean(node, word)
        case .watermark: spec.watermark = reader.boolean(node, word)
        case .parameters: spec.parameters = Self.parameters(node, &reader)
        case .output: spec.outputName = Self.outputName(node, &reader)
        case .priority: spec.priority = reader.word(node, word, JobPriority.self)
        case .notBefore: spec.notBefore = reader.timestamp(node, word)
        case .giveUpAfter: spec.giveUpAfter = reader.duration(node, word)
        case .maxCost: spec.maxCost = reader.amount(node, word)
        case .again: spec.again = reader.boolean(node, word)
        case .tags: spec.tags = reader.texts(node, word).map(\.value)
        case .metadata:
            let entries = reader.entries(node, word) ?? []
            spec.metadata = Dictionary(
                entries.map { ($0.key.value, ScalarReading.json($0.value)) }, uniquingKeysWith: { $1 })
        }
    }

    private static func references(
        _ node: DocumentNode, _ key: String, _ reader: inout FieldReader
    ) -> [Marked<String>] {
        let count = reader.items(node).count
        guard count <= referencesMax else {
            reader.found.error(
                .manyFiles(count, key == "references" ? "references" : "names", most: referencesMax), at: node.mark)
            return []
        }
        return reader.texts(node, key)
    }

    /// One voice for each reference, in order. An empty value means no voice, and becomes an empty name.
    private static func voices(_ node: DocumentNode, _ reader: inout FieldReader) -> [Marked<String>] {
        guard case .sequence(let items) = node.content, items.contains(where: \.isNothing), items.count <= referencesMax
        else { return references(node, "voice", &reader) }
        var voices = items.map { item in
            item.isNothing ? Marked("", at: item.mark) : reader.text(item, "voice") ?? Marked("", at: item.mark)
        }
        while voices.last?.value.isEmpty == true { voices.removeLast() }
        return voices
    }

    /// What a key of its own names: mostly one, a list where a model takes several.
    private static func named(_ node: DocumentNode, _ key: JobKey, _ reader: inout FieldReader) -> [JobSpec.Media] {
        references(node, key.rawValue, &reader).map {
            JobSpec.Media(role: Marked(key.rawValue, at: $0.mark), name: $0, hasKey: true)
        }
    }

    /// `[{first_frame: a.png}, {reference_image: girl.jpg, voice: girl.mp3}]`
    private static func media(_ node: DocumentNode, _ reader: inout FieldReader) -> [JobSpec.Media] {
        let items = reader.items(node)
        guard items.count <= referencesMax else {
            reader.found.error(.manyFiles(items.count, "media", most: referencesMax), at: node.mark)
            return []
        }
        return items.compactMap { item in
            guard case .mapping(let entries) = item.content else {
                reader.found.error(.mediaItem, at: item.mark)
                return nil
            }
            let voice = entries.first { $0.key.value == "voice" }.flatMap { reader.text($0.value, "voice") }
            let own = entries.filter { $0.key.value != "voice" }
            guard own.count == 1, let name = reader.text(own[0].value, own[0].key.value) else {
                // A voice alone is a file like others.
                if own.isEmpty, let voice { return JobSpec.Media(role: Marked("voice", at: voice.mark), name: voice) }
                reader.found.error(.mediaItemWithVoice, at: item.mark)
                return nil
            }
            return JobSpec.Media(role: own[0].key, name: name, voice: voice)
        }
    }

    private static func trimmed(_ text: Marked<String>?) -> Marked<String>? {
        text.map { text in
            let body = text.value.drop(while: \.isWhitespace)
            let end = body.lastIndex { !$0.isWhitespace }.map { body.index(after: $0) } ?? body.startIndex
            return Marked(String(body[..<end]), at: text.mark)
        }
    }

    /// Keys of ours that are parameters of some model as well.
    private static let foreignWords: Set<JobKey> = [
        .kind, .output, .tags, .media, .family, .endpoint, .voice, .again, .provider, .account,
    ]

    private static func parameters(
        _ node: DocumentNode, _ reader: inout FieldReader
    ) -> [String: Marked<JSONValue>] {
        var parameters: [String: Marked<JSONValue>] = [:]
        for entry in reader.entries(node, "parameters") ?? [] {
            if let key = JobKey(rawValue: entry.key.value), !Self.foreignWords.contains(key) {
                reader.found.error(.fieldBelowParameters(key.rawValue), at: entry.key.mark)
            } else if !entry.value.isNothing {
                parameters[entry.key.value] = Marked(ScalarReading.json(entry.value), at: entry.value.mark)
            }
        }
        return parameters
    }

    /// `output: {name: "{job}-{index}"}`, or the name alone.
    private static func outputName(_ node: DocumentNode, _ reader: inout FieldReader) -> Marked<String>? {
        let name: Marked<String>?
        if case .scalar = node.content {
            name = reader.text(node, "output")
        } else {
            name = reader.fields(node, "output", known: ["name"])["name"].flatMap { reader.text($0, "name") }
        }
        guard let name else { return nil }
        let problems = OutputNameTemplate.problems(in: name)
        for problem in problems { reader.found.add(problem) }
        return problems.isEmpty ? name : nil
    }
}
