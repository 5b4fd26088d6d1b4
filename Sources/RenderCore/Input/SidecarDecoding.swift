/// Reads the `request` of a sidecar as a job: a sidecar that is dropped repeats its render.
enum SidecarDecoding {
    /// How the `schema` of everything that renderdrop writes begins.
    static let schemaPrefix = "renderdrop/"

    static func isSidecar(_ entries: [DocumentNode.Entry]) -> Bool {
        schema(entries)?.hasPrefix(schemaPrefix) ?? false
    }

    private static func schema(_ entries: [DocumentNode.Entry]) -> String? {
        guard case .scalar(let text, _) = value("schema", entries)?.content else { return nil }
        return text
    }

    private static func value(_ key: String, _ entries: [DocumentNode.Entry]) -> DocumentNode? {
        guard let node = entries.first(where: { $0.key.value == key })?.value, !node.isNothing else { return nil }
        return node
    }

    /// The job; nil, with a diagnostic, for a failed job's sidecar, for a summary, and if there is no request.
    static func outline(
        _ entries: [DocumentNode.Entry], at mark: Mark, _ reader: inout FieldReader
    ) -> JobOutline? {
        guard schema(entries)?.hasPrefix(schemaPrefix + "sidecar") == true else {
            reader.found.error(.otherPaper, at: mark)
            return nil
        }
        if let error = value("error", entries) {
            reader.found.error(.failedSidecar, at: error.mark)
            return nil
        }
        guard let request = value("request", entries), case .mapping(let asked) = request.content else {
            reader.found.error(.sidecarWithoutRequest, at: mark)
            return nil
        }
        var fields: [JobKey: DocumentNode] = [:]
        // The model that rendered, not the alias that was asked for: the alias may stand for another one by now.
        let words: [JobKey] = [
            .kind, .model, .function, .prompt, .negativePrompt, .size, .resolution, .ratio, .duration, .count, .seed,
            .promptExtend, .watermark,
        ]
        for key in words { fields[key] = value(key.rawValue, asked) }
        fields[.provider] = value("provider", asked)
        if fields[.model] == nil { fields[.model] = value("model_asked", asked) }
        fields[.parameters] = value("parameters", asked)
        // `audio: false` is a word of its own in a job file.
        if case .mapping(let entries)? = fields[.parameters]?.content,
            let sound = entries.first(where: { $0.key.value == "audio" })
        {
            fields[.audio] = sound.value
            fields[.parameters] = DocumentNode(
                .mapping(entries.filter { $0.key.value != "audio" }), at: request.mark)
        }
        // Of a model that the catalogue does not know; else the row says it.
        fields[.family] = value("family", asked)
        if let node = value("endpoint", asked), case .scalar(let text, _) = node.content,
            let path = text.firstRange(of: "/services/")
        {
            fields[.endpoint] = DocumentNode(
                .scalar(text: String(text[path.lowerBound...]), plain: false), at: node.mark)
        }
        // Keys of the body's input, and of the items of its media, are parameters to a job file; the catalogue knows where they belong.
        var more: [DocumentNode.Entry] = []
        if case .mapping(let input)? = value("input", asked)?.content { more = input }
        for item in value("references", asked).map({ reader.items($0) }) ?? [] {
            guard case .mapping(let about) = item.content, case .mapping(let own)? = value("item", about)?.content
            else {
                continue
            }
            more += own.filter { entry in !more.contains { $0.key.value == entry.key.value } }
        }
        if !more.isEmpty {
            var entries: [DocumentNode.Entry] = []
            if case .mapping(let own)? = fields[.parameters]?.content { entries = own }
            fields[.parameters] = DocumentNode(.mapping(entries + more), at: request.mark)
        }
        if let references = value("references", asked) {
            let items = reader.items(references)
            if items.contains(where: { role(of: $0).map { $0 != "reference_image" } ?? false }) {
                fields[.media] = DocumentNode(.sequence(media(items, &reader)), at: references.mark)
            } else {
                fields[.references] = DocumentNode(
                    .sequence(items.compactMap { name(of: $0, &reader) }), at: references.mark)
            }
        }
        if let job = value("job", entries), case .mapping(let about) = job.content {
            fields[.tags] = value("tags", about)
            fields[.metadata] = value("metadata", about)
        }
        return JobOutline(fields, at: mark)
    }

    private static func role(of reference: DocumentNode) -> String? {
        guard case .mapping(let entries) = reference.content,
            case .scalar(let role, _)? = value("role", entries)?.content
        else { return nil }
        return role
    }

    /// `{name: girl.jpg, role: reference_image}` and `{name: girl.mp3, role: voice, speaker: girl.jpg}` →
    /// `{reference_image: girl.jpg, voice: girl.mp3}`
    private static func media(_ items: [DocumentNode], _ reader: inout FieldReader) -> [DocumentNode] {
        var media: [(name: String?, entries: [DocumentNode.Entry], mark: Mark)] = []
        for item in items {
            guard let name = name(of: item, &reader) else { continue }
            let role = role(of: item) ?? "reference_image"
            let entry = DocumentNode.Entry(key: Marked(role, at: item.mark), value: name)
            var shown: String?
            if case .scalar(let text, _) = name.content { shown = text }
            if role == "voice", case .mapping(let entries) = item.content,
                case .scalar(let speaker, _)? = value("speaker", entries)?.content,
                let place = media.firstIndex(where: { $0.name == speaker && $0.entries.count == 1 })
            {
                media[place].entries.append(entry)
            } else {
                media.append((shown, [entry], item.mark))
            }
        }
        return media.map { DocumentNode(.mapping($0.entries), at: $0.mark) }
    }

    /// `{name: cat.jpg, sha256: …}` → its name.
    private static func name(of reference: DocumentNode, _ reader: inout FieldReader) -> DocumentNode? {
        switch reference.content {
        case .scalar: return reference
        case .mapping(let entries):
            if let name = value("name", entries) ?? value("url", entries) { return name }
        case .sequence: break
        }
        reader.found.error(.sidecarReferenceWithoutName, at: reference.mark)
        return nil
    }
}
