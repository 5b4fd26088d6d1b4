import Foundation
import RenderCore

extension Intake {
    /// Why a job that is whole and understood is not claimed yet; looked at before the claim, so that it can still be edited.
    func hold(_ plans: [RenderPlan], in look: inout Look, _ pass: inout Pass, now: Date) async throws -> String? {
        if let due = plans.compactMap(\.notBefore).min(), plans.allSatisfy({ $0.notBefore != nil }), now < due {
            pass.wakes(at: due)
            return "opens at \(Timestamp.text(due)), as not_before says"
        }
        if let hours = parts.configuration.hours, let opens = hours.opening(after: now) {
            pass.wakes(at: opens)
            return "opens at \(hours.clockTime) (\(hours.timezone)), as hours says"
        }
        if let failure = try await overBudget(plans, in: &look, now: now) {
            pass.overBudget = failure
            return "over budget: \(failure.message)"
        }
        return nil
    }

    private func overBudget(_ plans: [RenderPlan], in look: inout Look, now: Date) async throws -> Failure? {
        let caps = parts.spendCaps
        guard caps.day != nil || caps.month != nil else { return nil }
        if look.promised == nil {
            look.promised = price(try await parts.ledger.renders(in: [.queued], limit: nil).map(\.plan))
        }
        let promised = look.promised ?? 0
        let wanted = price(plans)
        let keys = Timestamp.budgetKeys(now, in: parts.budgetZone)
        let spent = try await parts.ledger.committed(day: keys.day, month: keys.month)
        for (scope, cap, amounts) in [("day", caps.day, spent.day), ("month", caps.month, spent.month)] {
            guard let cap else { continue }
            let committed = (amounts.first { $0.currency == cap.currency }?.micros ?? 0) + promised
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

    /// `_WAITING.txt` of every folder where something waits, and one event for every new reason.
    func say(_ lines: [WaitingLine], _ pass: inout Pass) async {
        let byFolder = Dictionary(grouping: lines, by: \.folder)
        var unsaid: Set<String> = []
        for folder in spokenFolders.union(byFolder.keys) {
            let key = "_waiting " + folder
            do {
                try await parts.inbox.writeWaiting(byFolder[folder].map { WaitingLine.text($0) }, folder: folder)
                said[key] = nil
            } catch let failure as Failure {
                pass.notes(failure)
                unsaid.insert(folder)
                if said[key] != failure.code { events.send(EngineEvent(at: parts.now(), kind: .trouble(failure))) }
                said[key] = failure.code
            } catch {
                return  // only a cancelled task comes here
            }
        }
        spokenFolders = unsaid.union(byFolder.keys)
        for line in lines where said[line.path] != line.reason {
            said[line.path] = line.reason
            events.send(EngineEvent(at: parts.now(), kind: .waiting(path: line.path, reason: line.reason)))
        }
        let paths = Set(lines.map(\.path))
        said = said.filter { paths.contains($0.key) || $0.key.hasPrefix("_waiting ") || $0.key.hasPrefix("_leftover ") }
    }
}
