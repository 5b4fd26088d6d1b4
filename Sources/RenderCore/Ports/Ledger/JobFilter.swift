/// Which jobs to read.
public struct JobFilter: Sendable, Equatable {
    public var states: [JobRecord.State]
    /// Newest first; nil: all.
    public var limit: Int?
    /// Only jobs whose drop is still in the inbox.
    public var leftInPlace: Bool
    /// Only active jobs with this name in this folder; nil: any. Overrides `states`.
    public var atWorkNamed: Namesake?

    /// A name that two jobs share, so that a person may confuse them.
    public struct Namesake: Sendable, Hashable {
        /// As `foldedName`.
        public let name: String
        /// As `foldedName`.
        public let folder: String

        public init(_ job: JobRecord) { self.init(name: job.name, folder: job.folder) }

        public init(name: String, folder: String) {
            self.name = name.foldedName
            self.folder = folder.foldedName
        }
    }

    public init(
        states: [JobRecord.State] = JobRecord.State.allCases, limit: Int? = nil, leftInPlace: Bool = false,
        atWorkNamed: Namesake? = nil
    ) {
        self.atWorkNamed = atWorkNamed
        self.states = states
        self.limit = limit
        self.leftInPlace = leftInPlace
    }
}
