import RenderCore

extension Engine.Outcome {
    /// What a run came to, in one word: the most serious of all that happened.
    public enum End: Sendable, CaseIterable {
        case done, jobsFailed, unreachable, account, budget, held, needsDecision, diskFull, folderGone
    }

    /// If several apply, the first of disk full, folder gone, account, unreachable, needs a decision, budget, jobs failed.
    public var end: End {
        if troubles.contains(where: { $0.has(.diskFull, .ledgerStorage) }) { return .diskFull }
        if troubles.contains(where: { $0.has(.inboxTakenOver) }) { return .held }
        if troubles.contains(where: { $0.fault == .folder }) { return .folderGone }
        if troubles.contains(where: { $0.fault == .account }) { return .account }
        if unreachable != nil { return .unreachable }
        if undecided > 0 { return .needsDecision }
        if overBudget != nil { return .budget }
        if jobsFailed > 0 || !troubles.isEmpty { return .jobsFailed }
        return .done
    }
}
