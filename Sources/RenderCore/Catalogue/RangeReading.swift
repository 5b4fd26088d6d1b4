/// Reads ranges and pixel sizes in a catalogue file.
enum RangeReading {
    /// `1..4`, or `3` for 3..3; pixels as `512*512..2048*2048`.
    static func whole(_ text: String) -> ClosedRange<Int>? { range(text, pixels) }

    /// `0..1`
    static func number(_ text: String) -> ClosedRange<Double>? { range(text, ScalarReading.number) }

    /// `1:8..8:1`
    static func ratio(_ text: String) -> ClosedRange<Double>? {
        range(text) { end in
            let sides = end.split(separator: ":").compactMap { Double($0) }
            guard sides.count == 2, sides[0] > 0, sides[1] > 0 else { return nil }
            return sides[0] / sides[1]
        }
    }

    /// `1664*928`
    static func size(_ text: String) -> PixelSize? {
        let sides = text.split(separator: "*", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...100_000).contains($0) }) else { return nil }
        return PixelSize(width: sides[0], height: sides[1])
    }

    private static func pixels(_ text: String) -> Int? { Int(text) ?? size(text)?.area }

    private static func range<Bound: Comparable>(_ text: String, _ read: (String) -> Bound?) -> ClosedRange<Bound>? {
        let dots = text.firstRange(of: "..")
        let first = dots.map { String(text[..<$0.lowerBound]) } ?? text
        let last = dots.map { String(text[$0.upperBound...]) } ?? text
        guard let lower = read(first), let upper = read(last), lower <= upper else { return nil }
        return lower...upper
    }
}

/// The `size` of a row.
struct CatalogueSize {
    private let node: DocumentNode

    init(_ node: DocumentNode) { self.node = node }

    /// `none`, or `{list | sides | area: …, ratio, keywords, step, default, suggested, usual}`.
    func rule(_ reader: inout FieldReader) -> SizeRule? {
        if case .scalar("none", _) = node.content { return SizeRule(shape: .fixedByModel) }
        let known = ["list", "sides", "area", "ratio", "keywords", "step", "default", "suggested", "usual"]
        let keys = reader.fields(node, "size", known: known)
        guard let shape = shape(keys, &reader) else {
            reader.found.error(.sizeWithoutRule, at: node.mark)
            return nil
        }
        var keywords: [String: Int] = [:]
        for entry in keys["keywords"].flatMap({ reader.entries($0, "keywords") }) ?? [] {
            keywords[entry.key.value] =
                reader.value(entry.value, "keywords", .size("1024*1024")) {
                    RangeReading.size($0)?.area
                }?.value
        }
        let standard = keys["default"].flatMap { reader.text($0, "default")?.value }
        let standardArea = standard.flatMap { keywords[$0] ?? RangeReading.size($0)?.area }
        let usual = keys["usual"].flatMap { size($0, &reader)?.area }
        return SizeRule(
            shape: shape, keywords: keywords,
            step: keys["step"].flatMap { reader.integer($0, "step", in: 1...256)?.value } ?? 1, standard: standard,
            suggested: sizes(keys["suggested"], &reader), usualArea: usual ?? standardArea ?? 1 << 20,
            classes: keys["list"].map { classes($0, &reader) } ?? [])
    }

    /// `{720P: [1280*720, 720*1280], 1080P: [1920*1080]}`; none of a plain list.
    private func classes(_ node: DocumentNode, _ reader: inout FieldReader) -> [SizeRule.SizeClass] {
        guard case .mapping = node.content else { return [] }
        return (reader.entries(node, "list") ?? []).compactMap { entry in
            guard ResolutionClass(named: entry.key.value) != nil else {
                reader.found.error(.unknownSizeClass(entry.key.value), at: entry.key.mark)
                return nil
            }
            return SizeRule.SizeClass(word: entry.key.value, sizes: sizes(entry.value, &reader))
        }
    }

    private func shape(_ keys: [String: DocumentNode], _ reader: inout FieldReader) -> SizeRule.Shape? {
        if let list = keys["list"] {
            let classes = classes(list, &reader)
            return .oneOf(classes.isEmpty ? sizes(list, &reader) : classes.flatMap(\.sizes))
        }
        if let sides = keys["sides"] {
            return reader.value(sides, "sides", .range("512..1440")) { RangeReading.whole($0) }.map { .sides($0.value) }
        }
        guard let area = keys["area"] else { return nil }
        let ratio = keys["ratio"].flatMap {
            reader.value($0, "ratio", .range("1:4..4:1")) { RangeReading.ratio($0) }?.value
        }
        return reader.value(area, "area", .range("512*512..2048*2048")) { RangeReading.whole($0) }
            .map { .area($0.value, ratio: ratio ?? 0.001...1000) }
    }

    private func sizes(_ node: DocumentNode?, _ reader: inout FieldReader) -> [PixelSize] {
        (node.map(reader.items) ?? []).compactMap { size($0, &reader) }
    }

    private func size(_ node: DocumentNode, _ reader: inout FieldReader) -> PixelSize? {
        reader.value(node, "size", .size("1664*928")) { RangeReading.size($0) }?.value
    }
}
