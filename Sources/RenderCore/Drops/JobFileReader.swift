/// Reads YAML and JSON job files: decode, parse, interpret. One file is one request: a mistake in one of its jobs
/// refuses all of them, because a person corrects and drops the file as a whole.
public struct JobFileReader: DropReader {
    public static let kind = "job-file"

    private let parser: any DocumentParser
    private let rendersMax: Int
    private let families: [String]

    private static let endings: Set = ["yaml", "yml", "json"]

    /// - Parameter families: the words that `family:` may have.
    public init(parser: some DocumentParser, rendersMax: Int, families: [String]) {
        self.parser = parser
        self.rendersMax = rendersMax
        self.families = families
    }

    public var kind: String { Self.kind }

    public func recognizes(_ name: String) -> Bool { Self.recognizes(name) }

    /// `job.yaml`, and `job.yaml.txt` as some editors save it.
    static func recognizes(_ name: String) -> Bool {
        let parts = name.foldedName.split(separator: ".", omittingEmptySubsequences: false)
        let last = parts.count > 1 ? String(parts[parts.count - 1]) : ""
        let inner = parts.count > 2 ? String(parts[parts.count - 2]) : ""
        return endings.contains(last) || last == "txt" && endings.contains(inner)
    }

    public func read(_ drop: Drop) -> DropReading {
        let text: String
        do {
            text = try TextDecoding.text(of: drop.bytes)
            if let foreign = ForeignFile(text: text), foreign.isCertain { throw foreign.diagnostic }
        } catch {
            return Self.reading("", diagnostics: [Self.diagnostic(error)], isBlank: TextDecoding.isBlank(drop.bytes))
        }
        let reading = understand(text)
        guard reading.hasErrors else { return reading }
        // What may be a job with a mistake is one only as far as it is none of these.
        if let foreign = ForeignFile(text: text) { return Self.reading(text, diagnostics: [foreign.diagnostic]) }
        if let explained = LookAlikeSearch.explain(
            text, reading.diagnostics, read: { understand($0).diagnostics })
        {
            return Self.reading(
                text, specs: understand(explained.text).specs, diagnostics: explained.diagnostics)
        }
        return reading
    }

    public func read(text: String) -> DropReading? { understand(text) }

    private func understand(_ text: String) -> DropReading {
        do {
            let decoding = SpecDecoding(rendersMax: rendersMax, families: families)
            let specs = decoding.specs(try parser.parse(text))
            return Self.reading(text, specs: specs.specs, diagnostics: specs.diagnostics)
        } catch {
            return Self.reading(text, diagnostics: [Self.diagnostic(error)])
        }
    }

    static func reading(
        _ text: String, specs: [JobSpec] = [], diagnostics: [Diagnostic], isBlank: Bool = false
    ) -> DropReading {
        DropReading(
            kind: kind, text: text, requests: [DropRequest(specs: specs, diagnostics: diagnostics)],
            isBlank: isBlank)
    }

    /// The parser's contract is to throw diagnostics only.
    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic(.unreadable(error), at: .start)
    }
}

extension DropReading {
    var hasErrors: Bool { requests.contains(where: \.hasErrors) }
}
