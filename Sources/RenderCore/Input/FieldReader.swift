import struct Foundation.Date

/// Reads values by their key's type and gathers what is wrong with them. A value that is nothing (`key:`) reads as nil
/// without a complaint, as if the key were not there.
struct FieldReader {
    var found = DiagnosticCollector()

    mutating func text(_ node: DocumentNode, _ key: String) -> Marked<String>? {
        guard case .scalar(let text, _) = node.content else {
            found.error(
                "`\(key)` wants text, not \(node.found)", at: node.mark, Self.advice(node, key))
            return nil
        }
        return node.isNothing ? nil : Marked(text, at: node.mark)
    }

    private static func advice(_ node: DocumentNode, _ key: String) -> String {
        let quotes = "put quotes around text that begins with [ or {, or holds a colon and a blank"
        guard case .sequence = node.content, JobKey(rawValue: key) != nil else { return quotes }
        return "write one; for a render of each, write `matrix: {\(key): […]}`; " + quotes
    }

    mutating func integer(_ node: DocumentNode, _ key: String, in range: ClosedRange<Int>) -> Marked<Int>? {
        let advice =
            range.upperBound == .max
            ? "write a whole number, \(range.lowerBound) or more"
            : "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        return value(node, key, advice) { ScalarReading.integer($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func number(_ node: DocumentNode, _ key: String, in range: ClosedRange<Double>) -> Marked<Double>? {
        value(node, key, "write a number from \(range.lowerBound) to \(range.upperBound)") {
            ScalarReading.number($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func boolean(_ node: DocumentNode, _ key: String) -> Marked<Bool>? {
        value(node, key, "write true or false") { ScalarReading.boolean($0) }
    }

    mutating func duration(_ node: DocumentNode, _ key: String) -> Marked<Duration>? {
        value(node, key, "write a time with its unit: 90s, 30m, 1h30m") { ScalarReading.duration($0) }
    }

    mutating func amount(_ node: DocumentNode, _ key: String) -> Marked<Amount>? {
        value(node, key, "write an amount: 2.00 or 2.00 CNY") { ScalarReading.amount($0) }
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ node: DocumentNode, _ key: String, _: Word.Type
    ) -> Marked<Word>? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let near = scalar(node).flatMap { NearestWord.of($0, among: words) }
        let advice = "write one of \(words.joined(separator: ", "))"
        return value(node, key, near.map { "did you mean \($0)? " + advice } ?? advice) {
            Word(rawValue: $0.lowercased())
        }
    }

    mutating func timestamp(_ node: DocumentNode, _ key: String) -> Marked<Date>? {
        guard let text = text(node, key) else { return nil }
        switch ScalarReading.timestamp(text.value) {
        case .date(let date): return Marked(date, at: text.mark)
        case .withoutZone:
            found.error(
                "`\(key)` does not say in which time zone \(text.value) is meant", at: text.mark,
                "add the offset: \(text.value)+08:00, or \(text.value)Z for UTC")
        case .withoutTime:
            found.error(
                "`\(key)` has a day but no time", at: text.mark, "add time and zone: \(text.value)T22:00+08:00")
        case .none:
            found.error(
                "`\(key)` wants a point in time, not \(node.found)", at: text.mark,
                "write day, time and zone: 2026-11-21T22:00+08:00")
        }
        return nil
    }

    /// The items of a list; a single value is a list of one.
    func items(_ node: DocumentNode) -> [DocumentNode] {
        switch node.content {
        case .sequence(let items): items
        case .scalar where node.isNothing: []
        case .scalar, .mapping: [node]
        }
    }

    mutating func texts(_ node: DocumentNode, _ key: String) -> [Marked<String>] {
        items(node).compactMap { text($0, key) }
    }

    /// The entries of a mapping; nil where it is none.
    mutating func entries(_ node: DocumentNode, _ key: String) -> [DocumentNode.Entry]? {
        if case .mapping(let entries) = node.content { return entries }
        if !node.isNothing {
            found.error(
                "`\(key)` wants keys and values, not \(node.found)", at: node.mark,
                "write `key: value` lines below it, indented")
        }
        return nil
    }

    /// The entries of a mapping by key. A key that is not among `known` is an error that names the nearest one.
    mutating func fields(_ node: DocumentNode, _ key: String, known: [String]) -> [String: DocumentNode] {
        var fields: [String: DocumentNode] = [:]
        for entry in entries(node, key) ?? [] where !found.isFull {
            if known.contains(entry.key.value) {
                fields[entry.key.value] = entry.value
            } else {
                unknown(entry.key, in: key, known: known)
            }
        }
        return fields
    }

    mutating func unknown(_ key: Marked<String>, in place: String, known: [String]) {
        let near = NearestWord.of(key.value, among: known)
        found.error(
            "`\(place)` has no key `\(key.value.prefix(60))`", at: key.mark,
            near.map { "did you mean `\($0)`?" } ?? "known are \(known.joined(separator: ", "))")
    }

    private func scalar(_ node: DocumentNode) -> String? {
        if case .scalar(let text, _) = node.content { return text }
        return nil
    }

    mutating func value<Value>(
        _ node: DocumentNode, _ key: String, _ advice: String, read: (String) -> Value?
    ) -> Marked<Value>? {
        if node.isNothing { return nil }
        if let text = scalar(node), let value = read(text) { return Marked(value, at: node.mark) }
        found.error("`\(key)` cannot be \(node.found)", at: node.mark, advice)
        return nil
    }
}
