/// A folder in which one call does not return: a share that hangs answers with nothing, not even with an error.
public struct HangingFolder: Sendable, Equatable {
    /// What waits for it.
    public enum Work: Int, Sendable, Comparable {
        /// Looking for job files, and for what they name.
        case taking
        /// Asking whether the inbox is still ours, as is done before every submit.
        case submitting
        /// Beginning and ending jobs, and their papers.
        case jobs
        /// Delivering.
        case results
        /// Keeping results while the outbox is away.
        case keeping
        /// Words for people.
        case telling

        public static func < (left: Work, right: Work) -> Bool { left.rawValue < right.rawValue }
    }

    public var path: String
    public var work: Set<Work>
    /// For how long by now.
    public var seconds: Int

    public init(path: String, work: Set<Work>, seconds: Int) {
        self.path = path
        self.work = work
        self.seconds = seconds
    }
}
