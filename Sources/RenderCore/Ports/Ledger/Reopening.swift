public import struct Foundation.Date

/// The changes that put renders of a job back into the queue, in one transaction.
public struct Reopening: Sendable, Equatable {
    public struct Render: Sendable, Codable, Equatable {
        public var number: Int
        /// Nothing is submitted after this.
        public var giveUpAt: Date?

        public init(number: Int, giveUpAt: Date?) {
            self.number = number
            self.giveUpAt = giveUpAt
        }
    }

    public var job: JobID
    /// The state in which the job was seen; in another state it is not reopened.
    public var from: JobRecord.State
    /// Renders that are neither failed nor canceled stay as they are.
    public var renders: [Render]
    public var at: Date
    /// Answered in the same transaction, so that nothing is queued a second time after a crash. A command reopens an
    /// active job only while one of its renders has not ended: otherwise the job is about to be closed.
    public var command: Int?
    public var answer: OperatorCommandAnswer?

    public init(
        job: JobID, from: JobRecord.State, renders: [Render], at: Date, command: Int? = nil,
        answer: OperatorCommandAnswer? = nil
    ) {
        self.job = job
        self.from = from
        self.renders = renders
        self.at = at
        self.command = command
        self.answer = answer
    }
}
