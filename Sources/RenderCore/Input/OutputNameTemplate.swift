/// `{job}-{index}`: how the outputs of a job are called.
public enum OutputNameTemplate {
    /// What every job can use in a name.
    public static let placeholders = ["job", "index", "render", "seed", "model", "date"]

    /// Of a template, whose placeholders may be longer than what they stand for.
    static let bytesMax = 1000

    /// A stretch of a template.
    enum Piece: Equatable {
        case text(String)
        /// Without its brackets; the offset of the opening one, in scalars.
        case placeholder(String, offset: Int)
    }

    /// Cuts a text at its `{words}`. Brackets around anything else than a word are text.
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

    /// What is wrong with a template; nil if nothing is.
    static func problem(in template: Marked<String>) -> Diagnostic? {
        let text = template.value
        guard text.utf8.count <= bytesMax else {
            return Diagnostic(
                "the output's name is longer than \(bytesMax) bytes", at: template.mark,
                advice: "shorten it; no folder takes more than 255 bytes as a name")
        }
        if let bad = text.unicodeScalars.first(where: { "/\\:*?\"<>|".unicodeScalars.contains($0) || $0.value < 32 }) {
            let shown = bad.value < 32 ? "a control character" : "`\(bad)`"
            return Diagnostic(
                "an output's name cannot hold \(shown)", at: template.mark,
                advice: "write a file's name without folders, as in \"{job}-{index}\"")
        }
        for case .placeholder(let word, _) in pieces(of: text) where !placeholders.contains(word) {
            let near = NearestWord.of(word, among: placeholders).map { "did you mean {\($0)}? " } ?? ""
            return Diagnostic(
                "{\(word)} stands for nothing in an output's name", at: template.mark,
                advice: near + "known are " + placeholders.map { "{\($0)}" }.joined(separator: ", ")
                    + " and the keys of `matrix`")
        }
        guard text.contains(where: { !$0.isWhitespace && $0 != "." }) else {
            return Diagnostic("an output needs a name", at: template.mark, advice: "write \"{job}-{index}\"")
        }
        return nil
    }
}
