/// Why a render waits in the queue. Its words are made in `QueueReason+Words.swift` and nowhere else; nothing reads them back.
public enum QueueReason: Sendable, Equatable, Codable {
    /// Nothing is submitted: key, account, provider or a folder.
    case paused(Failure)
    /// Its account or its region is not configured any more. Other renders go on.
    case accountChanged(Failure)
    case overBudget(Failure)
    /// Below the disk reserve.
    case diskReserve(Failure)
    /// The provider refuses this model until a person changes something; other models continue.
    case modelHeld(String, Failure)
    /// The lane was slowed down by a refusal.
    case slowed(Failure)
    /// The lane's submit rate.
    case paced(model: String, LaneLimit)
    /// As many tasks run as the provider works on at once.
    case laneFull(model: String)
    /// As many synchronous calls run as the configuration allows.
    case callsFull(Int)
    /// The job's journal has not been compared with the ledger yet.
    case journalUnread
}
