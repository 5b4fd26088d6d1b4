/// One job of a file before its values are read: its keys, with defaults filled in.
struct JobOutline {
    struct Field {
        /// As the file spells the key.
        var key: Marked<String>
        var value: DocumentNode
    }

    var mark: Mark
    var fields: [JobKey: Field] = [:]
    var matrix: DocumentNode?
    /// Made of a sidecar.
    var repeatsSidecar = false
    /// Keys that an unknown one was probably meant for.
    var misspelt: Set<String> = []

    /// The jobs of a document.
    ///
    /// - Parameter rendersMax: of more jobs none is made.
    static func outlines(
        of document: DocumentNode, rendersMax: Int, _ reader: inout FieldReader
    ) -> [JobOutline] {
        switch document.content {
        case .scalar(let text, _):
            let near = String(text.prefix { $0 != ":" })
            reader.found.error(.plainText(key: JobKey(word: near).map { _ in near }), at: document.mark)
            return []
        case .sequence:
            reader.found.error(.bareList, at: document.mark)
            return []
        case .mapping(let entries):
            if SidecarDecoding.isSidecar(entries) {
                return SidecarDecoding.outline(entries, at: document.mark, &reader).map { outline in
                    var outline = outline
                    outline.repeatsSidecar = true
                    return [outline]
                } ?? []
            }
            if entries.contains(where: { $0.key.value == "jobs" || $0.key.value == "defaults" }) {
                return batch(entries, at: document.mark, rendersMax: rendersMax, &reader)
            }
            return [JobOutline(entries, at: document.mark, &reader)]
        }
    }

    private init(mark: Mark) { self.mark = mark }

    init(_ entries: [DocumentNode.Entry], at mark: Mark, _ reader: inout FieldReader) {
        self.init(mark: mark)
        for entry in entries where !reader.found.isFull {
            if entry.key.value == "matrix" {
                matrix = entry.value.isNothing ? nil : entry.value
            } else if let key = JobKey(word: entry.key.value) {
                if let first = fields[key] {
                    reader.found.error(.sameField(entry.key.value, as: first.key), at: entry.key.mark)
                } else {
                    fields[key] = Field(key: entry.key, value: entry.value)
                }
            } else {
                if let meant = NearestWord.of(entry.key.value, among: JobKey.words) { misspelt.insert(meant) }
                let advice = JobKey.advice(for: entry.key.value, besides: ["matrix", "jobs", "defaults"])
                reader.found.error(.unknownJobField(entry.key.value, advice: advice), at: entry.key.mark)
            }
        }
    }

    /// A job made of other places of a file.
    init(_ fields: [JobKey: DocumentNode], at mark: Mark) {
        self.init(mark: mark)
        for (key, value) in fields {
            self.fields[key] = Field(key: Marked(key.rawValue, at: value.mark), value: value)
        }
    }

    private static func batch(
        _ entries: [DocumentNode.Entry], at mark: Mark, rendersMax: Int, _ reader: inout FieldReader
    ) -> [JobOutline] {
        for entry in entries where entry.key.value != "jobs" && entry.key.value != "defaults" {
            let known = JobKey(word: entry.key.value) != nil || entry.key.value == "matrix"
            let advice = known ? nil : JobKey.advice(for: entry.key.value, besides: ["jobs", "defaults"])
            reader.found.error(.fieldBesideJobs(entry.key.value, advice: advice), at: entry.key.mark)
        }
        func value(_ key: String) -> DocumentNode? { entries.first { $0.key.value == key }?.value }
        var defaults = JobOutline(mark: mark)
        if let node = value("defaults"), let entries = reader.entries(node, "defaults") {
            defaults = JobOutline(entries, at: node.mark, &reader)
        }
        guard let jobs = value("jobs"), case .sequence(let items) = jobs.content, !items.isEmpty else {
            let place = value("jobs")?.mark ?? mark
            reader.found.error(.noJobs, at: place)
            return []
        }
        guard items.count <= rendersMax else {
            reader.found.error(.manyJobs(items.count, most: rendersMax), at: mark)
            return []
        }
        guard items.count * defaults.nodes <= SpecDecoding.valuesMax else {
            reader.found.error(.longDefaults(jobs: items.count), at: value("defaults")?.mark ?? mark)
            return []
        }
        return items.compactMap { item in
            guard case .mapping(let entries) = item.content else {
                reader.found.error(.notAJob(item), at: item.mark)
                return nil
            }
            return JobOutline(entries, at: item.mark, &reader).filled(from: defaults)
        }
    }

    private var nodes: Int { fields.values.reduce(matrix?.nodes ?? 0) { $0 + $1.value.nodes } }

    /// The same with what it does not say itself; `parameters` and `metadata` are joined key by key.
    private func filled(from defaults: JobOutline) -> JobOutline {
        var filled = self
        filled.matrix = matrix ?? defaults.matrix
        filled.misspelt.formUnion(defaults.misspelt)
        for (key, field) in defaults.fields {
            guard let own = fields[key] else {
                filled.fields[key] = field
                continue
            }
            if key == .parameters || key == .metadata, case .mapping(let mine) = own.value.content,
                case .mapping(let common) = field.value.content
            {
                let names = Set(mine.map(\.key.value))
                filled.fields[key]?.value.content = .mapping(mine + common.filter { !names.contains($0.key.value) })
            }
        }
        return filled
    }
}
