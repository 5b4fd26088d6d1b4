import Foundation
import RenderCore

/// What must hold before a complete and valid job is claimed: its time, the hours, the budget.
struct ClaimConditions: Sendable {
    let parts: EngineParts

    /// Why a complete and valid job is not claimed yet. Checked before the claim, so that the job can still be edited.
    func hold(_ standing: SeenFiles.Standing, in scan: inout InboxScan, now: Date) async throws -> WaitingReason? {
        if let due = standing.notBefore, now < due {
            scan.wakes(at: due)
            return .notBefore(due)
        }
        if let hours = parts.configuration.hours, let opens = hours.opening(after: now) {
            scan.wakes(at: opens)
            return .openingHours(opens: hours.clockTime, timezone: hours.timezone)
        }
        if let failure = try await overBudget(inBudget(standing.prices), in: &scan, now: now) {
            scan.overBudget = failure
            return .overBudget(failure)
        }
        return nil
    }

    /// Why a job fits no day's or month's budget, however long it waits; nil: it does.
    func neverFits(_ standing: SeenFiles.Standing) -> Failure? {
        BudgetFit.refusal(of: standing.prices, under: parts.spendCaps)
    }

    private func overBudget(_ wanted: Int, in scan: inout InboxScan, now: Date) async throws -> Failure? {
        let caps = parts.spendCaps
        guard caps.day != nil || caps.month != nil else { return nil }
        let money: CommittedMoney
        if let known = scan.money {
            money = known
        } else {
            let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
            // In this order: a render that is sent between the two questions counts twice, not never.
            let promised = inBudget(try await parts.ledger.queuedEstimates())
            let spent = try await parts.ledger.committed(day: keys.day, month: keys.month)
            money = CommittedMoney(promised: promised, day: spent.day, month: spent.month)
            scan.money = money
        }
        for (scope, cap, amounts) in [("day", caps.day, money.day), ("month", caps.month, money.month)] {
            guard let cap else { continue }
            let committed = amounts.first { $0.currency == cap.currency }?.micros ?? 0
            guard committed + money.promised + wanted > cap.micros else { continue }
            return Failure(
                .overBudget,
                .overBudget(
                    scope: scope, cap: cap, committed: Money(micros: committed, currency: cap.currency),
                    queued: Money(micros: money.promised, currency: cap.currency),
                    wanted: Money(micros: wanted, currency: cap.currency), isJob: true, until: nil),
                fault: .account, retryable: true)
        }
        return nil
    }

    /// In millionths of the budget's currency. Plans in another currency or without a price are not counted.
    func price(_ plans: [RenderPlan]) -> Int { inBudget(plans.compactMap(\.estimate)) }

    private func inBudget(_ amounts: [Money]) -> Int {
        amounts.filter { $0.currency == parts.configuration.budget.currency }.reduce(0) { $0 + $1.micros }
    }
}
