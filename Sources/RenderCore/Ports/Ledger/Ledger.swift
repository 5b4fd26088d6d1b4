/// The records of every job, kept so that a restart continues each render in its last state: all the protocols of the
/// ledger together, for whoever makes, passes on or decorates one. Code that uses a ledger names the protocols that it
/// needs.
public protocol Ledger: JobHistory, RenderQueue, SpendBook, OperatorCommands, UploadStore, LostTaskRecords,
    InboxLeftovers
{
}
