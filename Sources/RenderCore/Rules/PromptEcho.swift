/// A prompt as sent or as a provider echoes it, prepared for many comparisons.
///
/// The two mistakes cost differently, so there are three results: only `same` may lead to an adoption, and only
/// `different` may lead to a second send.
struct PromptEcho: Sendable {
    enum Likeness: Sendable, Equatable { case same, perhaps, different }

    /// Without white space at the ends, lines ended by a line feed.
    let text: String
    /// Lower-case letters, digits and symbols alone.
    private let folded: String

    init(_ text: String) {
        self.text = Self.trimmed(text)
        folded = String(text.lowercased().filter { !$0.isWhitespace && !$0.isPunctuation })
    }

    /// | sent | echo | limit | |
    /// | --- | --- | --- | --- |
    /// | `a cat` | `a cat⏎` | | same |
    /// | `abcdef` | `abcd` | 4 characters | same: it was cut |
    /// | `abcdef` | `abcd` | 4 tokens | perhaps: nobody but the provider counts tokens exactly |
    /// | `A cat.` | `a  cat` | | perhaps: somebody tidied it |
    /// | `abcdef` | `abcd` | 800 characters | different |
    ///
    /// - Parameter limit: what the model reads of a prompt; nil: not known.
    func likeness(to echo: PromptEcho, limit: Model.TextLimit?) -> Likeness {
        if text == echo.text || isCut(to: echo.text, limit) { return .same }
        if folded == echo.folded { return .perhaps }
        return mayBeCut(limit) && !echo.folded.isEmpty && folded.hasPrefix(echo.folded) ? .perhaps : .different
    }

    /// A provider may count characters, code points or UTF-16 units. If its limit for Chinese is lower, only the
    /// provider knows how it counts a mixed text: such a cut is never certain.
    private func isCut(to echo: String, _ limit: Model.TextLimit?) -> Bool {
        guard let limit, limit.unit == .characters, !echo.isEmpty else { return false }
        return [
            String(text.prefix(limit.count)), String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit.count))),
            String(decoding: text.utf16.prefix(limit.count), as: UTF16.self),
        ].contains { $0 != text && Self.trimmed($0) == echo }
    }

    /// With room for a provider that counts otherwise than we do.
    private func mayBeCut(_ limit: Model.TextLimit?) -> Bool {
        guard let limit else { return true }
        return TextLength.of(text, in: limit.unit) * 2 > limit.count
            || limit.cjk.map { TextLength.wide(text) * 2 > $0 } ?? false
    }

    private static func trimmed(_ text: String) -> String {
        let lines = text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }
        let head = lines.drop(while: \.isWhitespace)
        return String(head[..<(head.lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? head.startIndex)])
    }
}
