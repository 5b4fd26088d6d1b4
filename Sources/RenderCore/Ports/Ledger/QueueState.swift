public import struct Foundation.Date

/// What waits in the queue at a moment, as each pass of the dispatcher asks for it.
public struct QueueState: Sendable, Equatable {
    /// `nextChange`.
    public var next: Date?
    public var overdue: [RenderRecord]
    /// The first ones of each lane.
    public var due: [RenderRecord]

    public init(next: Date?, overdue: [RenderRecord], due: [RenderRecord]) {
        self.next = next
        self.overdue = overdue
        self.due = due
    }
}
