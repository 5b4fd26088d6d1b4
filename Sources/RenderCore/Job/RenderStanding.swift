/// What must be known of a render to move it. A job may have ten thousand renders: a ledger that moves all of them need
/// not read their plans.
public struct RenderStanding: Sendable, Equatable {
    public let id: RenderID
    public let state: RenderMachine.State
    /// Attempts begun so far.
    public let attempts: Int

    public init(id: RenderID, state: RenderMachine.State, attempts: Int) {
        self.id = id
        self.state = state
        self.attempts = attempts
    }
}

extension RenderRecord {
    public var standing: RenderStanding { RenderStanding(id: id, state: state, attempts: attempts) }
}
