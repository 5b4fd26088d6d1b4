/// Turns `matrix:` into one set of fields for each combination; the first key changes slowest.
struct MatrixExpansion {
    struct Cell {
        var fields: [JobKey: JobOutline.Field]
        var values: [String: String]
    }

    private struct Axis {
        var key: Marked<String>
        /// The job key with this name; nil: a placeholder.
        var field: JobKey?
        var values: [DocumentNode]

        /// How many renders it makes of one: a value may be a list of seeds.
        var renders: Int {
            guard field == .seed else { return values.count }
            return values.reduce(0) { $0 + SeedList.count($1) }
        }
    }

    /// More keys than this make no matrix that a person meant.
    private static let axesMax = 32

    /// Keys whose text may contain `{placeholders}`.
    private static let texts: [JobKey] = [.prompt, .negativePrompt, .output]

    var rendersMax: Int

    /// None where the matrix is wrong or too large.
    func cells(of outline: JobOutline, _ matrix: DocumentNode, _ reader: inout FieldReader) -> [Cell] {
        let before = reader.found.count
        if case .mapping(let entries) = matrix.content, entries.count > Self.axesMax {
            reader.found.error(.manyMatrixKeys(entries.count, most: Self.axesMax), at: matrix.mark)
            return []
        }
        let axes = axes(matrix, &reader)
        checkPlaceholders(axes, outline, &reader)
        guard reader.found.count == before, !axes.isEmpty else { return [] }
        var factors = axes.map(\.renders)
        if !axes.contains(where: { $0.field == .seed }), let seeds = outline.fields[.seed]?.value {
            let count = SeedList.count(seeds)
            if count > 1 { factors.append(count) }
        }
        let renders = factors.reduce(1) { product, factor in
            let (value, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? .max : value
        }
        guard renders <= rendersMax else {
            let product = factors.map(String.init).joined(separator: " × ")
            reader.found.error(
                .manyCells(renders == .max ? nil : renders, product: product, most: rendersMax), at: matrix.mark)
            return []
        }
        // A long text times many cells would fill the memory before anybody could say that the text is too long.
        for key in Self.texts {
            guard let text = outline.fields[key]?.value, text.textBytes > SpecDecoding.textBytesMax else { continue }
            reader.found.error(
                .longMatrixText(key.rawValue, bytesMax: SpecDecoding.textBytesMax), at: text.mark)
            return []
        }
        var cells = [Cell(fields: outline.fields, values: [:])]
        for axis in axes {
            cells = cells.flatMap { cell in axis.values.map { Self.cell(cell, axis, $0) } }
        }
        var filled: [Cell] = []
        for cell in cells {
            for key in Self.texts {
                guard let text = cell.fields[key]?.value,
                    Self.filledBytes(text, cell.values) > SpecDecoding.textBytesMax
                else { continue }
                reader.found.error(
                    .longFilledText(key.rawValue, bytesMax: SpecDecoding.textBytesMax), at: text.mark)
                return []
            }
            filled.append(Self.filled(cell))
        }
        return filled
    }

    /// The length of a text with its values inserted, computed before any memory is allocated for it.
    private static func filledBytes(_ node: DocumentNode, _ values: [String: String]) -> Int {
        switch node.content {
        case .scalar(let text, _):
            OutputNameTemplate.pieces(of: text).reduce(0) { sum, piece in
                switch piece {
                case .text(let text): sum + text.utf8.count
                case .placeholder(let word, _): sum + (values[word]?.utf8.count ?? word.utf8.count + 2)
                }
            }
        case .sequence(let items): items.reduce(0) { $0 + filledBytes($1, values) }
        case .mapping(let entries): entries.reduce(0) { $0 + filledBytes($1.value, values) }
        }
    }

    private static func cell(_ cell: Cell, _ axis: Axis, _ value: DocumentNode) -> Cell {
        var cell = cell
        if let field = axis.field { cell.fields[field] = .init(key: axis.key, value: value) }
        cell.values[axis.key.value] = shown(value)
        return cell
    }

    /// A value as inserted into a text; a list by its items.
    private static func shown(_ value: DocumentNode) -> String {
        switch value.content {
        case .scalar(let text, _): text
        case .sequence(let items): items.map(shown).joined(separator: "+")
        case .mapping: ""
        }
    }

    private func axes(_ matrix: DocumentNode, _ reader: inout FieldReader) -> [Axis] {
        var axes: [Axis] = []
        for entry in reader.entries(matrix, "matrix") ?? [] {
            let word = entry.key.value
            let field = JobKey(word: word)
            if field == .output || field == .parameters || field == .metadata || field == .maxCost {
                reader.found.error(.fieldInMatrix(word), at: entry.key.mark)
                continue
            }
            guard !word.isEmpty, word.unicodeScalars.allSatisfy(OutputNameTemplate.isWord) else {
                reader.found.error(.badMatrixKey(word), at: entry.key.mark)
                continue
            }
            let values = field == .seed ? SeedList.nodes(entry.value, &reader) : reader.items(entry.value)
            if values.isEmpty {
                reader.found.error(.emptyAxis(word), at: entry.value.mark)
                continue
            }
            for value in values where field == nil {
                guard case .scalar = value.content else {
                    reader.found.error(.axisWantsTexts(word, value), at: value.mark)
                    continue
                }
            }
            axes.append(Axis(key: entry.key, field: field, values: values))
        }
        return axes
    }

    /// Every placeholder must be used, or each picture would be made several times alike.
    private func checkPlaceholders(_ axes: [Axis], _ outline: JobOutline, _ reader: inout FieldReader) {
        var templates = Self.texts.compactMap { outline.fields[$0]?.value }
        templates += axes.filter { $0.field.map(Self.texts.contains) ?? false }.flatMap(\.values)
        let used = templates.flatMap { Self.words(in: $0) }
        let words = Set(used.map(\.value))
        let names = axes.map(\.key.value)
        for axis in axes where axis.field == nil && !words.contains(axis.key.value) {
            let meant = JobKey.words.contains { NearestWord.of(axis.key.value, among: [$0]) != nil }
            reader.found.error(
                .unusedAxis(axis.key.value, advice: meant ? JobKey.advice(for: axis.key.value) : nil),
                at: axis.key.mark)
        }
        for word in used
        where !reader.found.isFull && !names.contains(word.value)
            && !OutputNameTemplate.placeholders.contains(word.value)
        {
            guard let near = NearestWord.of(word.value, among: names) else { continue }
            reader.found.error(.unknownPlaceholder(word.value, near: near), at: word.mark)
        }
    }

    private static func words(in node: DocumentNode) -> [Marked<String>] {
        switch node.content {
        case .scalar(let text, _):
            OutputNameTemplate.pieces(of: text).compactMap { piece in
                guard case .placeholder(let word, _) = piece else { return nil }
                return Marked(word, at: node.mark)
            }
        case .sequence(let items): items.flatMap(words)
        case .mapping(let entries): entries.flatMap { words(in: $0.value) }
        }
    }

    private static func filled(_ cell: Cell) -> Cell {
        var cell = cell
        for key in texts {
            guard let value = cell.fields[key]?.value else { continue }
            cell.fields[key]?.value = filled(value, cell.values, inName: key == .output)
        }
        return cell
    }

    private static func filled(_ node: DocumentNode, _ values: [String: String], inName: Bool) -> DocumentNode {
        switch node.content {
        case .scalar(let text, let plain):
            let whole = OutputNameTemplate.pieces(of: text).map { piece in
                switch piece {
                case .text(let text): return text
                case .placeholder(let word, _):
                    guard let value = values[word] else { return "{\(word)}" }
                    return inName ? safe(value) : value
                }
            }.joined()
            return DocumentNode(.scalar(text: whole, plain: plain), at: node.mark, dropped: node.dropped)
        case .sequence(let items):
            return DocumentNode(.sequence(items.map { filled($0, values, inName: inName) }), at: node.mark)
        case .mapping(let entries):
            let whole = entries.map {
                DocumentNode.Entry(key: $0.key, value: filled($0.value, values, inName: inName))
            }
            return DocumentNode(.mapping(whole), at: node.mark)
        }
    }

    /// A value as part of a file's name: `16:9` → `16-9`.
    private static func safe(_ value: String) -> String {
        String(value.prefix(60).map { "/\\:*?\"<>|{}".contains($0) || $0.isNewline ? "-" : $0 })
    }
}
