public import struct Foundation.Date

/// The kinds of drops that are taken, and the way from a drop's bytes to its renders: decode, parse, interpret, plan.
/// The mistakes of all steps are reported together, with their lines.
public struct DropReaders: Sendable {
    /// The first that recognizes a name reads the drop.
    private let readers: [any DropReader]
    private let planner: JobPlanner
    /// Each render keeps them.
    private static let warningsMax = 10

    /// - Parameters:
    ///   - further: readers of other kinds than job files, asked after it.
    ///   - models: planners of other providers' models.
    ///   - accounts: in the order of the configuration; empty: one, of the catalogue's provider.
    public init(
        parser: some DocumentParser, configuration: Configuration, catalogue: ModelCatalogue,
        further: [any DropReader] = [], models: [any ModelPlanner] = [], accounts: [PlanningAccount] = []
    ) {
        let families = accounts.map(\.catalogue).reduce(into: catalogue.spelling.formNames) { names, other in
            names += other.spelling.formNames.filter { !names.contains($0) }
        }
        let jobFiles = JobFileReader(
            parser: parser, rendersMax: configuration.limits.rendersPerJob, families: families)
        readers = [jobFiles] + further
        planner = JobPlanner(configuration: configuration, catalogue: catalogue, others: models, accounts: accounts)
    }

    /// The reader of drops with this name; nil: it is no drop.
    public func reader(of name: String) -> (any DropReader)? { readers.first { $0.recognizes(name) } }

    /// What a file of this name in the inbox is.
    public func kind(of name: String) -> DropKind { reader(of: name) == nil ? DropKind(other: name) : .drop }

    /// The most bytes of a file with this name that `read` is given.
    public func bytesMax(of name: String) -> Int { (reader(of: name) ?? readers[0]).bytesMax }

    /// The names of further files of a drop with this name, and the most bytes of each that `read` is given.
    public func further(of name: String) -> (names: [String], bytesMax: Int) {
        guard let reader = reader(of: name) else { return ([], 0) }
        return (reader.furtherNames(of: name), reader.furtherBytesMax)
    }

    /// - Parameter drop: of a kind that is taken; another is read as a job file, to say what is wrong with it.
    public func read(_ drop: Drop) -> DropReading { (reader(of: drop.name) ?? readers[0]).read(drop) }

    /// The same of a job file's bytes.
    public func read(jobFile bytes: [UInt8]) -> DropReading { readers[0].read(Drop(name: "job.yaml", bytes: bytes)) }

    /// The renders of a reading. A request with errors has none. If every request has errors, the mistakes of reading
    /// and planning are reported together.
    ///
    /// - Parameter now: for links that expire; nil: expiry is not checked.
    public func plan(
        _ reading: DropReading, references: some ReferenceLookup, now: Date? = nil
    ) -> JobPlanner.Outcome {
        var whole = JobPlanner.Outcome()
        for request in reading.requests {
            var outcome = plan(request, of: reading, references: references, now: now)
            if reading.requests.count > 1, !outcome.isUsable {
                whole.refused.append(
                    RefusedRequest(label: request.label ?? reading.kind, diagnostics: outcome.diagnostics))
                continue
            }
            for index in outcome.plans.indices { outcome.plans[index].number = whole.plans.count + index + 1 }
            whole.add(outcome)
        }
        if !whole.isUsable {
            // None is good: the drop fails with all that is wrong with it.
            whole.diagnostics += whole.refused.flatMap(\.diagnostics)
            whole.refused = []
        }
        if whole.waitsFor.isEmpty, whole.waitsForAccount == nil {
            whole.expected = []
        } else {
            whole.plans = []
            for index in whole.expected.indices { whole.expected[index].number = index + 1 }
        }
        return whole
    }

    private func plan(
        _ request: DropRequest, of reading: DropReading, references: some ReferenceLookup, now: Date?
    ) -> JobPlanner.Outcome {
        var outcome = planner.plan(request.specs, references: references, now: now)
        if request.hasErrors {
            outcome.plans = []
            outcome.waitsFor = []
            outcome.waitsForAccount = nil
            outcome.notWhole = []
            outcome.expected = []
        } else if !outcome.isUsable, reading.requests.count == 1,
            let reader = readers.first(where: { $0.kind == reading.kind }),
            let explained = LookAlikeSearch.explain(
                reading.text, outcome.diagnostics,
                read: { text in
                    guard let other = reader.read(text: text) else { return outcome.diagnostics }
                    return other.hasErrors
                        ? other.diagnostics
                        : planner.plan(other.specs, references: references, now: now).diagnostics
                })
        {
            outcome.diagnostics = explained.diagnostics
        }
        var found = DiagnosticCollector()
        found.add(request.diagnostics + outcome.diagnostics)
        outcome.diagnostics = found.sorted
        let warnings = outcome.diagnostics.filter { $0.severity == .warning && $0.origin == nil }.prefix(
            Self.warningsMax)
        if !warnings.isEmpty {
            for index in outcome.plans.indices { outcome.plans[index].warnings = warnings.map(\.line) }
        }
        return outcome
    }
}
