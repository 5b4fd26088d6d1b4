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
    /// One that is neither failed nor canceled stays as it is.
    public var renders: [Render]
    public var at: Date
    /// Answered in the same transaction, so that after a crash nothing is put back a second time.
    public var wish: Int?
    public var answer: WishAnswer?

    public init(job: JobID, renders: [Render], at: Date, wish: Int? = nil, answer: WishAnswer? = nil) {
        self.job = job
        self.renders = renders
        self.at = at
        self.wish = wish
        self.answer = answer
    }
}
