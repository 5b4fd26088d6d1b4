public import struct Foundation.Date

/// The file that a reference's name leads to. An adapter looks it up, for names that `ReferencePolicy` allows.
public enum ReferenceFinding: Sendable, Equatable {
    /// `name`: as the folder spells it; `probe`: nil where the file is no picture, film or sound that is known.
    case found(name: String, bytes: Int, probe: MediaProbe?)
    /// Not there, or not yet.
    case missing
    /// It is outside the allowed folders, for example behind a symbolic link.
    case outside(reason: String)
    /// Several files differ from the name in case only.
    case ambiguous([String])
    /// A folder, a device, a fifo.
    case notRegular
}

/// Finds the files that jobs name. Called once for each name that `ReferencePolicy` allows.
public protocol ReferenceLookup {
    func find(_ name: String) -> ReferenceFinding
    /// Names of files that may be meant by one that is missing, as a job would write them, the likeliest first.
    func near(_ name: String) -> [String]
}

extension ReferenceLookup {
    public func near(_ name: String) -> [String] { [] }
}

/// Turns specs into plans of renders, checked against models, pictures and prices. Pure: opens and sends nothing.
public struct JobPlanner: Sendable {
    public var configuration: Configuration
    public var catalogue: ModelCatalogue
    /// Planners of other providers' models; the first that knows a model plans it.
    public var others: [any ModelPlanner]
    /// In the order of the configuration, behind them the providers without one; empty: one account, of the catalogue's provider.
    public var accounts: [PlanningAccount]

    public init(
        configuration: Configuration, catalogue: ModelCatalogue, others: [any ModelPlanner] = [],
        accounts: [PlanningAccount] = []
    ) {
        self.configuration = configuration
        self.catalogue = catalogue
        self.others = others
        self.accounts = accounts
    }

    public struct Outcome: Sendable, Equatable {
        /// Empty if there is an error.
        public var plans: [RenderPlan] = []
        /// Errors and warnings in the order of the file. A missing reference is an error, too.
        public var diagnostics: [Diagnostic] = []
        /// Missing references that may still arrive, if nothing else is wrong.
        public var waitsFor: [String] = []
        /// Those of them that are there, and empty or cut off.
        public var notWhole: [String] = []
        /// What the file comes to once the missing references are there; empty where anything else is wrong.
        public var expected: [RenderPlan] = []
        /// What to do if one of these is whole, although it does not look so; empty: nothing suggests it.
        public var wayOut = ""
        /// Why it waits for an account, if it is good but for that; its plans are in `expected`. Nil: its accounts are configured.
        public var waitsForAccount: Failure?

        /// Requests of the drop that make no render because they have errors, while others do.
        public var refused: [RefusedRequest] = []

        public var isWhole: Bool { !plans.isEmpty }
        /// It has renders, or will have them once its references are there.
        var isUsable: Bool { isWhole || !waitsFor.isEmpty || waitsForAccount != nil }

        /// Adds the renders of the drop's next request.
        mutating func add(_ other: Outcome) {
            plans += other.plans
            diagnostics += other.diagnostics
            waitsFor += other.waitsFor.filter { !waitsFor.contains($0) }
            notWhole += other.notWhole.filter { !notWhole.contains($0) }
            expected += other.isWhole ? other.plans : other.expected
            if wayOut.isEmpty { wayOut = other.wayOut }
            waitsForAccount = waitsForAccount ?? other.waitsForAccount
        }
    }

    /// Plans all jobs of a file. Renders are numbered from one, in the order of the specs and their seeds.
    ///
    /// - Parameter now: for links that expire; nil: expiry is not checked.
    public func plan(
        _ specs: [JobSpec], references lookup: some ReferenceLookup, now: Date? = nil
    ) -> Outcome {
        var found = DiagnosticCollector()
        var references = ReferencePlanner(
            lookup, bytesMax: largestFile, spelling: catalogue.spelling, now: now, times: configuration.times)
        var plans: [RenderPlan] = []
        // Which of the file's jobs each plan belongs to.
        var jobs: [Int] = []
        var costs: [Int: JobCost] = [:]
        var withoutAccount: [Diagnostic] = []
        for spec in specs where !found.isFull {
            let planned = planned(spec, lookup, &references, &withoutAccount, &found)
            for var plan in planned {
                plan.number = plans.count + 1
                plans.append(plan)
                jobs.append(spec.job)
            }
            var cost = costs[spec.job] ?? JobCost(cap: spec.maxCost, currency: configuration.budget.currency)
            cost.add(planned)
            costs[spec.job] = cost
        }
        for job in costs.keys.sorted() { costs[job]?.check(&found) }
        for (index, job) in jobs.enumerated() {
            plans[index].priceMax = plans[index].estimate.flatMap { costs[job]?.part(of: $0) }
        }
        Self.warnOfEqualNames(specs, plans, &found)
        let others = found.sorted.contains {
            $0.severity == .error && !references.missingDiagnostics.contains($0) && !withoutAccount.contains($0)
        }
        let isExpected = found.hasErrors && !others && references.notWhole.isEmpty
        return Outcome(
            plans: found.hasErrors ? [] : plans, diagnostics: found.sorted, waitsFor: others ? [] : references.missing,
            notWhole: others ? [] : references.notWhole, expected: isExpected ? plans : [],
            wayOut: references.wayOut, waitsForAccount: others ? nil : withoutAccount.first.map(Self.lack))
    }

    private static func lack(_ diagnostic: Diagnostic) -> Failure {
        Failure(
            code: LocalCode.accountMissing.rawValue, message: diagnostic.message, advice: diagnostic.advice,
            fault: .account, retryable: true)
    }

    private var largestFile: Int {
        accounts.map(\.catalogue.largestFile).reduce(catalogue.largestFile, max)
    }

    private func planned(
        _ spec: JobSpec, _ lookup: some ReferenceLookup, _ references: inout ReferencePlanner,
        _ withoutAccount: inout [Diagnostic], _ found: inout DiagnosticCollector
    ) -> [RenderPlan] {
        guard let model = spec.model?.value, let other = others.first(where: { $0.knows(model) }) else {
            return catalogued(spec, &references, &withoutAccount, &found)
        }
        let planning = other.plan(spec) { lookup.find($0) }
        found.add(planning.diagnostics)
        return planning.diagnostics.contains { $0.severity == .error } ? [] : planning.plans
    }

    /// By the catalogue of the account that renders it.
    private func catalogued(
        _ spec: JobSpec, _ references: inout ReferencePlanner, _ withoutAccount: inout [Diagnostic],
        _ found: inout DiagnosticCollector
    ) -> [RenderPlan] {
        let only = PlanningAccount(
            name: configuration.provider.account, region: configuration.provider.region, catalogue: catalogue)
        let choice = AccountChoice(accounts.isEmpty ? [only] : accounts, models: configuration.models)
        guard let account = choice.account(for: spec, &found) else { return [] }
        if let variable = account.missing {
            let lack = Diagnostic(
                .modelOfMissingProvider(spec.model?.value, account.provider, variable: variable),
                at: (spec.model ?? spec.provider)?.mark ?? spec.mark)
            withoutAccount.append(lack)
            found.add(lack)
        }
        references.spelling = account.catalogue.spelling
        var settings = configuration
        if settings.provider.region != account.region { settings.provider.region = account.region }
        var plans = SpecPlanner(
            spec, settings, account.catalogue, currencyMayWait: accounts.count { $0.missing == nil } > 1
        )
        .plans(&references, &found)
        guard !accounts.isEmpty else { return plans }
        for index in plans.indices { plans[index].account = account.name }
        return plans
    }

    /// Warns about renders with equal output names, which will get numbers.
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
        found.warn(.sameOutputNames(most), at: mark)
    }
}

/// The total cost of a job's renders, checked against its `max_cost`.
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

    /// The part of `max_cost` that a render of this estimate may take: as large a part as its estimate is of all estimates, so that all
    /// parts together are `max_cost`. Nil: there is no `max_cost`, or it cannot be checked.
    func part(of estimate: Money) -> Money? {
        guard let cap, isKnown, currencies == [estimate.currency], total > 0,
            let most = Money(decimal: cap.value.decimal, currency: cap.value.currency ?? currency),
            most.currency == estimate.currency
        else { return nil }
        let part = Double(most.micros) * (Double(estimate.micros) / Double(total))
        // Not below the estimate, which fits: a rounding must not fail a job.
        return Money(micros: max(estimate.micros, Int(part.rounded(.down))), currency: most.currency)
    }

    func check(_ found: inout DiagnosticCollector) {
        let currency = cap?.value.currency ?? currency
        guard let cap, renders > 0, let most = Money(decimal: cap.value.decimal, currency: currency) else { return }
        guard isKnown, currencies == [currency] else {
            found.error(
                isKnown ? .capInOtherCurrency(currency, list: currencies.sorted()) : .capWithoutPrice, at: cap.mark)
            return
        }
        guard total > most.micros else { return }
        let estimate = Money(micros: total, currency: currency)
        found.error(.costsTooMuch(estimate, renders: renders, most: most), at: cap.mark)
    }
}
