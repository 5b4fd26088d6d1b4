/// The states of a canceled job's renders, and what is billed. Computed from the ledger, so it can be repeated at any
/// time.
public struct CancelReport: Sendable, Codable, Equatable {
    /// Never sent, or withdrawn at the provider: not billed.
    public var canceled = 0
    /// At the provider or being delivered: billed and delivered.
    public var atProvider = 0
    /// Being sent at that moment: they may be billed.
    public var sending = 0
    /// Their answers were lost: they may have been billed.
    public var unclear = 0
    public var delivered = 0
    public var failed = 0
    /// What `atProvider`, `sending` and `unclear` cost, about.
    public var cost: Money?
    /// What the delivered ones cost.
    public var deliveredCost: Money?

    /// - Parameter withdrawn: renders whose tasks the provider has canceled; the ledger records it after the next
    ///     query.
    public init(renders: [RenderRecord], spend: [SpendRecord], withdrawn: Set<RenderID> = []) {
        var billed: Set<RenderID> = []
        var done: Set<RenderID> = []
        for render in renders {
            switch render.state {
            case .queued, .canceled:
                canceled += 1
                // An attempt before it, whose answer was lost.
                billed.insert(render.id)
            case .following where withdrawn.contains(render.id): canceled += 1
            case .following, .rendered:
                atProvider += 1
                billed.insert(render.id)
            case .sending:
                sending += 1
                billed.insert(render.id)
            case .undecided:
                unclear += 1
                billed.insert(render.id)
            case .failed(let failure) where failure.has(.givenUp):
                unclear += 1
                billed.insert(render.id)
            case .failed: failed += 1
            case .delivered:
                delivered += 1
                done.insert(render.id)
            }
        }
        cost = Money.total(spend.filter { billed.contains($0.render) }.compactMap(\.committed))
        deliveredCost = Money.total(spend.filter { done.contains($0.render) }.compactMap(\.committed))
    }

    /// Whether anything of it was taken back.
    public var isDone: Bool { canceled + unclear > 0 }

    /// `196 canceled, 4 at the provider and billed, about 0.56 CNY`
    public var words: String {
        var parts = ["\(canceled) canceled"]
        if atProvider > 0 { parts.append("\(atProvider) at the provider and billed") }
        if sending > 0 { parts.append("\(sending) just sent and perhaps billed") }
        if unclear > 0 { parts.append("\(unclear) given up and perhaps billed") }
        if let cost {
            parts.append(parts.count > 1 ? "about \(cost)" : "about \(cost) perhaps billed for an earlier attempt")
        } else {
            parts.append(parts.count > 1 ? "price not known" : "nothing is billed")
        }
        var words = parts.joined(separator: ", ")
        if delivered > 0 {
            words +=
                "; \(delivered) \(delivered == 1 ? "was" : "were") delivered before"
                + (deliveredCost.map { " (\($0))" } ?? "")
        }
        if failed > 0 { words += "; \(failed) failed before" }
        return words
    }
}

extension Money {
    /// In the currency of the first amount; nil if there is none, or the sum is zero.
    public static func total(_ amounts: [Money]) -> Money? {
        guard let currency = amounts.first?.currency else { return nil }
        let micros = amounts.filter { $0.currency == currency }.reduce(0) { $0 + $1.micros }
        return micros > 0 ? Money(micros: micros, currency: currency) : nil
    }
}
