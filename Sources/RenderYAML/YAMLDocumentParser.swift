public import RenderCore

/// YAML 1.1 and JSON by way of libyaml. Scalars stay text; every node knows its place.
public struct YAMLDocumentParser: DocumentParser {
    public var limits: YAMLLimits

    public init(limits: YAMLLimits = YAMLLimits()) {
        self.limits = limits
    }

    /// - Returns: one tree a document; none where the text holds only comments.
    /// - Throws: `Diagnostic` at the first place where the text is no YAML, passes a limit or names a key twice.
    public func parse(_ text: String) throws -> [DocumentNode] {
        let rewritten = JSONSurrogates(text)
        do {
            return try trees(rewritten.text).map(rewritten.original)
        } catch let error as YAMLError {
            var diagnostic = YAMLAdvice.diagnostic(for: error, text: rewritten.text)
            if error.kind == .grammar, let place = cut(rewritten.text, above: diagnostic.mark) {
                diagnostic = Diagnostic(.commentInText, at: place)
            }
            diagnostic.mark = rewritten.original(diagnostic.mark)
            throw diagnostic
        } catch var diagnostic as Diagnostic {
            diagnostic.mark = rewritten.original(diagnostic.mark)
            throw diagnostic
        }
    }

    private func trees(_ text: String) throws -> [DocumentNode] {
        var builder = YAMLTreeBuilder(
            try YAMLEventReader(Array(text.utf8)), limits: limits, comments: CommentMarks(text))
        return try builder.documents()
    }

    /// Where a comment mark cut a text of several lines: without it the file reads well.
    private func cut(_ text: String, above mark: Mark) -> Mark? {
        var comments = CommentMarks(text)
        guard let (place, without) = comments.cut(above: mark) else { return nil }
        do {
            _ = try trees(without)
            return place
        } catch {
            return nil  // something else is wrong
        }
    }
}
