/// One mistake in a file that a person wrote: where it is, what is wrong, what to do.
public struct Diagnostic: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    /// The subject of the diagnostic, for code that weighs many of them.
    public enum Topic: Sendable {
        /// What the job asks for will not be quite what comes.
        case job
        /// A parameter that the model is not known to have.
        case unknownParameter
        /// The price is not known in advance, or is higher than expected.
        case price
        /// A file for which the model has no place.
        case foreignFile
    }

    /// How the advice ends where a file may still come. Who has waited in vain leaves it out.
    public static let mayStillCome = "; the job waits for it a while"

    public var severity: Severity
    public var topic: Topic
    public var mark: Mark
    /// What is wrong, without a full stop: `size 1000*1000 is not one that qwen-image takes`.
    public var message: String
    /// What to do: `use one of 1664*928, 1472*1104`.
    public var advice: String
    /// Where the value came from if not from the file: `--region`, `DASHSCOPE_REGION`. The mark says nothing then.
    public var origin: String?

    /// A key in `message` or `advice` is masked, and what a stranger wrote in them is shown as `ShownText` does.
    public init(
        _ message: String, at mark: Mark, advice: String, severity: Severity = .error, topic: Topic = .job,
        origin: String? = nil
    ) {
        self.severity = severity
        self.topic = topic
        self.mark = mark
        self.message = Self.shown(message)
        self.advice = Self.shown(advice)
        self.origin = origin
    }

    public init(
        _ message: Message, at mark: Mark, severity: Severity = .error, topic: Topic = .job, origin: String? = nil
    ) {
        self.init(message.what, at: mark, advice: message.next, severity: severity, topic: topic, origin: origin)
    }

    /// Nobody reads more, and a name that a message quotes may be as long as its file.
    private static let scalarsMax = 1500

    private static func shown(_ text: String) -> String {
        let line = KeyGuard.masked(ShownText.line(text))
        // What is short in bytes is short in scalars.
        guard line.utf8.count > scalarsMax, line.unicodeScalars.count > scalarsMax else { return line }
        return String(line.unicodeScalars.prefix(scalarsMax)) + "…"
    }

    /// `file:line:column: error: message (advice)`, the line and a caret below it. A key in the line is masked.
    ///
    /// The caret counts cells of a terminal: two for a wide character, none for a combining mark. Control and format
    /// characters (tabs, marks that turn the reading direction) show as a space, so that the line cannot disguise itself.
    ///
    /// - Parameter text: the whole file; a long line is cut to the stretch around the place.
    public func rendered(file: String, text: String) -> String {
        var lines = QuotedLines(text)
        return rendered(file: file, &lines)
    }

    /// The same for one of many in a file.
    public func rendered(file: String, _ lines: inout QuotedLines) -> String {
        let what = "\(severity.rawValue): \(message)" + (advice.isEmpty ? "" : " (\(advice))")
        if let origin { return "\(ShownText.line(origin)): \(what)" }
        var out = "\(ShownText.line(file)):\(mark.line):\(mark.column): \(what)"
        let scalars = lines.masked(mark.line)
        let place = max(0, min(mark.column - 1, scalars.count))
        let first = max(0, place - 60)
        let last = min(scalars.count, first + 100)
        let shown = scalars[first..<last].map(Self.visible)
        // An empty line shows nothing that the place does not say.
        guard shown.contains(where: { $0 != " " }) else { return out }
        let line = String(String.UnicodeScalarView(shown))
        let cells = shown[..<(place - first)].reduce(0) { $0 + Self.cells($1) }
        let (before, after) = (first > 0 ? "…" : "", last < scalars.count ? "…" : "")
        out +=
            "\n    \(before)\(line)\(after)\n    \(before.isEmpty ? "" : " ")\(String(repeating: " ", count: cells))^"
        return out
    }

    /// `file:line:column: warning: message (advice)` alone.
    public func line(file: String) -> String { ShownText.line(file) + ":" + line }

    /// The same without the file's name.
    public var line: String {
        "\(mark.line):\(mark.column): \(severity.rawValue): \(message)" + (advice.isEmpty ? "" : " (\(advice))")
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
    }

    /// How many cells of a terminal a scalar fills.
    /// - Source: Unicode Standard Annex 11, the blocks that are wide as a whole.
    private static func cells(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
            0x1f900...0x1faff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }
}

/// A value, unless there were errors, and all diagnostics in the order of the file.
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

/// Collects mistakes, each once: a mistake in a line that a matrix repeats counts once.
struct DiagnosticCollector {
    /// Nobody reads further than this, and a hostile file must not make a million.
    static let most = 200

    private var found: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    mutating func add(_ diagnostic: Diagnostic) {
        guard !isFull else { return }
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
        if isFull {
            found.append(Diagnostic(.moreErrors, at: diagnostic.mark))
        }
    }

    mutating func add(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { add(diagnostic) }
    }

    mutating func error(
        _ message: String, at mark: Mark, _ advice: String, topic: Diagnostic.Topic = .job
    ) {
        add(Diagnostic(message, at: mark, advice: advice, topic: topic))
    }

    mutating func warn(_ message: String, at mark: Mark, _ advice: String, topic: Diagnostic.Topic = .job) {
        add(Diagnostic(message, at: mark, advice: advice, severity: .warning, topic: topic))
    }

    mutating func error(_ message: Message, at mark: Mark, topic: Diagnostic.Topic = .job) {
        add(Diagnostic(message, at: mark, topic: topic))
    }

    mutating func warn(_ message: Message, at mark: Mark, topic: Diagnostic.Topic = .job) {
        add(Diagnostic(message, at: mark, severity: .warning, topic: topic))
    }

    var count: Int { found.count }
    /// Whether looking further is of no use.
    var isFull: Bool { found.count >= Self.most }
    var hasErrors: Bool { found.contains { $0.severity == .error } }
    var errorCount: Int { found.count { $0.severity == .error } }

    /// In the order of the file; diagnostics from elsewhere come first.
    var sorted: [Diagnostic] {
        found.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if (a.origin == nil) != (b.origin == nil) { return a.origin != nil }
            if a.mark != b.mark { return a.mark < b.mark }
            return left.offset < right.offset
        }.map(\.element)
    }
}
