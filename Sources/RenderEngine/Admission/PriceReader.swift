import RenderCore
import Synchronization

/// Asks the provider what a render costs, before its money is reserved. Where the provider does not say, the plan's
/// estimate is reserved.
final class PriceReader: Sendable {
    private let parts: EngineParts
    private let budget: RequestBudget
    private let events: EngineEvents
    /// Models whose last question was not answered: told once.
    private let silent = Mutex<Set<String>>([])

    init(parts: EngineParts, budget: RequestBudget, events: EngineEvents) {
        self.parts = parts
        self.budget = budget
        self.events = events
    }

    /// - Returns: nil where neither the provider nor the plan knows a price.
    /// - Throws: `CancellationError`.
    func price(of plan: RenderPlan) async throws -> Money? {
        guard let teller = parts.service.priceTeller else { return plan.estimate }
        do {
            try await budget.turn()
            let price = try await teller.price(of: plan)
            guard let price, price.micros >= 0 else {
                tell(plan, "its answer has no price")
                return plan.estimate
            }
            silent.withLock { _ = $0.remove(plan.model) }
            // Whether the budgets can count another currency was decided before the claim, by the estimate.
            if let estimate = plan.estimate, estimate.currency != price.currency { return estimate }
            return price
        } catch let failure as Failure {
            tell(plan, failure.message)
            return plan.estimate
        }
    }

    private func tell(_ plan: RenderPlan, _ reason: String) {
        guard silent.withLock({ $0.insert(plan.model).inserted }) else { return }
        let message = Message.priceNotTold(of: plan.model, because: reason, instead: plan.estimate)
        events.send(EngineEvent(at: parts.now(), kind: .warning(message.line)))
    }
}
