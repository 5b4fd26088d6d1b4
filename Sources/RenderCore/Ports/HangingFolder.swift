/// A folder in which a call does not return. A share that hangs returns nothing, not even an error.
public struct HangingFolder: Sendable, Equatable {
    /// The work that waits for it.
    public enum Work: Int, Sendable, Comparable {
        /// Finding job files and the files that they name.
        case taking
        /// Checking before every submit that the inbox is still ours.
        case submitting
        /// Starting and ending jobs, and their files.
        case jobs
        /// Delivering results.
        case results
        /// Keeping results while the outbox is unavailable.
        case keeping
        /// Writing texts for people.
        case telling

        public static func < (left: Work, right: Work) -> Bool { left.rawValue < right.rawValue }
    }

    public var path: String
    public var work: Set<Work>
    /// How long the call has run so far.
    public var seconds: Int

    public init(path: String, work: Set<Work>, seconds: Int) {
        self.path = path
        self.work = work
        self.seconds = seconds
    }
}
