/// Stores results on the local disk while the outbox is unavailable. Nothing is kept only in memory: after a crash the
/// files show what is complete and what is not.
///
/// Keys are those of `Outbox.stage`. Functions throw `Failure` with fault `.folder`: `folder_gone`, `folder_denied`,
/// `disk_full`, `io_error`.
public protocol ResultSpool: Sendable {
    /// A download in progress, as in `Outbox.stage`.
    func stage(_ key: String) async throws -> any StagedFile

    /// Marks a finished staged file as complete, under the digest of the bytes received.
    func keep(_ key: String, facts: StagedFacts) async throws

    /// A complete file, hashed again; nil if there is none. A file with other bytes than those received is deleted, and
    /// the result is nil.
    func kept(_ key: String) async throws -> StagedFacts?

    /// Up to a mebibyte of a complete file from `offset`; empty at its end. Throws `file_gone` if it is missing.
    func read(_ key: String, from offset: Int) async throws -> [UInt8]

    /// Removes the files under this key, complete or not.
    func remove(_ key: String) async throws

    /// The keys of all files, complete or not, in order.
    func keys() async throws -> [String]

    /// Keys of complete files. Checks sizes, not hashes.
    func wholeKeys() async throws -> [String]
}

/// The name of one output in staging and in the spool: `JOB-00001-2`.
public struct ResultKey: Sendable, Hashable, CustomStringConvertible {
    public var render: RenderID
    /// The provider's index, from one.
    public var index: Int

    public init(_ render: RenderID, _ index: Int) {
        self.render = render
        self.index = index
    }

    /// Nil if it is not one of our keys.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let job = JobID(parts[0]), let number = Int(parts[1]), let index = Int(parts[2]),
            number > 0, index > 0
        else { return nil }
        self.init(RenderID(job: job, number: number), index)
    }

    public var description: String { "\(render.job)-\(render.number)-\(index)" }
}
