/// The models that can make every render of a job, best first. Each model of the catalogue plans the job as if the job
/// named it; the model that the job really names has no influence.
public struct Recommendation: Sendable, Equatable {
    /// A model that can do the job.
    public struct Choice: Sendable, Equatable {
        public var model: Model
        public var plans: [RenderPlan]
        /// Which of its functions would do, where the job says none: those that would be written down, and how many others there are.
        public var functions: Functions
        /// The warnings that the job would get; no errors.
        public var warnings: [Diagnostic]
        /// For all renders together; nil: a price is not known.
        public var price: MoneyRange?
        /// What speaks for it: `takes 2 pictures`, `1664*928 exactly`, `0.40 CNY`.
        public var reasons: [String]
        /// How far what it does is from what the job most likely means; 0: it is that.
        fileprivate var distance: Int
        /// It renders what names no model of this kind.
        fileprivate var isDefault: Bool
    }

    /// Functions that a recommendation adds to a job.
    public struct Functions: Sendable, Equatable {
        /// Each once, in the order of the renders; empty: the model has none, or the job says which.
        public var taken: [String] = []
        /// How many others would do as well.
        public var others = 0
    }

    /// A model that cannot do the job.
    public struct Misfit: Sendable, Equatable {
        public var model: Model
        /// Why, in the order of the file; never empty.
        public var reasons: [String]
        /// It has a place for every file: what it lacks is a detail.
        fileprivate var takesAll = true
    }

    /// The best first.
    public var choices: [Choice]
    /// Those that lack least first.
    public var misfits: [Misfit]
    /// Mistakes of the job itself, which every model reports. If there are any, nothing is recommended.
    public var mistakes: [Diagnostic]

    /// - Parameters:
    ///   - specs: of one job file, read without errors.
    ///   - planner: with the region, and the catalogue that is searched.
    public init(_ specs: [JobSpec], planner: JobPlanner, references lookup: some ReferenceLookup) {
        // Whoever names a model that makes films wants one.
        let named = Self.filmKinds(specs, planner)
        let specs = Self.withoutModel(specs)
        let asked = Set(specs.compactMap { $0.kind?.value })
        let models = planner.catalogue.models.filter { model in
            asked.isSubset(of: model.allKinds)
                && (named.isEmpty || !asked.isEmpty || !named.isDisjoint(with: model.allKinds))
        }
        let tries = models.map { Attempt($0, specs, planner, lookup) }
        choices = []
        misfits = []
        let errors = tries.map { $0.outcome.diagnostics.filter { $0.severity == .error } }
        mistakes = Self.mistakes(errors, Self.unusable(specs, lookup))
        guard mistakes.isEmpty else { return }
        for attempt in tries {
            if attempt.lacks.isEmpty {
                choices.append(Choice(attempt, specs, planner))
            } else {
                misfits.append(
                    Misfit(
                        attempt.model, attempt.lacks.map(\.message),
                        takesAll: attempt.model.isOffered(in: planner.configuration.provider.region)
                            && !attempt.lacks.contains { $0.topic == .foreignFile }))
            }
        }
        leaveOutFilms(unless: !asked.isEmpty || !named.isEmpty)
        let currency = planner.configuration.budget.currency
        choices = choices.enumerated().sorted {
            ($0.element.rank(in: currency), $0.offset) < ($1.element.rank(in: currency), $1.offset)
        }.map(\.element)
        let kinds = Set(choices.flatMap { $0.plans.map(\.kind) })
        misfits = misfits.enumerated().sorted {
            ($0.element.rank(for: kinds), $0.offset) < ($1.element.rank(for: kinds), $1.offset)
        }.map(\.element)
    }

    /// A film costs many times as much as a picture: if a picture model fits and no kind is given, no film model is
    /// recommended.
    private mutating func leaveOutFilms(unless isAsked: Bool) {
        func makesFilms(_ choice: Choice) -> Bool { choice.plans.contains(where: \.kind.makesFilms) }
        guard !isAsked, choices.contains(where: { !makesFilms($0) }) else { return }
        for choice in choices where makesFilms(choice) {
            let kind = choice.plans.first(where: \.kind.makesFilms)?.kind.rawValue ?? "text-to-video"
            misfits.append(
                Misfit(choice.model, ["makes a film, which `kind: \(kind)` would ask for"]))
        }
        choices.removeAll(where: makesFilms)
    }

    // MARK: - Trying

    /// The kinds of the named models, if one of them makes films.
    private static func filmKinds(_ specs: [JobSpec], _ planner: JobPlanner) -> Set<JobKind> {
        let region = planner.configuration.provider.region
        let named = specs.compactMap { spec -> Model? in
            guard let name = spec.model?.value, case .found(let found) = planner.catalogue.find(name, region: region)
            else { return nil }
            return found.model
        }
        return named.contains(where: \.makesFilms) ? Set(named.flatMap(\.allKinds)) : []
    }

    /// The job without the keys that name the model. If a matrix varies the model, cells that differ in nothing else
    /// are merged.
    private static func withoutModel(_ specs: [JobSpec]) -> [JobSpec] {
        var kept: [JobSpec] = []
        var seen: [JobSpec] = []
        for var spec in specs {
            spec.model = nil
            spec.family = nil
            spec.endpoint = nil
            spec.unread.subtract(["model", "family", "endpoint"])
            if spec.cell.removeValue(forKey: "model") != nil {
                var compared = spec
                compared.outputName = nil
                guard !seen.contains(compared) else { continue }
                seen.append(compared)
            }
            kept.append(spec)
        }
        return kept
    }

    /// Mistakes of the job itself: those that every model reports in the same words, and those about missing or refused
    /// files. A single model proves nothing.
    private static func mistakes(_ errors: [[Diagnostic]], _ unusable: Set<Mark>) -> [Diagnostic] {
        var counts: [Diagnostic: Int] = [:]
        for mistake in errors.joined() { counts[mistake, default: 0] += 1 }
        return counts.filter { mistake, count in
            count > 1 && (count == errors.count || unusable.contains(mistake.mark))
        }.keys.sorted { ($0.mark, $0.message) < ($1.mark, $1.message) }
    }

    /// Where the job names files that cannot be used, or that no job may name.
    private static func unusable(_ specs: [JobSpec], _ lookup: some ReferenceLookup) -> Set<Mark> {
        let names = specs.flatMap(\.mediaNames).filter { name in
            switch ReferencePolicy.judge(name.value) {
            case .url: return false
            case .refused: return true
            case .file(let path):
                switch lookup.find(path) {
                case .found, .missing: return false
                default: return true
                }
            }
        }
        return Set(names.map(\.mark))
    }
}

extension Recommendation.Misfit {
    /// - Parameter messages: of the planner; that it is about this model need not be said.
    fileprivate init(_ model: Model, _ messages: [String], takesAll: Bool = true) {
        let names = ([model] + model.functions.map(\.rules)).map { $0.subject + " " }
        self.init(model: model, reasons: [], takesAll: takesAll)
        for message in messages {
            let name = names.first { message.hasPrefix($0) } ?? ""
            let reason = String(message.dropFirst(name.count))
            if !reasons.contains(reason) { reasons.append(reason) }
        }
    }

    /// Those first that do the same as the models that can, then those that lack least.
    fileprivate func rank(for kinds: Set<JobKind>) -> Rank {
        Rank([
            kinds.isEmpty || !kinds.isDisjoint(with: model.allKinds) ? 0 : 1,
            takesAll ? 0 : 1, reasons.count, model.status.rank,
        ])
    }
}

extension Recommendation.Choice {
    fileprivate init(_ attempt: Attempt, _ specs: [JobSpec], _ planner: JobPlanner) {
        model = attempt.model
        plans = attempt.outcome.plans
        functions = attempt.functions
        warnings = attempt.outcome.diagnostics.filter { $0.severity == .warning }
        price = Self.price(of: attempt.outcome.plans)
        distance = Recommendation.distance(attempt.outcome.plans, specs, planner)
        let standards = attempt.outcome.plans.map { planner.configuration.models.standard(for: $0.kind) }
        let id = attempt.model.id
        isDefault = !standards.isEmpty && standards.allSatisfy { $0 == id }
        reasons = []
        reasons = why(specs)
    }

    private static func price(of plans: [RenderPlan]) -> MoneyRange? {
        let ranges = plans.compactMap { plan in plan.quote?.range ?? plan.estimate.map { MoneyRange($0) } }
        guard let first = ranges.first, ranges.count == plans.count,
            ranges.allSatisfy({ $0.high.currency == first.high.currency })
        else { return nil }
        func sum(_ ends: [Money]) -> Money {
            let micros = ends.reduce(0) { sum, end in
                let (total, overflow) = sum.addingReportingOverflow(end.micros)
                return overflow ? .max : total
            }
            return Money(micros: micros, currency: first.high.currency)
        }
        return MoneyRange(low: sum(ranges.map(\.low)), high: sum(ranges.map(\.high)))
    }

    /// Ranked by: what is done, deviations from the request, whether a function had to be guessed, age, whether it is the
    /// default, confidence of the row, price.
    fileprivate func rank(in currency: String) -> Rank {
        // Other currencies cannot be compared; what is not known is last.
        let known = price.map { $0.high.currency == currency ? 0 : 1 } ?? 2
        let confidence = Model.Confidence.allCases.firstIndex(of: model.confidence) ?? 0
        return Rank([
            distance, warnings.count { $0.weighs }, min(1, functions.others), model.status.rank,
            isDefault ? 0 : 1, confidence, known,
            price?.high.micros ?? 0,
        ])
    }

    /// What it accepts and produces, as far as the job needs it.
    private func why(_ specs: [JobSpec]) -> [String] {
        var words = Self.each(plans.map(\.kind.deed))
        if !functions.taken.isEmpty {
            let others = functions.others == 0 ? "" : " or \(functions.others) other\(functions.others == 1 ? "" : "s")"
            words.append("with " + functions.taken.map { "`function: \($0)`" }.joined(separator: " and ") + others)
        }
        let given = plans.map { plan in plan.references.map { kind(of: $0) } }.max { $0.count < $1.count } ?? []
        let media = MediaKind.allCases.compactMap { kind -> String? in
            let count = given.count { $0 == kind }
            return count == 0 ? nil : ModelWords.counted(count...count, kind)
        }
        if !media.isEmpty { words.append("takes " + media.joined(separator: " and ")) }
        // Plans come in the order of the specs, one a seed.
        let asked = specs.flatMap { Array(repeating: $0.size, count: $0.renders) }
        words += Self.each(zip(plans, asked).map(Self.size))
        words += Self.each(plans.map(\.resolution))
        words += Self.each(plans.map(\.ratio))
        words += Self.each(plans.map { plan in plan.duration.flatMap { $0 > 0 ? "\($0) s" : nil } })
        if let most = plans.map(\.count).max(), most > 1 { words.append("\(most) at once") }
        if isDefault { words.append("your default") }
        if model.status != .current { words.append(model.status.rawValue) }
        if model.confidence == .reported { words.append("facts are reported, not documented") }
        let drawbacks = warnings.filter(\.weighs)
        if let first = drawbacks.first {
            words.append(
                drawbacks.count == 1 ? "but \(first.message)" : "but \(drawbacks.count) warnings: \(first.message)")
        }
        words.append(price?.description ?? "its price is not known")
        return words
    }

    private func kind(of reference: PlannedReference) -> MediaKind {
        let inputs = model.allRules.flatMap(\.inputs)
        return inputs.first { $0.role == reference.role }?.kind ?? .image
    }

    /// `1664*928 exactly`, `16:9 as 1664*928`
    private static func size(_ plan: RenderPlan, _ asked: Marked<String>?) -> String? {
        guard let size = plan.size else { return nil }
        guard let asked else { return size }
        let isSame = asked.value.uppercased().replacing("X", with: "*").replacing("×", with: "*") == size
        return isSame ? "\(size) exactly" : "\(asked.value) as \(size)"
    }

    /// Each word once, and no more than three of them.
    private static func each(_ words: [String?]) -> [String] {
        var all: [String] = []
        for case let word? in words where !all.contains(word) { all.append(word) }
        return all.count > 3 ? ["\(all[0]) and \(all.count - 1) others"] : all
    }
}

/// One model's plan for the job.
private struct Attempt {
    let model: Model
    let outcome: JobPlanner.Outcome
    private(set) var functions = Recommendation.Functions()

    init(_ model: Model, _ specs: [JobSpec], _ planner: JobPlanner, _ lookup: some ReferenceLookup) {
        self.model = model
        var named: [JobSpec] = []
        var others: Set<String> = []
        for var spec in specs {
            spec.model = Marked(model.id, at: spec.mark)
            if let all = Self.functions(of: model, for: spec, planner, lookup), let first = all.first {
                spec.function = Marked(first, at: spec.mark)
                if !functions.taken.contains(first) { functions.taken.append(first) }
                others.formUnion(all)
            }
            named.append(spec)
        }
        functions.others = others.subtracting(functions.taken).count
        outcome = Self.outcome(planner.plan(named, references: lookup))
    }

    /// A file that is not there yet is no reason against a model: the job waits for it.
    private static func outcome(_ planned: JobPlanner.Outcome) -> JobPlanner.Outcome {
        guard !planned.expected.isEmpty else { return planned }
        var outcome = planned
        outcome.plans = planned.expected
        outcome.diagnostics.removeAll { $0.severity == .error }
        return outcome
    }

    /// Why it cannot, or not for all that is known.
    var lacks: [Diagnostic] { Self.lacks(outcome) }

    private static func lacks(_ outcome: JobPlanner.Outcome) -> [Diagnostic] {
        outcome.diagnostics.filter { $0.severity == .error || $0.topic == .unknownParameter }
    }

    /// Functions that do what a spec asks for, best first; if none does, the one that lacks least; nil: there is
    /// nothing to choose.
    private static func functions(
        of model: Model, for spec: JobSpec, _ planner: JobPlanner, _ lookup: some ReferenceLookup
    ) -> [String]? {
        guard !model.functions.isEmpty, spec.function?.value.isEmpty ?? true, !spec.unread.contains("function") else {
            return nil
        }
        let tried = model.functions.map { function in
            var one = spec
            one.function = Marked(function.name, at: spec.mark)
            let outcome = Self.outcome(planner.plan([one], references: lookup))
            let missing = lacks(outcome)
            let lacks = missing.count
            let isForeign = missing.contains { $0.topic == .foreignFile }
            let distance = Recommendation.distance(outcome.plans, [one], planner)
            let warnings = outcome.diagnostics.count { $0.weighs }
            return (name: function.name, lacks: lacks, rank: Rank([isForeign ? 1 : 0, lacks, distance, warnings]))
        }.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
        guard let best = tried.first, best.lacks == 0 else { return tried.first.map { [$0.name] } }
        return tried.filter { !(best.rank < $0.rank) }.map(\.name)
    }
}

extension Diagnostic {
    /// Whether it speaks against a model: an open price does not.
    fileprivate var weighs: Bool { severity == .warning && topic == .job }
}

extension Recommendation {
    /// The furthest place of a plan's kind among what its spec may mean, 0: it is the likeliest, or written down.
    fileprivate static func distance(_ plans: [RenderPlan], _ specs: [JobSpec], _ planner: JobPlanner) -> Int {
        // Plans come in the order of the specs, one a seed.
        let origins = specs.flatMap { Array(repeating: $0, count: $0.renders) }
        return zip(plans, origins).map { plan, spec in
            guard spec.kind == nil else { return 0 }
            let roles = SpecPlanner(spec, planner.configuration, planner.catalogue).roles
            let likely = SpecPlanner.candidates(roles)
            return likely.firstIndex(of: plan.kind) ?? likely.count
        }.max() ?? 0
    }
}

extension JobKind {
    /// What the model does with the inputs; nil if there is only one possibility.
    fileprivate var deed: String? {
        switch self {
        case .textToImage, .imageEdit, .textToVideo: nil
        case .imageToVideo: "starts from the picture"
        case .referenceToVideo: "shows who or what is given"
        case .videoEdit: "edits the film"
        case .videoExtension: "continues the film"
        case .motionTransfer: "moves the picture as the film shows"
        case .speechToVideo: "lets the picture speak"
        }
    }
}

/// Numbers that are compared one after the other; smaller is better.
private struct Rank: Comparable {
    private let figures: [Int]

    init(_ figures: [Int]) { self.figures = figures }

    static func < (left: Rank, right: Rank) -> Bool { left.figures.lexicographicallyPrecedes(right.figures) }
}
