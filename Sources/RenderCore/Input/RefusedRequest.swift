/// A request that makes no render because it has errors, in a drop whose other requests are rendered.
public struct RefusedRequest: Sendable, Equatable {
    /// `row 3`
    public var label: String
    public var diagnostics: [Diagnostic]

    public init(label: String, diagnostics: [Diagnostic]) {
        self.label = label
        self.diagnostics = diagnostics
    }
}
