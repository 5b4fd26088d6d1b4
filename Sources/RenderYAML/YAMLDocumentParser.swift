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
            var builder = YAMLTreeBuilder(try YAMLEventReader(Array(rewritten.text.utf8)), limits: limits)
            return try builder.documents().map(rewritten.original)
        } catch let error as YAMLError {
            var diagnostic = YAMLAdvice.diagnostic(for: error, text: rewritten.text)
            diagnostic.mark = rewritten.original(diagnostic.mark)
            throw diagnostic
        } catch var diagnostic as Diagnostic {
            diagnostic.mark = rewritten.original(diagnostic.mark)
            throw diagnostic
        }
    }
}
