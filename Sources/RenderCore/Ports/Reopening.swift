public import struct Foundation.Date

/// What puts renders of a job back into the queue, in one transaction.
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
    /// The state that the job was seen in: in another one it is not reopened.
    public var from: JobRecord.State
    /// One that is neither failed nor canceled stays as it is.
    public var renders: [Render]
    public var at: Date
    /// Answered in the same transaction, so that after a crash nothing is put back a second time. By a wish an active job is reopened only
    /// while one of its renders has not ended: else it is about to be closed.
    public var wish: Int?
    public var answer: WishAnswer?

    public init(
        job: JobID, from: JobRecord.State, renders: [Render], at: Date, wish: Int? = nil, answer: WishAnswer? = nil
    ) {
        self.job = job
        self.from = from
        self.renders = renders
        self.at = at
        self.wish = wish
        self.answer = answer
    }
}
