/// Removes API keys that somebody pasted into a file from everything that is shown.
public enum KeyGuard {
    /// Whether the text holds something that looks like a key: `sk-` and at least 16 letters, digits, `-`, `_`, with a
    /// digit among them (so that `task-oriented-illustration` is none).
    public static func looksLikeKey(_ text: String) -> Bool { !ranges(in: Array(text.unicodeScalars)).isEmpty }

    /// The same text, of the same length, with each key as `***…`.
    public static func masked(_ text: String) -> String {
        // By bytes: to a `String` an `s` with a sign joined to it is another character.
        guard text.utf8.contains("sk-".utf8) else { return text }
        var scalars = Array(text.unicodeScalars)
        for range in ranges(in: scalars) {
            for index in range { scalars[index] = "*" }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func ranges(in scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < scalars.count {
            guard scalars[index...].starts(with: "sk-".unicodeScalars), index == 0 || !isWord(scalars[index - 1]) else {
                index += 1
                continue
            }
            var end = index + 3
            while end < scalars.count, isWord(scalars[end]) { end += 1 }
            let body = scalars[(index + 3)..<end]
            if body.count >= 16, body.contains(where: { ("0"..."9").contains($0) }) { found.append(index..<end) }
            index = end
        }
        return found
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    /// Reports every value below `node` that holds a key.
    static func check(_ node: DocumentNode, _ found: inout DiagnosticCollector) {
        switch node.content {
        case .scalar(let text, _):
            guard looksLikeKey(text) else { return }
            found.error(.keyInFile, at: node.mark)
        case .sequence(let items): for item in items { check(item, &found) }
        case .mapping(let entries): for entry in entries { check(entry.value, &found) }
        }
    }
}
