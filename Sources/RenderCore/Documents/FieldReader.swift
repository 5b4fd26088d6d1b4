import struct Foundation.Date

/// Reads values by the type of their key and collects their mistakes. An empty value (`key:`) reads as nil without a
/// diagnostic, as if the key were absent.
struct FieldReader {
    var found = DiagnosticCollector()

    mutating func text(_ node: DocumentNode, _ key: String) -> Marked<String>? {
        guard case .scalar(let text, _) = node.content else {
            found.error(.wantsText(key, node, mayMultiply: Self.mayMultiply(node, key)), at: node.mark)
            return nil
        }
        return node.isNothing ? nil : Marked(text, at: node.mark)
    }

    private static func mayMultiply(_ node: DocumentNode, _ key: String) -> Bool {
        guard case .sequence = node.content else { return false }
        return JobKey(rawValue: key) != nil
    }

    mutating func integer(_ node: DocumentNode, _ key: String, in range: ClosedRange<Int>) -> Marked<Int>? {
        value(node, key, .integer(range)) { ScalarReading.integer($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    mutating func number(_ node: DocumentNode, _ key: String, in range: ClosedRange<Double>) -> Marked<Double>? {
        value(node, key, .number(range)) {
            ScalarReading.number($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func boolean(_ node: DocumentNode, _ key: String) -> Marked<Bool>? {
        value(node, key, .boolean) { ScalarReading.boolean($0) }
    }

    mutating func duration(_ node: DocumentNode, _ key: String) -> Marked<Duration>? {
        value(node, key, .duration) { ScalarReading.duration($0) }
    }

    mutating func amount(_ node: DocumentNode, _ key: String) -> Marked<Amount>? {
        value(node, key, .amount) { ScalarReading.amount($0) }
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ node: DocumentNode, _ key: String, _: Word.Type
    ) -> Marked<Word>? where Word.RawValue == String {
        let text = scalar(node)
        return value(node, key, .word(Word.allCases.map(\.rawValue), instead: text)) { Word(rawValue: $0.lowercased()) }
    }

    mutating func timestamp(_ node: DocumentNode, _ key: String) -> Marked<Date>? {
        guard let text = text(node, key) else { return nil }
        switch ScalarReading.timestamp(text.value) {
        case .date(let date): return Marked(date, at: text.mark)
        case .withoutZone:
            found.error(.timeWithoutZone(key, text.value), at: text.mark)
        case .withoutTime:
            found.error(.dateWithoutTime(key, text.value), at: text.mark)
        case .none:
            found.error(.wantsTime(key, node), at: text.mark)
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

    /// The entries of a mapping; nil if it is not a mapping.
    mutating func entries(_ node: DocumentNode, _ key: String) -> [DocumentNode.Entry]? {
        if case .mapping(let entries) = node.content { return entries }
        if !node.isNothing {
            found.error(.wantsMapping(key, node), at: node.mark)
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
        found.error(.unknownField(key.value, in: place, known: known), at: key.mark)
    }

    /// A value that must be one of some names.
    mutating func unknownName(_ name: Marked<String>, in place: String, known: [String]) {
        found.error(.unknownName(name.value, in: place, known: known), at: name.mark)
    }

    private func scalar(_ node: DocumentNode) -> String? {
        if case .scalar(let text, _) = node.content { return text }
        return nil
    }

    /// - Parameter form: for the message alone. It is made only where the value is wrong: a catalogue has a thousand right ones.
    mutating func value<Value>(
        _ node: DocumentNode, _ key: String, _ form: @autoclosure () -> FieldForm, read: (String) -> Value?
    ) -> Marked<Value>? {
        if node.isNothing { return nil }
        if let text = scalar(node), let value = read(text) { return Marked(value, at: node.mark) }
        found.error(.wrongValue(of: key, node, form()), at: node.mark)
        return nil
    }
}
