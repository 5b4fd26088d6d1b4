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

    /// `_WAITING.txt` of every folder where something waits, and one event for every new reason. Where nothing changed, in
    /// what is to be said or in the files, nothing is touched.
    func say(_ look: Look, _ pass: inout Pass) async {
        let lines = look.waiting
        if lines == spoken.lines, look.notices == spoken.notices, !spoken.isUnsaid { return }
        let byFolder = Dictionary(grouping: lines, by: \.folder)
        let before = Dictionary(grouping: spoken.lines, by: \.folder)
        var unsaid: Set<String> = []
        for folder in spokenFolders.union(byFolder.keys) {
            let isSame = byFolder[folder] == before[folder] && look.notices[folder] == spoken.notices[folder]
            guard !isSame || spoken.unsaid.contains(folder) || byFolder[folder] == nil else { continue }
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
        // As the files were before: the next look reads what was written now, once, and believes it from then on.
        spoken = Spoken(lines: lines, notices: look.notices, unsaid: unsaid)
        spokenFolders = unsaid.union(byFolder.keys)
        for line in lines where said[line.path] != line.reason {
            said[line.path] = line.reason
            events.send(EngineEvent(at: parts.now(), kind: .waiting(path: line.path, reason: line.reason)))
        }
        let paths = Set(lines.map(\.path))
        said = said.filter { paths.contains($0.key) || $0.key.hasPrefix("_waiting ") || $0.key.hasPrefix("_leftover ") }
    }

    /// What `_WAITING.txt` said after the last look.
    struct Spoken {
        var lines: [WaitingLine] = []
        /// The files as that look saw them.
        var notices: [String: InboxEntry] = [:]
        /// Folders that could not be told.
        var unsaid: Set<String> = []
        var isUnsaid: Bool { !unsaid.isEmpty }
    }
}
