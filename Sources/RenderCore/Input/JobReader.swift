/// The way from the bytes of a job file to its renders: decode, parse, understand, plan. Every step's mistakes come out
/// together, with the text they stand in.
public struct JobReader: Sendable {
    private let parser: any DocumentParser
    private let planner: JobPlanner

    public init(parser: some DocumentParser, configuration: Configuration, catalogue: ModelCatalogue) {
        self.parser = parser
        planner = JobPlanner(configuration: configuration, catalogue: catalogue)
    }

    /// What a job file says, before pictures are looked for.
    public struct Reading: Sendable, Equatable {
        /// Empty where the bytes are no text.
        public var text: String
        /// With errors, as far as they could be read.
        public var specs: [JobSpec]
        public var diagnostics: [Diagnostic]

        /// Whether it asks to render what was delivered before anew.
        public var isAgain: Bool { specs.contains { $0.again?.value == true } }

        /// The names of files that its jobs want, each once, if `ReferencePolicy` allows them.
        public var referenceNames: [String] {
            var names: [String] = []
            var seen: Set<String> = []
            for reference in specs.lazy.flatMap(\.mediaNames) {
                guard case .file(let path) = ReferencePolicy.judge(reference.value) else { continue }
                if seen.insert(path).inserted { names.append(path) }
            }
            return names
        }
    }

    public func read(_ bytes: [UInt8]) -> Reading {
        var text = ""
        do {
            text = try TextDecoding.text(of: bytes)
            let decoding = SpecDecoding(rendersMax: planner.configuration.limits.rendersPerJob)
            let specs = decoding.specs(try parser.parse(text))
            return Reading(text: text, specs: specs.specs, diagnostics: specs.diagnostics)
        } catch let diagnostic as Diagnostic {
            return Reading(text: text, specs: [], diagnostics: [diagnostic])
        } catch {
            // The parser's contract is to throw diagnostics only.
            let diagnostic = Diagnostic(
                "the file cannot be read: \(error)", at: .start, advice: "save it again as UTF-8")
            return Reading(text: text, specs: [], diagnostics: [diagnostic])
        }
    }

    /// The renders of a reading. One with errors has none; its mistakes and those of the plan come out together.
    public func plan(_ reading: Reading, references: some ReferenceLookup) -> JobPlanner.Outcome {
        var outcome = planner.plan(reading.specs, references: references)
        if reading.diagnostics.contains(where: { $0.severity == .error }) {
            outcome.plans = []
            outcome.waitsFor = []
            outcome.notWhole = []
        }
        var found = DiagnosticCollector()
        found.add(reading.diagnostics + outcome.diagnostics)
        outcome.diagnostics = found.sorted
        return outcome
    }
}
