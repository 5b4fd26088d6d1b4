/// One model's plan for the job.
struct ModelAttempt {
    let model: Model
    let models: AccountModels
    let outcome: JobPlanner.Outcome
    private(set) var functions = FunctionChoice()

    init(_ model: Model, _ specs: [JobSpec], _ models: AccountModels, _ lookup: some ReferenceLookup) {
        self.model = model
        self.models = models
        let planner = models.planner
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
            let distance = Self.distance(outcome.plans, [one], planner)
            let warnings = outcome.diagnostics.count { $0.weighs }
            return (name: function.name, lacks: lacks, rank: Rank([isForeign ? 1 : 0, lacks, distance, warnings]))
        }.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
        guard let best = tried.first, best.lacks == 0 else { return tried.first.map { [$0.name] } }
        return tried.filter { !(best.rank < $0.rank) }.map(\.name)
    }

    /// The furthest place of a plan's kind among what its spec may mean, 0: it is the likeliest, or written down.
    static func distance(_ plans: [RenderPlan], _ specs: [JobSpec], _ planner: JobPlanner) -> Int {
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

extension Diagnostic {
    /// Whether it speaks against a model: an open price does not.
    var weighs: Bool { severity == .warning && topic == .job }
}

/// Functions that a recommendation adds to a job.
public struct FunctionChoice: Sendable, Equatable {
    /// Each once, in the order of the renders; empty: the model has none, or the job says which.
    public var taken: [String] = []
    /// How many others would do as well.
    public var others = 0
}

/// Numbers that are compared one after the other; smaller is better.
struct Rank: Comparable {
    private let figures: [Int]

    init(_ figures: [Int]) { self.figures = figures }

    static func < (left: Rank, right: Rank) -> Bool { left.figures.lexicographicallyPrecedes(right.figures) }
}
