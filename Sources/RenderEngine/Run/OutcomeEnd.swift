import RenderCore

extension Engine.Outcome {
    /// What a run came to, in one word: the most serious of all that happened.
    public enum End: Sendable, CaseIterable {
        case done, jobsFailed, unreachable, account, budget, held, needsDecision, diskFull, folderGone
    }

    /// If several apply, the first of disk full, folder gone, account, unreachable, needs a decision, budget, jobs failed.
    public var end: End {
        let codes = troubles.map(\.code)
        if codes.contains(where: { $0 == "disk_full" || $0 == "ledger_storage" }) { return .diskFull }
        if troubles.contains(where: { $0.code == "inbox_taken_over" }) { return .held }
        if troubles.contains(where: { $0.fault == .folder }) { return .folderGone }
        if troubles.contains(where: { $0.fault == .account }) { return .account }
        if unreachable != nil { return .unreachable }
        if undecided > 0 { return .needsDecision }
        if overBudget != nil { return .budget }
        if jobsFailed > 0 || !troubles.isEmpty { return .jobsFailed }
        return .done
    }
}
