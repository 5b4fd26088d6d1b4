extension QueueReason {
    /// Why a render that may fall back to another model should do so now; nil: it waits. A model or an account that needs a person has
    /// refused before it accepted anything; what a wait mends is waited for.
    public var fallbackCause: Failure? {
        switch self {
        case .modelHeld(_, let failure): failure
        case .paused(let failure): failure.fault == .account && failure.scope != .provider ? failure : nil
        case .accountChanged, .overBudget, .diskReserve, .slowed, .paced, .laneFull, .callsFull, .journalUnread: nil
        }
    }
}
