public import struct Foundation.Date

/// The way from the bytes of a job file to its renders: decode, parse, understand, plan. Every step's mistakes come out
/// together, with the text they stand in.
public struct JobReader: Sendable {
    private let parser: any DocumentParser
    private let planner: JobPlanner
    /// Each render keeps them.
    private static let warningsMax = 10

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
        /// Nothing is in it yet: no byte, or only blanks.
        public var isBlank = false

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
        let text: String
        do {
            text = try TextDecoding.text(of: bytes)
            if let foreign = ForeignFile(text: text), foreign.isCertain { throw foreign.diagnostic }
        } catch {
            return Reading(
                text: "", specs: [], diagnostics: [Self.diagnostic(error)], isBlank: TextDecoding.isBlank(bytes))
        }
        var reading = understand(text)
        guard reading.hasErrors else { return reading }
        // What may be a job with a mistake is one only as far as it is none of these.
        if let foreign = ForeignFile(text: text) {
            reading.specs = []
            reading.diagnostics = [foreign.diagnostic]
        } else if let explained = LookAlikeSearch.explain(
            text, reading.diagnostics, read: { understand($0).diagnostics })
        {
            reading.specs = understand(explained.text).specs
            reading.diagnostics = explained.diagnostics
        }
        return reading
    }

    private func understand(_ text: String) -> Reading {
        do {
            let decoding = SpecDecoding(rendersMax: planner.configuration.limits.rendersPerJob)
            let specs = decoding.specs(try parser.parse(text))
            return Reading(text: text, specs: specs.specs, diagnostics: specs.diagnostics)
        } catch {
            return Reading(text: text, specs: [], diagnostics: [Self.diagnostic(error)])
        }
    }

    /// The parser's contract is to throw diagnostics only.
    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic
            ?? Diagnostic("the file cannot be read: \(error)", at: .start, advice: "save it again as UTF-8")
    }

    /// The renders of a reading. One with errors has none; its mistakes and those of the plan come out together.
    ///
    /// - Parameter now: for links that end at a time; nil: nothing is said of it.
    public func plan(
        _ reading: Reading, references: some ReferenceLookup, now: Date? = nil
    ) -> JobPlanner.Outcome {
        var outcome = planner.plan(reading.specs, references: references, now: now)
        if reading.hasErrors {
            outcome.plans = []
            outcome.waitsFor = []
            outcome.notWhole = []
        } else if outcome.plans.isEmpty, outcome.waitsFor.isEmpty,
            let explained = LookAlikeSearch.explain(
                reading.text, outcome.diagnostics,
                read: { text in
                    let other = understand(text)
                    return other.hasErrors
                        ? other.diagnostics
                        : planner.plan(other.specs, references: references, now: now).diagnostics
                })
        {
            outcome.diagnostics = explained.diagnostics
        }
        var found = DiagnosticCollector()
        found.add(reading.diagnostics + outcome.diagnostics)
        outcome.diagnostics = found.sorted
        let warnings = outcome.diagnostics.filter { $0.severity == .warning && $0.origin == nil }.prefix(
            Self.warningsMax)
        if !warnings.isEmpty {
            for index in outcome.plans.indices { outcome.plans[index].warnings = warnings.map(\.line) }
        }
        return outcome
    }
}

extension JobReader.Reading {
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
