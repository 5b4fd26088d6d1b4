import Foundation
import RenderCore

extension Intake {
    /// Why a job that is whole and understood is not claimed yet; looked at before the claim, so that it can still be edited.
    func hold(_ standing: Standing, in look: inout Look, _ pass: inout Pass, now: Date) async throws -> String? {
        if let due = standing.notBefore, now < due {
            pass.wakes(at: due)
            return "opens at \(Timestamp.text(due)), as not_before says"
        }
        if let hours = parts.configuration.hours, let opens = hours.opening(after: now) {
            pass.wakes(at: opens)
            return "opens at \(hours.clockTime) (\(hours.timezone)), as hours says"
        }
        if let failure = try await overBudget(standing.price, in: &look, now: now) {
            pass.overBudget = failure
            return "over budget: \(failure.message)"
        }
        return nil
    }

    private func overBudget(_ wanted: Int, in look: inout Look, now: Date) async throws -> Failure? {
        let caps = parts.spendCaps
        guard caps.day != nil || caps.month != nil else { return nil }
        let money: CommittedMoney
        if let known = look.money {
            money = known
        } else {
            let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
            let spent = try await parts.ledger.committed(day: keys.day, month: keys.month)
            let promised = price(try await parts.ledger.renders(in: [.queued], limit: nil).map(\.plan))
            money = CommittedMoney(promised: promised, day: spent.day, month: spent.month)
            look.money = money
        }
        for (scope, cap, amounts) in [("day", caps.day, money.day), ("month", caps.month, money.month)] {
            guard let cap else { continue }
            let committed = (amounts.first { $0.currency == cap.currency }?.micros ?? 0) + money.promised
            guard committed + wanted > cap.micros else { continue }
            return Failure(
                code: "over_budget",
                message: "the \(scope)'s budget of \(cap) has \(Money(micros: committed, currency: cap.currency)) "
                    + "committed; this job's \(Money(micros: wanted, currency: cap.currency)) do not fit",
                advice: "raise budget.\(scope) in watch.yaml, or wait", fault: .account, retryable: true)
        }
        return nil
    }

    /// In millionths of the budget's currency; what has another or no price is not held against it.
    func price(_ plans: [RenderPlan]) -> Int {
        plans.compactMap(\.estimate).filter { $0.currency == parts.configuration.budget.currency }
            .reduce(0) { $0 + $1.micros }
    }
}
