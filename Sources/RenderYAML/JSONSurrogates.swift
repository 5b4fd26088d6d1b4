import RenderCore

/// JSON may write a character beyond U+FFFF as two escapes (`\ud83d\ude00`, as many programs do for every emoji);
/// YAML knows one escape (`\U0001F600`). This writes the one for the other, and knows the columns of the original.
struct JSONSurrogates {
    let text: String
    /// For each line the columns, in `text`, of the rewritten escapes. Each is two scalars shorter than the original.
    private var places: [Int: [Int]] = [:]

    init(_ original: String) {
        // Looked for in JSON only: a file in YAML may be long.
        guard original.first(where: { !$0.isWhitespace }).map({ "{[".contains($0) }) == true, original.contains("\\u")
        else {
            text = original
            return
        }
        let scalars = Array(original.unicodeScalars)
        var out = String.UnicodeScalarView()
        var mark = Mark.start
        var index = 0
        func put(_ scalar: Unicode.Scalar) {
            out.append(scalar)
            mark =
                scalar == "\n" ? Mark(line: mark.line + 1, column: 1) : Mark(line: mark.line, column: mark.column + 1)
        }
        while index < scalars.count {
            if let high = Self.unit(scalars, index), (0xD800..<0xDC00).contains(high),
                let low = Self.unit(scalars, index + 6), (0xDC00..<0xE000).contains(low)
            {
                places[mark.line, default: []].append(mark.column)
                let digits = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
                let padded = "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                for scalar in padded.unicodeScalars { put(scalar) }
                index += 12
            } else {
                put(scalars[index])
                // A backslash and what it escapes stay together, or `\\ud83d` would be taken for an escape.
                if scalars[index] == "\\", index + 1 < scalars.count {
                    index += 1
                    put(scalars[index])
                }
                index += 1
            }
        }
        text = String(out)
    }

    /// The place in the original.
    func original(_ mark: Mark) -> Mark {
        guard let columns = places[mark.line] else { return mark }
        return Mark(line: mark.line, column: mark.column + 2 * columns.count { $0 < mark.column })
    }

    func original(_ node: DocumentNode) -> DocumentNode {
        guard !places.isEmpty else { return node }
        let content: DocumentNode.Content =
            switch node.content {
            case .scalar: node.content
            case .sequence(let items): .sequence(items.map(original))
            case .mapping(let entries):
                .mapping(
                    entries.map { entry in
                        .init(
                            key: Marked(entry.key.value, at: original(entry.key.mark)), value: original(entry.value))
                    })
            }
        var dropped = node.dropped
        if case .comment(let place)? = dropped { dropped = .comment(original(place)) }
        return DocumentNode(content, at: original(node.mark), dropped: dropped)
    }

    /// The value of `\uXXXX` at an index.
    private static func unit(_ scalars: [Unicode.Scalar], _ index: Int) -> Int? {
        guard index + 6 <= scalars.count, scalars[index] == "\\", scalars[index + 1] == "u" else { return nil }
        var value = 0
        for scalar in scalars[(index + 2)..<(index + 6)] {
            guard let digit = Character(scalar).hexDigitValue else { return nil }
            value = value << 4 | digit
        }
        return value
    }
}
