extension CatalogueRow {
    /// `{reference_image: {count: 0..3, media: qwen-pictures}, mask: {count: 0..1, media: …, key: mask_image_url}}`
    ///
    /// - `kind: document` without formats: a web page, of which only the address is taken.
    /// - `same_size_as`: the role of what it must be as large as.
    /// - Where the files stand in a request is said by a key of the provider's (`RequestSpelling.placeKeys`).
    func inputs(_ reader: inout FieldReader) -> [Model.Input] {
        (fields["inputs"].flatMap { reader.entries($0, "inputs") } ?? []).compactMap { entry in
            guard !entry.value.isNothing else { return nil }
            let spelling = tables.spelling
            let known = ["count", "media", "kind"] + spelling.placeKeys + ["same_size_as"]
            let keys = reader.fields(entry.value, entry.key.value, known: known)
            let limit = keys["media"].map { media($0, &reader) } ?? Model.MediaLimit()
            let told = keys["kind"].flatMap { reader.word($0, "kind", MediaKind.self)?.value }
            let count = keys["count"].flatMap { node in
                reader.value(node, "count", .range("0..1")) { Self.count($0) }?.value
            }
            guard let count, let kind = told ?? limit.formats.first.flatMap(MediaProbe.kind(of:)) else {
                reader.found.error(
                    count == nil ? .inputWithoutCount(entry.key.value) : .inputWithoutKind(entry.key.value),
                    at: entry.key.mark)
                return nil
            }
            func text(_ key: String) -> String? { keys[key].flatMap { reader.text($0, key)?.value } }
            var place: MediaPlace?
            for key in spelling.placeKeys where place == nil { place = text(key).flatMap { spelling.place(key, $0) } }
            let same = keys["same_size_as"].flatMap { reader.text($0, "same_size_as") }
            if let same, !inputNames.contains(same.value) { reader.unknownName(same, in: "inputs", known: inputNames) }
            return Model.Input(
                role: entry.key.value, kind: kind, count: count, place: place, limit: limit,
                isAddress: kind == .document && limit.formats.isEmpty, sameSizeAs: same?.value)
        }
    }

    /// `[{of: [reference_image, reference_video], with: [video], count: 1..5, seconds: ..15, with_output: true, not_with: […], needs: […], parameters: {…}}]`
    func inputRules(_ reader: inout FieldReader) -> [Model.InputRule] {
        (fields["together"].map(reader.items) ?? []).map { node in
            let keys = reader.fields(
                node, "together",
                known: ["of", "with", "count", "seconds", "with_output", "not_with", "needs", "parameters"])
            var parameters: [String: JSONValue] = [:]
            for one in keys["parameters"].flatMap({ reader.entries($0, "parameters") }) ?? [] {
                parameters[named(one.key, in: "parameters", &reader)] = ScalarReading.json(one.value)
            }
            let needs = (keys["needs"].map { reader.texts($0, "needs") } ?? []).map { name in
                named(name, in: "needs", &reader)
            }
            func roles(_ key: String) -> [String] {
                (keys[key].map { reader.texts($0, key) } ?? []).map { role in
                    if !inputNames.contains(role.value), !(key == "of" && isList(role.value)) {
                        reader.unknownName(role, in: "inputs", known: inputNames)
                    }
                    return role.value
                }
            }
            // A parameter that is a list stands beside roles: its items are counted like files.
            let members = keys["of"].map { reader.texts($0, "of") } ?? []
            let lists = members.filter { !inputNames.contains($0.value) && isList($0.value) }.map(\.value)
            return Model.InputRule(
                roles: roles("of").filter { !lists.contains($0) }, lists: lists, with: roles("with"),
                count: keys["count"].flatMap { node in
                    reader.value(node, "count", .range("1..5")) { Self.count($0) }?.value
                }, notWith: roles("not_with"), needs: needs,
                parameters: parameters,
                seconds: keys["seconds"].flatMap { node in
                    reader.value(node, "seconds", .range("2..30 or ..15")) { text in
                        RangeReading.number(text.hasPrefix("..") ? "0" + text : text)
                    }?.value
                }, withOutput: keys["with_output"].flatMap { reader.boolean($0, "with_output")?.value } ?? false)
        }
    }

    private static func count(_ text: String) -> ClosedRange<Int>? {
        RangeReading.whole(text).flatMap { $0.lowerBound >= 0 && $0.upperBound <= 1000 ? $0 : nil }
    }

    var inputNames: [String] {
        guard case .mapping(let entries)? = fields["inputs"]?.content else { return [] }
        return entries.filter { !$0.value.isNothing }.map(\.key.value)
    }

    /// Whether it is a parameter of this row that is a list.
    private func isList(_ name: String) -> Bool {
        guard case .mapping(let entries)? = fields["parameters"]?.content,
            case .mapping(let keys)? = entries.first(where: { $0.key.value == name })?.value.content,
            case .scalar("list", _)? = keys.first(where: { $0.key.value == "type" })?.value.content
        else { return false }
        return true
    }

    /// By its name in the catalogue's `media`, or said in full.
    private func media(_ node: DocumentNode, _ reader: inout FieldReader) -> Model.MediaLimit {
        var node = node
        if case .scalar(let name, _) = node.content {
            guard let named = tables.media[name] else {
                reader.unknownName(Marked(name, at: node.mark), in: "media", known: tables.media.keys.sorted())
                return Model.MediaLimit()
            }
            node = named
        }
        let known = [
            "formats", "side", "side_is_advice", "ratio", "megabytes", "alpha", "seconds", "area", "frames_per_second",
            "pages",
        ]
        let keys = reader.fields(node, "media", known: known)
        let formats = (keys["formats"].map { reader.texts($0, "formats") } ?? []).map { format in
            if MediaProbe.kind(of: format.value) == nil {
                reader.unknownName(format, in: "formats", known: MediaProbe.formats)
            }
            return format.value
        }
        let alpha = keys["alpha"].flatMap { reader.word($0, "alpha", Alpha.self)?.value } ?? .yes
        return Model.MediaLimit(
            formats: formats,
            side: keys["side"].flatMap {
                reader.value($0, "side", .range("384..3072")) { RangeReading.whole($0) }?.value
            },
            ratio: keys["ratio"].flatMap {
                reader.value($0, "ratio", .range("1:8..8:1")) { RangeReading.ratio($0) }?.value
            },
            bytesMax: keys["megabytes"].flatMap { reader.integer($0, "megabytes", in: 1...10_000)?.value }.map {
                $0 << 20
            },
            alpha: alpha != .no, needsAlpha: alpha == .needed,
            sideIsStrict: !(keys["side_is_advice"].flatMap { reader.boolean($0, "side_is_advice")?.value } ?? false),
            seconds: keys["seconds"].flatMap {
                reader.value($0, "seconds", .range("1..10")) { RangeReading.number($0) }?.value
            },
            area: keys["area"].flatMap {
                reader.value($0, "area", .range("128*128..2048*2048")) { RangeReading.whole($0) }?.value
            },
            pace: keys["frames_per_second"].flatMap {
                reader.value($0, "frames_per_second", .range("16..60")) { RangeReading.number($0) }?.value
            }, pagesMax: keys["pages"].flatMap { reader.integer($0, "pages", in: 1...1_000_000)?.value })
    }

    private enum Alpha: String, CaseIterable { case yes, no, needed }

    /// `[720P, 1080P]`, or `{list: [720P, 1080P], default: 1080P}`.
    func choice(_ key: String, _ reader: inout FieldReader) -> ChoiceRule? {
        guard let node = fields[key], !node.isNothing else { return nil }
        if case .scalar("none", _) = node.content { return nil }
        guard case .mapping = node.content else { return ChoiceRule(values: reader.texts(node, key).map(\.value)) }
        let keys = reader.fields(node, key, known: ["list", "default"])
        return ChoiceRule(
            values: keys["list"].map { reader.texts($0, "list").map(\.value) } ?? [],
            standard: keys["default"].flatMap { reader.text($0, "default")?.value })
    }

    /// `{range: 2..15, default: 5}`, `{list: [5, 10], default: 5}`, `{range: 2..10, follows: video, words: {keep: 0}}`,
    /// `{follows: audio, range: 1..20, settable: false}`
    func duration(_ reader: inout FieldReader) -> DurationRule? {
        guard let node = fields["duration"], !node.isNothing else { return nil }
        if case .scalar("none", _) = node.content { return nil }
        let keys = reader.fields(node, "duration", known: ["range", "list", "default", "words", "follows", "settable"])
        let only = (keys["list"].map(reader.items) ?? []).compactMap { reader.integer($0, "list", in: 1...3600)?.value }
        let range = keys["range"].flatMap { node in
            reader.value(node, "range", .range("2..15")) { RangeReading.whole($0) }?.value
        }
        guard let range = range ?? only.min().flatMap({ low in only.max().map { low...$0 } }) else {
            reader.found.error(.durationWithoutRange, at: node.mark)
            return nil
        }
        var words: [String: Int] = [:]
        for entry in keys["words"].flatMap({ reader.entries($0, "words") }) ?? [] {
            words[entry.key.value] = reader.integer(entry.value, "words", in: -1...0)?.value
        }
        return DurationRule(
            range: range, only: only,
            standard: keys["default"].flatMap { reader.integer($0, "default", in: -1...3600)?.value }, words: words,
            follows: keys["follows"].flatMap { reader.text($0, "follows")?.value },
            isSettable: keys["settable"].flatMap { reader.boolean($0, "settable")?.value } ?? true)
    }
}
