/// One mistake in a file that a person wrote: where, what is wrong, what to do.
public struct Diagnostic: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    public var severity: Severity
    public var mark: Mark
    /// What is wrong, without a full stop: `size 1000*1000 is not one that qwen-image takes`.
    public var message: String
    /// What to do: `use one of 1664*928, 1472*1104`.
    public var advice: String
    /// Where the value came from if not from the file: `--region`, `DASHSCOPE_REGION`. The mark says nothing then.
    public var origin: String?

    /// A key in `message` or `advice` is masked.
    public init(
        _ message: String, at mark: Mark, advice: String, severity: Severity = .error, origin: String? = nil
    ) {
        self.severity = severity
        self.mark = mark
        self.message = KeyGuard.masked(message)
        self.advice = KeyGuard.masked(advice)
        self.origin = origin
    }

    /// `file:line:column: error: message (advice)`, the line and a caret below it. A key in the line is masked.
    ///
    /// - Parameter text: the whole file; a long line is cut to the stretch around the place.
    public func rendered(file: String, text: String) -> String {
        let what = "\(severity.rawValue): \(message)" + (advice.isEmpty ? "" : " (\(advice))")
        if let origin { return "\(origin): \(what)" }
        var out = "\(file):\(mark.line):\(mark.column): \(what)"
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.indices.contains(mark.line - 1) else { return out }
        let scalars = Array(KeyGuard.masked(String(lines[mark.line - 1])).unicodeScalars)
        let first = max(0, min(mark.column - 1, scalars.count) - 60)
        let shown = scalars[first..<min(scalars.count, first + 100)]
        func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        let line = String(String.UnicodeScalarView(shown.map(visible)))
        let caret = String(repeating: " ", count: max(0, min(mark.column - 1, scalars.count) - first)) + "^"
        out += "\n    \(first > 0 ? "…" : "")\(line)\n    \(first > 0 ? " " : "")\(caret)"
        return out
    }
}

/// A value, unless there were errors; and everything that was found on the way, in the order of the file.
public struct Checked<Value> {
    /// Nil exactly when `diagnostics` holds an error.
    public var value: Value?
    public var diagnostics: [Diagnostic]

    public init(_ value: Value?, _ diagnostics: [Diagnostic]) {
        self.value = diagnostics.contains { $0.severity == .error } ? nil : value
        self.diagnostics = diagnostics
    }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}

extension Checked: Sendable where Value: Sendable {}
extension Checked: Equatable where Value: Equatable {}

/// Gathers mistakes, each once: a mistake in a line that a matrix repeats is one mistake.
struct DiagnosticCollector {
    private var found: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    mutating func add(_ diagnostic: Diagnostic) {
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    mutating func add(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { add(diagnostic) }
    }

    mutating func error(_ message: String, at mark: Mark, _ advice: String) {
        add(Diagnostic(message, at: mark, advice: advice))
    }

    mutating func warn(_ message: String, at mark: Mark, _ advice: String) {
        add(Diagnostic(message, at: mark, advice: advice, severity: .warning))
    }

    var count: Int { found.count }
    var hasErrors: Bool { found.contains { $0.severity == .error } }

    /// In the order of the file; what came from elsewhere stands first.
    var sorted: [Diagnostic] {
        found.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if (a.origin == nil) != (b.origin == nil) { return a.origin != nil }
            if a.mark != b.mark { return a.mark < b.mark }
            return left.offset < right.offset
        }.map(\.element)
    }
}
