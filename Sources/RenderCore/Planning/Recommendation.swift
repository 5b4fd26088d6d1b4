/// The models that can make every render of a job, best first. Each model of every configured account plans the job as if the job
/// named it; the model that the job really names has no influence. docs/recommend.md says how they are ranked.
public struct Recommendation: Sendable, Equatable {
    /// What counts more between two models that do the job equally well.
    public enum Preference: String, Sendable, CaseIterable {
        /// Current models first, then the default of watch.yaml, then the price.
        case balanced
        /// The lowest price, whatever its age.
        case price
        /// The highest tier, then the largest picture.
        case quality
    }

    /// A model that can do the job.
    public struct Choice: Sendable, Equatable {
        public var model: Model
        /// Whose account renders it.
        public var provider: String
        public var account: String
        public var plans: [RenderPlan]
        /// Which of its functions would do, where the job says none: those that would be written down, and how many others there are.
        public var functions: FunctionChoice
        /// The warnings that the job would get; no errors.
        public var warnings: [Diagnostic]
        /// For all renders together; nil: a price is not known.
        public var price: MoneyRange?
        /// The highest price in the budget's currency; nil: it is not known, or has no rate.
        public var compared: Money?
        /// What speaks for it: `takes 2 pictures`, `1664*928 exactly`, `0.40 CNY`.
        public var reasons: [String]
        /// How far what it does is from what the job most likely means; 0: it is that.
        fileprivate var distance: Int
        /// It renders what names no model of this kind.
        fileprivate var isDefault: Bool
    }

    /// A model that cannot do the job.
    public struct Misfit: Sendable, Equatable {
        public var model: Model
        public var provider: String
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
    ///   - planner: with the accounts whose catalogues are searched, or with the catalogue and region of the only one.
    ///   - models: only these, by id; nil: all.
    public init(
        _ specs: [JobSpec], planner: JobPlanner, references lookup: some ReferenceLookup,
        preference: Preference = .balanced, only models: Set<String>? = nil
    ) {
        (choices, misfits) = ([], [])
        guard let accounts = AccountModels.all(for: specs, planner) else {
            mistakes = planner.plan(specs, references: lookup).diagnostics.filter { $0.severity == .error }
            return
        }
        // Whoever names a model that makes films wants one.
        let named = Self.filmKinds(specs, accounts)
        let specs = Self.withoutModel(specs, isPlaced: !planner.accounts.isEmpty)
        let asked = Set(specs.compactMap { $0.kind?.value })
        let tries = AccountModels.candidates(accounts).filter { _, model in
            if let models { return models.contains(model.id) }
            return asked.isSubset(of: model.allKinds)
                && (named.isEmpty || !asked.isEmpty || !named.isDisjoint(with: model.allKinds))
        }.map { ModelAttempt($1, specs, $0, lookup) }
        let errors = tries.map { $0.outcome.diagnostics.filter { $0.severity == .error } }
        mistakes = Self.mistakes(errors, Self.unusable(specs, lookup))
        guard mistakes.isEmpty else { return }
        for attempt in tries {
            let account = attempt.models.account
            if !attempt.lacks.isEmpty {
                // Nobody can use a provider without an account now: that its models cannot do the job either is no news.
                guard account.missing == nil || models != nil else { continue }
                misfits.append(
                    Misfit(
                        attempt.model, account.provider, attempt.lacks.map(\.message),
                        takesAll: attempt.model.isOffered(in: account.region)
                            && !attempt.lacks.contains { $0.topic == .foreignFile }))
            } else if let variable = account.missing, models == nil {
                let lack = Message.modelOfMissingProvider(nil, account.provider, variable: variable)
                misfits.append(
                    Misfit(
                        model: attempt.model, provider: account.provider,
                        reasons: ["would do; no account of \(account.provider) is configured (\(lack.next))"]))
            } else {
                choices.append(Choice(attempt, specs))
            }
        }
        leaveOutFilms(unless: !asked.isEmpty || !named.isEmpty || models != nil)
        choices = choices.enumerated().sorted {
            ($0.element.rank(by: preference), $0.offset) < ($1.element.rank(by: preference), $1.offset)
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
                Misfit(choice.model, choice.provider, ["makes a film, which `kind: \(kind)` would ask for"]))
        }
        choices.removeAll(where: makesFilms)
    }

    // MARK: - Trying

    /// The kinds of the named models, if one of them makes films.
    private static func filmKinds(_ specs: [JobSpec], _ accounts: [AccountModels]) -> Set<JobKind> {
        let named = specs.compactMap { spec -> Model? in
            spec.model.flatMap { name in accounts.lazy.compactMap { $0.account.model(name.value) }.first }
        }
        return named.contains(where: \.makesFilms) ? Set(named.flatMap(\.allKinds)) : []
    }

    /// The job without the keys that name the model. If a matrix varies the model, cells that differ in nothing else
    /// are merged.
    ///
    /// - Parameter isPlaced: the accounts that may render it are chosen already.
    private static func withoutModel(_ specs: [JobSpec], isPlaced: Bool) -> [JobSpec] {
        var kept: [JobSpec] = []
        var seen: [JobSpec] = []
        for var spec in specs {
            spec.model = nil
            if isPlaced {
                spec.provider = nil
                spec.account = nil
            }
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
    fileprivate init(_ model: Model, _ provider: String, _ messages: [String], takesAll: Bool = true) {
        let names = ([model] + model.functions.map(\.rules)).map { $0.subject + " " }
        self.init(model: model, provider: provider, reasons: [], takesAll: takesAll)
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
    fileprivate init(_ attempt: ModelAttempt, _ specs: [JobSpec]) {
        let planner = attempt.models.planner
        let budget = planner.configuration.budget
        model = attempt.model
        provider = attempt.models.account.provider
        account = attempt.models.account.name
        plans = attempt.outcome.plans
        functions = attempt.functions
        warnings = attempt.outcome.diagnostics.filter { $0.severity == .warning }
        price = Self.price(of: attempt.outcome.plans)
        compared = price.flatMap { $0.high.currency == budget.currency ? $0.high : budget.rates?.converted($0.high) }
        distance = ModelAttempt.distance(attempt.outcome.plans, specs, planner)
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

    /// First how well it does the job: what is done, deviations from the request, whether a function had to be guessed. Then by preference
    /// its age, whether it is the default, the confidence of the row, its price, tier and largest picture.
    fileprivate func rank(by preference: Recommendation.Preference) -> Rank {
        let fitness = [distance, warnings.count { $0.weighs }, min(1, functions.others)]
        let confidence = Model.Confidence.allCases.firstIndex(of: model.confidence) ?? 0
        // Without a rate other currencies cannot be compared; what is not known is last.
        let cost = [compared != nil ? 0 : price != nil ? 1 : 2, (compared ?? price?.high)?.micros ?? 0]
        // Where the source says nothing it is neither good nor bad.
        let tier = (model.tier ?? .mid).rank
        let size = -(model.size.areaMax ?? 0)
        switch preference {
        case .balanced:
            return Rank(fitness + [model.status.rank, isDefault ? 0 : 1, confidence] + cost + [tier, size])
        case .price: return Rank(fitness + cost + [model.status.rank, confidence, tier, size])
        case .quality: return Rank(fitness + [model.status.rank, tier, size, confidence] + cost)
        }
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
        words.append(priceWords)
        return words
    }

    /// `0.02 USD (0.15 CNY)`
    private var priceWords: String {
        guard let price else { return "its price is not known" }
        guard let compared, compared.currency != price.high.currency else { return price.description }
        return "\(price) (\(compared))"
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
