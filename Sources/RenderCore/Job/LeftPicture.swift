/// A file that a job copied and left in the inbox, because another job file there named it or might name it. It follows
/// the job when no job file there names it.
public struct LeftPicture: Sendable, Hashable, Codable {
    public var job: JobID
    /// In the inbox.
    public var path: String
    /// In the job's folder.
    public var name: String

    public init(job: JobID, path: String, name: String) {
        self.job = job
        self.path = path
        self.name = name
    }
}
