extension ModelCatalogue {
    static let rowKeys = [
        "id", "provider", "like", "title", "status", "kinds", "snapshots", "ids", "regions", "endpoints", "inputs",
        "together",
        "files", "size", "resolution", "ratio", "duration", "n", "up_to", "words", "texts", "prompt",
        "prompt_is_optional",
        "negative_prompt",
        "functions", "parameters", "prices", "billed", "prices_as_of", "limit", "when", "confidence", "source", "tier",
        "capabilities", "languages",
    ]
    /// Keys whose entries are merged with those of the earlier row, not replaced.
    private static let joined = ["inputs", "parameters", "prices", "ids", "when", "functions"]

    /// Definitions that rows refer to by name.
    struct Tables: Sendable {
        let spelling: any RequestSpelling
        /// By their tags.
        var endpoints: [String: Model.Endpoint] = [:]
        /// What files must be, by name.
        var media: [String: DocumentNode] = [:]
    }

    /// This catalogue with the rows of a file added. A row whose id is known changes only the keys that it names; a new
    /// row takes what it does not say from the row that `like` names.
    ///
    /// - Parameters:
    ///   - isOwn: false for the built-in rows; limits of a user's own are not raised by what the provider says.
    ///   - readingRows: reads every row at once and tells its mistakes; otherwise when somebody asks for its model, and one that is not
    ///     whole is no model. Nil: rows of a user's own are.
    ///   - others: providers whose rows may stand in the same file. Theirs are passed over here.
    ///   - isFirst: rows and endpoints that name no provider belong to this catalogue; false: they are passed over.
    /// - Returns: with every mistake at once, at its place in the file.
    public func extended(
        by documents: [DocumentNode], isOwn: Bool = true, readingRows: Bool? = nil, others: [String] = [],
        isFirst: Bool = true
    ) -> Checked<ModelCatalogue> {
        var reader = FieldReader()
        var catalogue = self
        for document in documents where !document.isNothing {
            let fields = reader.fields(
                document, "catalogue", known: ["endpoints", "media", "models", "result_hosts"])
            for entry in fields["endpoints"].flatMap({ reader.entries($0, "endpoints") }) ?? []
            where isMine(entry.value, others, isFirst, &reader) {
                if let endpoint = endpoint(entry, &reader) {
                    catalogue.tables.endpoints[entry.key.value] = endpoint
                }
            }
            for entry in fields["media"].flatMap({ reader.entries($0, "media") }) ?? [] {
                catalogue.tables.media[entry.key.value] = entry.value
            }
            if isFirst {
                let hosts = fields["result_hosts"].map { reader.texts($0, "result_hosts").map(\.value) }
                catalogue.resultHosts += hosts ?? []
            }
            for row in fields["models"].map(reader.items) ?? [] where isMine(row, others, isFirst, &reader) {
                catalogue.add(row, isOwn: isOwn, isRead: readingRows ?? isOwn, &reader)
            }
        }
        return Checked(catalogue, reader.found.sorted)
    }

    /// Whether a row or an endpoint is of this catalogue's provider.
    private func isMine(
        _ node: DocumentNode, _ others: [String], _ isFirst: Bool, _ reader: inout FieldReader
    ) -> Bool {
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { $0.key.value == "provider" }),
            case .scalar(let name, _) = entry.value.content
        else { return isFirst }
        if name == spelling.provider { return true }
        // Said once, not by each catalogue of the file.
        if isFirst, !others.contains(name) {
            reader.unknownName(Marked(name, at: entry.value.mark), in: "provider", known: [spelling.provider] + others)
        }
        return false
    }

    private func endpoint(_ entry: DocumentNode.Entry, _ reader: inout FieldReader) -> Model.Endpoint? {
        let fields = reader.fields(
            entry.value, entry.key.value, known: ["path", "mode", "family", "stream", "provider"])
        let path = fields["path"].flatMap { reader.text($0, "path") }
        let mode = fields["mode"].flatMap { reader.word($0, "mode", CallMode.self) }
        let form = fields["family"].flatMap { node in
            reader.value(node, "family", .word(spelling.formNames, instead: nil)) { spelling.form($0) }
        }
        guard let path, let mode, let form, path.value.hasPrefix("/") else {
            reader.found.error(.incompleteEndpoint(entry.key.value), at: entry.key.mark)
            return nil
        }
        return Model.Endpoint(
            tag: entry.key.value, path: path.value, mode: mode.value, form: form.value,
            streams: fields["stream"].flatMap { reader.boolean($0, "stream")?.value } ?? false)
    }

    private mutating func add(_ row: DocumentNode, isOwn: Bool, isRead: Bool, _ reader: inout FieldReader) {
        guard let entries = reader.entries(row, "models") else { return }
        func text(_ key: String) -> Marked<String>? {
            entries.first { $0.key.value == key }.flatMap { reader.text($0.value, key) }
        }
        guard let id = text("id"), !id.value.isEmpty else {
            reader.found.error(.rowWithoutID, at: row.mark)
            return
        }
        for entry in entries where !Self.rowKeys.contains(entry.key.value) {
            reader.unknown(entry.key, in: id.value, known: Self.rowKeys)
        }
        var below = rows[id.value] ?? []
        var hasOwnLimits = ownLimits.contains(id.value)
        if let like = text("like") {
            if let other = rows[like.value] {
                below = other
                hasOwnLimits = ownLimits.contains(like.value)
            } else {
                let near = NearestWord.of(like.value, among: ids)
                reader.found.error(.unknownRow(like.value, near: near), at: like.mark)
            }
        }
        func names(_ key: String) -> Bool { entries.contains { $0.key.value == key } }
        // Whoever writes a price of their own does not vouch for the day of another.
        if isOwn, names("prices"), !names("prices_as_of") { below.removeAll { $0.key.value == "prices_as_of" } }
        let whole = Self.merged(entries.filter { $0.key.value != "like" }, over: below)
        let complete = CatalogueRow(whole, at: row.mark, tables: tables)
        guard isRead else {
            ownLimits.remove(id.value)
            rows[id.value] = whole
            return put(ShelvedModel(id.value, complete))
        }
        guard var model = complete.model(&reader) else { return }
        if isOwn, hasOwnLimits || names("limit") {
            ownLimits.insert(id.value)
            model.ownLimits()
        } else {
            ownLimits.remove(id.value)
        }
        rows[id.value] = whole
        put(ShelvedModel(model))
    }

    /// Keys of `upper` win; the entries of the joined keys are merged in their turn.
    static func merged(_ upper: [DocumentNode.Entry], over lower: [DocumentNode.Entry]) -> [DocumentNode.Entry] {
        var result = upper
        for entry in lower {
            guard let place = result.firstIndex(where: { $0.key.value == entry.key.value }) else {
                result.append(entry)
                continue
            }
            if joined.contains(entry.key.value), case .mapping(let mine) = result[place].value.content,
                case .mapping(let theirs) = entry.value.content
            {
                let names = mine.map(\.key.value)
                result[place].value.content = .mapping(mine + theirs.filter { !names.contains($0.key.value) })
            }
        }
        return result
    }
}
