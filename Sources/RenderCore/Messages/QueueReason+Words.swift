extension QueueReason {
    /// For people, without a full stop.
    public var words: String {
        switch self {
        case .paused(let failure): Message.everythingWaits(because: failure.message).what
        case .accountChanged(let failure), .overBudget(let failure), .diskReserve(let failure): failure.message
        case .modelHeld(let model, let failure):
            Message.modelWaits(model, because: failure.message, advice: failure.advice).what
        case .slowed(let failure): Message.slowedDown(because: failure.message).what
        case .paced(let model, let limit): Message.modelPaced(model, pace: limit.pace).what
        case .laneFull(let model): Message.modelFull(model).what
        case .callsFull(let count): Message.callsFull(count).what
        case .journalUnread: Message.journalUnread().what
        }
    }
}
