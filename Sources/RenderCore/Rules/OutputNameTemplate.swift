/// `{job}-{index}`: the names of a job's outputs.
public enum OutputNameTemplate {
    /// What every job can use in a name.
    public static let placeholders = ["job", "index", "render", "seed", "model", "date"]

    /// Limit for a template, whose placeholders may be longer than their values.
    static let bytesMax = 1000

    /// A part of a template.
    enum Piece: Equatable {
        case text(String)
        /// Without its brackets; the offset of the opening one, in scalars.
        case placeholder(String, offset: Int)
    }

    /// Splits a text at its `{words}`. Braces around anything but a word are text.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var plain = ""
        var rest = text.unicodeScalars[...]
        var offset = 0
        while let open = rest.firstIndex(of: "{") {
            let word = rest[rest.index(after: open)...].prefix { isWord($0) }
            let before = rest.distance(from: rest.startIndex, to: open)
            plain += String(rest[..<open])
            guard !word.isEmpty, word.endIndex < rest.endIndex, rest[word.endIndex] == "}" else {
                plain += "{"
                offset += before + 1
                rest = rest[rest.index(after: open)...]
                continue
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(.placeholder(String(word), offset: offset + before))
            offset += before + word.count + 2
            rest = rest[rest.index(after: word.endIndex)...]
        }
        plain += String(rest)
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "_" || scalar == "-"
    }

    /// Every mistake in a template.
    static func problems(in template: Marked<String>) -> [Diagnostic] {
        let text = template.value
        guard text.utf8.count <= bytesMax else {
            return [Diagnostic(.longOutputName(bytesMax: bytesMax), at: template.mark)]
        }
        guard text.contains(where: { !$0.isWhitespace && $0 != "." }) else {
            return [Diagnostic(.emptyOutputName, at: template.mark)]
        }
        var problems: [Diagnostic] = []
        if let bad = text.unicodeScalars.first(where: { "/\\:*?\"<>|".unicodeScalars.contains($0) || $0.value < 32 }) {
            let shown = bad.value < 32 ? "a control character" : "`\(bad)`"
            problems.append(Diagnostic(.signInOutputName(shown), at: template.mark))
        }
        for case .placeholder(let word, _) in pieces(of: text) where !placeholders.contains(word) {
            problems.append(Diagnostic(.placeholderInOutputName(word, known: placeholders), at: template.mark))
        }
        return problems
    }
}
