/// A job's folder in `working/`, `archive/` or `failed/`, or its remaining journal.
public struct JobPaper: Sendable, Equatable {
    public enum Place: Int, Sendable, Comparable {
        case working, failed, archive

        public static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    public var id: JobID
    public var place: Place
    /// Below the workspace's root, for people.
    public var path: String
    public var journal: [JSONValue]
    /// Lines of the journal that cannot be read; a torn last one does not count.
    public var damagedLines: Int

    public init(id: JobID, place: Place, path: String, journal: [JSONValue], damagedLines: Int = 0) {
        self.id = id
        self.place = place
        self.path = path
        self.journal = journal
        self.damagedLines = damagedLines
    }
}

/// A sidecar or summary in the outbox or in a failed job's folder.
public struct SidecarPaper: Sendable, Equatable {
    /// Below the workspace's root, for people.
    public var path: String
    /// Below the outbox; nil: it is in `failed/`.
    public var outputFolder: String?
    /// The inbox folder that its place mirrors.
    public var folder: String
    /// The job whose folder contains it.
    public var owner: JobID?
    public var document: JSONValue

    public init(path: String, outputFolder: String?, folder: String, owner: JobID?, document: JSONValue) {
        self.path = path
        self.outputFolder = outputFolder
        self.folder = folder
        self.owner = owner
        self.document = document
    }
}

/// All records of jobs outside the ledger: the second copy.
public struct Papers: Sendable, Equatable {
    public var jobs: [JobPaper]
    public var sidecars: [SidecarPaper]
    /// What could not be read, each with the reason.
    public var unreadable: [String]

    public init(jobs: [JobPaper] = [], sidecars: [SidecarPaper] = [], unreadable: [String] = []) {
        self.jobs = jobs
        self.sidecars = sidecars
        self.unreadable = unreadable
    }
}
