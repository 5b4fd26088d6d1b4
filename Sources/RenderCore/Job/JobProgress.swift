/// What a job has come to so far: its files, and its money.
public struct JobProgress: Sendable, Equatable {
    /// Files: of what is delivered as many as came, of the rest as many as were asked for.
    public private(set) var wanted = 0
    public private(set) var delivered = 0
    public private(set) var failed = 0
    public private(set) var canceled = 0
    /// Renders that a person must decide about.
    public private(set) var undecided = 0
    /// Renders whose answer was lost, and whose task renderdrop looks for.
    public private(set) var lookedFor = 0
    /// Spent, or reserved for what runs or may still be billed; nil: nothing is, or nobody knows.
    public private(set) var cost: Money?
    /// What the whole job is expected to cost: what is spent, and the estimates of the rest; nil: nobody knows.
    public private(set) var total: Money?
    /// A part of `cost` is an estimate.
    private var isEstimated: Bool
    private var isPriceKnown: Bool
    private let isActive: Bool
    private let noun: String

    public init(_ state: JobRecord.State, _ renders: [RenderRecord], spend: [SpendRecord]) {
        isActive = state == .active
        let kinds = Set(renders.map(\.plan.kind.makesFilms))
        noun = kinds.count > 1 ? "file" : kinds.contains(true) ? "film" : "picture"
        cost = Money.total(spend.compactMap(\.committed))
        isEstimated = spend.contains { $0.state == .reserved && $0.committed != nil }
        isPriceKnown = !spend.contains { $0.state != .released && $0.committed == nil }
        var rest: [Money?] = []
        for render in renders {
            count(render)
            // Whatever has been sent has its row.
            if render.state.name == .queued { rest.append(render.plan.estimate) }
        }
        let known = rest.compactMap { $0 } + [cost].compactMap { $0 }
        let isOneCurrency = Set(known.map(\.currency)).count == 1
        total = isPriceKnown && !rest.contains(nil) && isOneCurrency ? Money.total(known) : nil
    }

    private mutating func count(_ render: RenderRecord) {
        var asked = render.plan.count
        switch render.state {
        case .delivered:
            let came = render.result?.outputs.count ?? render.plan.count
            // Some answers list what failed, others only lack it. Where the provider decides how many, what came is all.
            let isOpen = render.plan.quote?.order.countLow != nil
            asked = came + (isOpen ? render.result?.failedParts.count ?? 0 : max(0, render.plan.count - came))
            let lost = asked - came
            delivered += came
            failed += lost
        case .failed: failed += asked
        case .canceled: canceled += asked
        case .undecided(let failure) where failure.isLookedFor: lookedFor += 1
        case .undecided: undecided += 1
        case .queued, .sending, .following, .rendered: break
        }
        wanted += asked
    }

    /// `3 pictures`, `2 of 3 pictures, 1 failed`
    public var words: String {
        guard wanted > 0 else { return "" }
        let isWhole = delivered == wanted
        var parts = [(isWhole ? "" : "\(Counted.number(delivered)) of ") + Counted.text(wanted, noun)]
        if failed > 0 { parts.append("\(Counted.number(failed)) failed") }
        if canceled > 0 { parts.append("\(Counted.number(canceled)) canceled") }
        if lookedFor > 0 { parts.append("\(lookedFor) being looked for") }
        if undecided > 0 { parts.append(undecided == 1 ? "1 needs a decision" : "\(undecided) need a decision") }
        return parts.joined(separator: ", ")
    }

    /// `0.28 CNY`, `about 0.42 CNY`, `0.14 CNY so far, about 0.42 CNY in all`
    public var price: String {
        let about = isEstimated ? "about " : ""
        guard isActive else {
            return cost.map { "\(about)\($0)" } ?? (isPriceKnown ? "nothing spent" : "price not known")
        }
        guard let cost else { return total.map { "about \($0)" } ?? "" }
        // What is only reserved yet is the whole estimate or a part of it.
        if delivered + failed == 0 { return total.map { "about \($0)" } ?? "about \(cost)" }
        guard let total else { return "\(about)\(cost) so far" }
        return total == cost ? "\(about)\(cost)" : "\(about)\(cost) so far, about \(total) in all"
    }
}

extension Failure {
    /// For an undecided render: renderdrop may still settle it without a person.
    public var isLookedFor: Bool { retryable }
}
