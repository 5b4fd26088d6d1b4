/// A file that a job copied and left in the inbox, because another job file there named it or might have. It follows the job
/// once it is known that none does.
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
