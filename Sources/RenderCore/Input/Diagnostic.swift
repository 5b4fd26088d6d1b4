/// One mistake in a file that a person wrote: where, what is wrong, what to do.
public struct Diagnostic: Error, Sendable, Equatable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    public var severity: Severity
    public var mark: Mark
    /// What is wrong, without a full stop: `size 1000*1000 is not one that qwen-image takes`.
    public var message: String
    /// What to do: `use one of 1664*928, 1472*1104`.
    public var advice: String

    public init(_ message: String, at mark: Mark, advice: String, severity: Severity = .error) {
        self.severity = severity
        self.mark = mark
        self.message = message
        self.advice = advice
    }

    /// `file:line:column: error: message (advice)`, the line and a caret below it.
    ///
    /// - Parameter text: the whole file; a long line is cut to the stretch around the place.
    public func rendered(file: String, text: String) -> String {
        var out = "\(file):\(mark.line):\(mark.column): \(severity.rawValue): \(message)"
        if !advice.isEmpty { out += " (\(advice))" }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.indices.contains(mark.line - 1) else { return out }
        let scalars = Array(lines[mark.line - 1].unicodeScalars)
        let first = max(0, min(mark.column - 1, scalars.count) - 60)
        let shown = scalars[first..<min(scalars.count, first + 100)]
        func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format ? " " : scalar
        }
        let line = String(String.UnicodeScalarView(shown.map(visible)))
        let caret = String(repeating: " ", count: max(0, min(mark.column - 1, scalars.count) - first)) + "^"
        out += "\n    \(first > 0 ? "…" : "")\(line)\n    \(first > 0 ? " " : "")\(caret)"
        return out
    }
}
