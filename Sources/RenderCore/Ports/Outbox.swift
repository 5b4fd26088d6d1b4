/// Facts about a staged file that is complete and flushed.
public struct StagedFacts: Sendable, Equatable {
    public var bytes: Int
    /// Lower-case hexadecimal.
    public var sha256: String
    /// Both ends, for `MediaProbe`.
    public var sample: MediaSample

    public init(bytes: Int, sha256: String, sample: MediaSample) {
        self.bytes = bytes
        self.sha256 = sha256
        self.sample = sample
    }
}

/// A download in progress, on the outbox's file system. After a crash of the program it continues when opened under the
/// same key. After a crash of the machine it starts again, because data that was not flushed may be missing although
/// the file has its length.
public protocol StagedFile: Sendable {
    /// Bytes already there.
    var offset: Int { get async }
    /// The server's ETag of those bytes.
    var tag: String? { get async }

    /// Discards the existing bytes and starts again, under this ETag.
    func restart(tag: String?) async throws
    func append(_ chunk: [UInt8]) async throws
    /// Flushes and closes. Afterwards the file can only be published or discarded.
    func finish() async throws -> StagedFacts
    func discard() async
}

/// The folder for results. Outputs appear completely or not at all.
///
/// Functions throw `Failure` with fault `.folder`: `folder_gone`, `folder_denied`, `disk_full`, `io_error`.
public protocol Outbox: Sendable {
    /// Creates the job's own folder, or finds the one that this job created before.
    ///
    /// `folder/name`, or `folder/name-2`, … if that name is taken (names are compared as on case-folding shares).
    ///
    /// - Parameter durability: whether the folder is found again after a crash of the machine, too. `.soon` is for a caller that records
    ///   the path.
    /// - Returns: the path below the outbox.
    func open(_ job: JobID, folder: String, name: String, _ durability: Durability) async throws -> String

    /// The owner of the folder with this path from `open`: people move and delete folders, and another job may have the
    /// name now.
    func owner(of folder: String) async throws -> OutputOwner

    /// Whether at least one of these files is in the folder.
    func holds(anyOf names: [String], in folder: String) async throws -> Bool

    /// Makes a job's own folder anew, with a note in it, where the one that `open` gave was moved or deleted.
    ///
    /// - Parameters:
    ///   - folder: as `open` gave it.
    ///   - note: for people, as `OwnFiles.note`.
    /// - Returns: the folder's path: the same, or with a number where the name is another job's by now. One of the job's own that lies
    ///   under any of these names serves.
    func remake(_ folder: String, of job: JobID, note: [UInt8]) async throws -> String

    /// - Parameter key: `JOB-00001-1`; the same key finds the same bytes again.
    func stage(_ key: String) async throws -> any StagedFile

    /// Up to a mebibyte of a finished staged file from `offset`; empty at its end. Throws `file_gone` if it is missing.
    func read(_ key: String, from offset: Int) async throws -> [UInt8]

    /// Renames a finished staged file into the job's folder, made again if somebody removed it. A file of the same name and
    /// content is ours from before a crash; one of other content gets `-2` before the extension.
    ///
    /// - Parameter durability: `.soon`: its name is on the disk with the next `write` into the folder.
    /// - Returns: the name it got.
    func publish(
        _ key: String, facts: StagedFacts, into folder: String, as name: String, _ durability: Durability
    ) async throws -> String

    /// Writes a small file (a sidecar, an article) atomically: temporary file, flush, rename, flush of the folder.
    /// Replaces our own file.
    func write(_ bytes: [UInt8], into folder: String, as name: String) async throws

    func freeBytes() async throws -> Int
}

extension Outbox {
    /// The same, flushed soon.
    ///
    /// - Throws: as the whole form.
    public func open(_ job: JobID, folder: String, name: String) async throws -> String {
        try await open(job, folder: folder, name: name, .soon)
    }
}

/// The owner of a folder in the outbox.
public enum OutputOwner: Sendable, Equatable {
    case job(JobID)
    /// Its hidden file, which names the owner, is missing.
    case unknown
    /// There is no such folder; a link or a file may have its name.
    case nobody
}
