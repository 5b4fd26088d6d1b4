public import struct Foundation.Date

/// What a reference's name led to. Found out by an adapter, for names that `ReferencePolicy` allows.
public enum ReferenceFinding: Sendable, Equatable {
    /// `name`: as the folder spells it; `probe`: nil where the file is no picture, film or sound that is known.
    case found(name: String, bytes: Int, probe: MediaProbe?)
    /// Not there, or not yet.
    case missing
    /// It lies outside of the allowed folders, e.g. behind a symbolic link.
    case outside(reason: String)
    /// Several files differ from the name in case only.
    case ambiguous([String])
    /// A folder, a device, a fifo.
    case notRegular
}

/// Finds the files that jobs name. Asked once for each name that `ReferencePolicy` allows.
public protocol ReferenceLookup {
    func find(_ name: String) -> ReferenceFinding
    /// Names of files that may be meant by one that is missing, as a job would write them, the likeliest first.
    func near(_ name: String) -> [String]
}

extension ReferenceLookup {
    public func near(_ name: String) -> [String] { [] }
}

/// Specs → plans of renders, checked against models, pictures and prices. Pure: nothing is opened and nothing is sent.
public struct JobPlanner: Sendable {
    public var configuration: Configuration
    public var catalogue: ModelCatalogue

    public init(configuration: Configuration, catalogue: ModelCatalogue) {
        self.configuration = configuration
        self.catalogue = catalogue
    }

    public struct Outcome: Sendable, Equatable {
        /// Empty where there is an error.
        public var plans: [RenderPlan]
        /// Errors and warnings in the order of the file. A missing reference is an error, too.
        public var diagnostics: [Diagnostic]
        /// References that are missing and may still arrive, if nothing else is wrong.
        public var waitsFor: [String]
        /// Those of them that are there, and empty or cut off.
        public var notWhole: [String] = []

        public var isWhole: Bool { !plans.isEmpty }
    }

    /// Plans all jobs of a file. Renders are numbered from one, in the order of the specs and their seeds.
    ///
    /// - Parameter now: for links that end at a time; nil: nothing is said of it.
    public func plan(
        _ specs: [JobSpec], references lookup: some ReferenceLookup, now: Date? = nil
    ) -> Outcome {
        var found = DiagnosticCollector()
        var references = ReferencePlanner(lookup, bytesMax: catalogue.largestFile, now: now)
        var plans: [RenderPlan] = []
        var costs: [Int: JobCost] = [:]
        for spec in specs where !found.isFull {
            let planned = SpecPlanner(spec, configuration, catalogue).plans(&references, &found)
            for var plan in planned {
                plan.number = plans.count + 1
                plans.append(plan)
            }
            var cost = costs[spec.job] ?? JobCost(cap: spec.maxCost, currency: configuration.budget.currency)
            cost.add(planned)
            costs[spec.job] = cost
        }
        for job in costs.keys.sorted() { costs[job]?.check(&found) }
        Self.warnOfEqualNames(specs, plans, &found)
        let others = found.sorted.contains { $0.severity == .error && !references.missingDiagnostics.contains($0) }
        return Outcome(
            plans: found.hasErrors ? [] : plans, diagnostics: found.sorted, waitsFor: others ? [] : references.missing,
            notWhole: others ? [] : references.notWhole)
    }

    /// Renders whose names say nothing to tell them apart get numbers; better to say so before.
    private static func warnOfEqualNames(_ specs: [JobSpec], _ plans: [RenderPlan], _ found: inout DiagnosticCollector)
    {
        var names: [String: Int] = [:]
        for plan in plans {
            guard var name = plan.outputName, !name.contains("{render}") else { continue }
            if let seed = plan.seed { name = name.replacing("{seed}", with: String(seed)) }
            names[name.replacing("{model}", with: plan.model), default: 0] += 1
        }
        guard let most = names.values.max(), most > 1, let mark = specs.lazy.compactMap({ $0.outputName?.mark }).first
        else { return }
        found.warn(
            "\(most) renders of this file get the same output name", at: mark,
            "put {render}, {seed} or a key of `matrix` into it; else they are told apart by a number")
    }
}

/// What the renders of one job cost together, against its `max_cost`.
private struct JobCost {
    let cap: Marked<Amount>?
    let currency: String
    private var total = 0
    private var isKnown = true
    private var currencies: Set<String> = []
    private var renders = 0

    init(cap: Marked<Amount>?, currency: String) {
        self.cap = cap
        self.currency = currency
    }

    mutating func add(_ plans: [RenderPlan]) {
        for plan in plans {
            renders += 1
            guard let estimate = plan.estimate else {
                isKnown = false
                continue
            }
            currencies.insert(estimate.currency)
            let (sum, overflow) = total.addingReportingOverflow(estimate.micros)
            total = overflow ? .max : sum
        }
    }

    func check(_ found: inout DiagnosticCollector) {
        let currency = cap?.value.currency ?? currency
        guard let cap, renders > 0, let most = Money(decimal: cap.value.decimal, currency: currency) else { return }
        guard isKnown, currencies == [currency] else {
            found.error(
                isKnown
                    ? "`max_cost` is in \(currency), but the price list is in \(currencies.sorted().joined(separator: ", "))"
                    : "`max_cost` cannot be kept: the catalogue has no price for this model in this region",
                at: cap.mark,
                isKnown
                    ? "write the amount in \(currencies.sorted().joined(separator: ", "))"
                    : "leave `max_cost` out, or add the price to a catalogue of your own (`models: {catalogue: …}`)")
            return
        }
        guard total > most.micros else { return }
        let estimate = Money(micros: total, currency: currency)
        found.error(
            "this job would cost about \(estimate) (\(renders) \(renders == 1 ? "render" : "renders")), more than the "
                + "\(most) of `max_cost`", at: cap.mark,
            "make less, take a cheaper model, or raise `max_cost`")
    }
}
