/// Finds the look-alike characters that cause a file's mistakes.
///
/// Typographic quotes in a prompt are not a mistake, so a character is reported only on proof: the file is read again
/// without it, and the mistake is gone. The original message would be misleading then (`put a space after the colon`,
/// where a space is visible), so the name of the character replaces it.
struct LookAlikeSearch {
    struct Explained {
        var diagnostics: [Diagnostic]
        /// As it would have been typed.
        var text: String
    }

    /// One character and its replacement.
    private struct Hit {
        var index: Int
        var like: LookAlike
        var text: String
    }

    /// Most bytes that are read again in total: reading a file again costs as much as reading it.
    private static let bytesMax = 4 << 20

    private let scalars: [Unicode.Scalar]
    /// Without what ends them.
    private var lines: [Range<Int>] = []

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var start = 0
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if Self.isBreak(scalar) {
                lines.append(start..<index)
                if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { index += 1 }
                start = index + 1
            }
            index += 1
        }
        lines.append(start..<scalars.count)
    }

    /// - Parameters:
    ///   - diagnostics: what was said of the text.
    ///   - read: says what is wrong with another text.
    /// - Returns: nil where no character is at fault.
    static func explain(_ text: String, _ diagnostics: [Diagnostic], read: (String) -> [Diagnostic]) -> Explained? {
        guard text.utf8.contains(where: { $0 > 126 || $0 < 32 && $0 != 10 && $0 != 13 && $0 != 9 }) else { return nil }
        let search = LookAlikeSearch(text)
        var tries = max(4, min(40, bytesMax / max(1, text.utf8.count)))
        var repairs: [Int: String] = [:]
        var blamed: [Diagnostic] = []
        var mended: Set<Int> = []
        var current = diagnostics
        while let (hits, line, next) = search.cure(current, repairs, &tries, read) {
            blamed.append(search.diagnostic(hits, line))
            mended.insert(line + 1)
            for hit in hits { repairs[hit.index] = hit.text }
            current = next
            // Lines have other numbers from here on.
            if hits.contains(where: { isBreak($0.like.scalar) }) {
                current = []
                break
            }
        }
        guard !blamed.isEmpty else { return nil }
        // Columns behind a repair are others now: what else is wrong with such a line is said once it is mended.
        let others = current.filter { !mended.contains($0.mark.line) }
        return Explained(diagnostics: blamed + others, text: search.text(with: repairs))
    }

    /// The characters of one line without which one of the errors is gone and no other takes its place.
    private func cure(
        _ diagnostics: [Diagnostic], _ repairs: [Int: String], _ tries: inout Int, _ read: (String) -> [Diagnostic]
    ) -> (hits: [Hit], line: Int, next: [Diagnostic])? {
        let errors = diagnostics.filter { $0.severity == .error && $0.origin == nil }
        for error in errors.prefix(20) {
            for (line, hits) in candidates(for: error) {
                let hits = hits.filter { repairs[$0.index] == nil }
                guard !hits.isEmpty else { continue }
                tries -= 1
                guard tries >= 0 else { return nil }
                let next = read(text(with: repairs.merging(hits.map { ($0.index, $0.text) }) { $1 }))
                let left = next.filter { $0.severity == .error }
                guard !left.contains(where: { Self.isSame($0, error) }) else { continue }
                let isAtFaultItself = hits.contains { $0.like.isInvisible && mark($0) == error.mark }
                let newOnes = left.contains { other in
                    other.mark.line <= error.mark.line && !errors.contains { Self.isSame($0, other) }
                }
                if isAtFaultItself || !newOnes { return (hits, line, next) }
            }
        }
        return nil
    }

    /// Sets of characters to try, most likely first: those in YAML positions of the error's own line, then all after
    /// the error, then those of the lines above.
    private func candidates(for error: Diagnostic) -> [(line: Int, hits: [Hit])] {
        let line = error.mark.line - 1
        guard lines.indices.contains(line) else { return [] }
        let own = structural(line)
        var found: [(line: Int, hits: [Hit])] = [(line, own)]
        let from = min(lines[line].upperBound, lines[line].lowerBound + max(0, error.mark.column - 1))
        let rest = likes(in: from..<lines[line].upperBound).filter { hit in !own.contains { $0.index == hit.index } }
        if !rest.isEmpty { found.append((line, (own + rest).sorted { $0.index < $1.index })) }
        for above in stride(from: line - 1, through: max(0, line - 200), by: -1) where found.count < 12 {
            let hits = structural(above)
            if !hits.isEmpty { found.append((above, hits)) }
        }
        return found
    }

    // MARK: Where YAML's own signs stand in a line

    private func structural(_ number: Int) -> [Hit] {
        let line = lines[number]
        var hits: [Hit] = []
        var at = line.lowerBound
        /// Passes what a test takes, and notes what only looks like it.
        func pass(while test: (Int) -> Bool) {
            while at < line.upperBound, test(at) {
                if let hit = hit(at) { hits.append(hit) }
                at += 1
            }
        }
        pass { isBlank($0) }
        while at + 1 < line.upperBound, means("-", at), isBlank(at + 1) {
            if let hit = hit(at) { hits.append(hit) }
            at += 1
            pass { isBlank($0) }
        }
        if let colon = colon(in: at..<line.upperBound) {
            hits += likes(in: at..<colon)
            if let like = LookAlike(scalars[colon]) {
                let isOpen = colon + 1 < line.upperBound && !isBlank(colon + 1)
                hits.append(Hit(index: colon, like: like, text: isOpen ? ": " : ":"))
            }
            at = colon + 1
            pass { isBlank($0) }
        }
        if at < line.upperBound {
            if means("[", at) || means("{", at) {
                hits += likes(in: at..<line.upperBound)
            } else if let open = hit(at), open.like.isQuote {
                hits.append(open)
                if let close = likes(in: at + 1..<line.upperBound).first(where: \.like.isQuote) { hits.append(close) }
            }
        }
        // A sign that ends a line for YAML and shows as a blank.
        if line.upperBound < scalars.count, let hit = hit(line.upperBound) { hits.append(hit) }
        return hits
    }

    /// The colon behind a key, also one that only looks like it.
    private func colon(in range: Range<Int>) -> Int? {
        for index in range.prefix(80) {
            if means(":", index) {
                guard index > range.lowerBound else { return nil }
                let isReal = scalars[index] == ":" && index + 1 < range.upperBound && !isBlank(index + 1)
                return isReal ? nil : index
            }
            let scalar = scalars[index]
            let isWord =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " _-.\"'".unicodeScalars.contains(scalar)
            guard isWord || LookAlike(scalar) != nil else { return nil }
        }
        return nil
    }

    private func likes(in range: Range<Int>) -> [Hit] { range.compactMap(hit) }

    private func hit(_ index: Int) -> Hit? {
        LookAlike(scalars[index]).map { Hit(index: index, like: $0, text: $0.meant) }
    }

    private func means(_ sign: Unicode.Scalar, _ index: Int) -> Bool {
        scalars[index] == sign || LookAlike(scalars[index])?.meant == String(Character(sign))
    }

    private func isBlank(_ index: Int) -> Bool {
        if scalars[index] == " " || scalars[index] == "\t" { return true }
        return LookAlike(scalars[index]).map { $0.isBlank || $0.isInvisible } ?? false
    }

    // MARK: Results

    private func text(with repairs: [Int: String]) -> String {
        var text = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if let repair = repairs[index] {
                text.append(contentsOf: repair.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    private func mark(_ hit: Hit) -> Mark? {
        lines.firstIndex { $0.lowerBound <= hit.index && hit.index <= $0.upperBound }
            .map { Mark(line: $0 + 1, column: hit.index - lines[$0].lowerBound + 1) }
    }

    private func diagnostic(_ hits: [Hit], _ line: Int) -> Diagnostic {
        let first = hits[0]
        let place = Mark(line: line + 1, column: first.index - lines[line].lowerBound + 1)
        return Diagnostic(.lookAlike(first.like, more: hits.count - 1), at: place)
    }

    /// The same complaint in the same line, whatever it quotes.
    private static func isSame(_ left: Diagnostic, _ right: Diagnostic) -> Bool {
        left.mark.line == right.mark.line && unquoted(left.message) == unquoted(right.message)
    }

    private static func unquoted(_ message: String) -> String {
        var out = ""
        var quote: Character?
        for character in message {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "`" {
                quote = character
            } else if quote == nil {
                out.append(character)
            }
        }
        return out
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
