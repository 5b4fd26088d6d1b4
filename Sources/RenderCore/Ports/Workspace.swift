public import struct Foundation.Date

/// A claimed drop: it is in the job's folder below `working/`.
public struct ClaimedDrop: Sendable, Equatable {
    /// Its name in the job's folder, the same as in the inbox.
    public var file: String
    public var bytes: Int
    public var sha256: String
    public var modifiedAt: Date
    /// The owner's name where the system knows one.
    public var owner: String?
    /// It was copied, and the original is still in the inbox. It must be recorded, or it would be picked up again.
    public var isLeft: Bool

    public init(file: String, bytes: Int, sha256: String, modifiedAt: Date, owner: String?, isLeft: Bool = false) {
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.modifiedAt = modifiedAt
        self.owner = owner
        self.isLeft = isLeft
    }
}

/// A reference that is now in the job's folder.
public struct TakenReference: Sendable, Equatable {
    /// Relative to the job's folder.
    public var file: String
    public var bytes: Int
    public var sha256: String
    /// Both ends, for `MediaProbe`.
    public var sample: MediaSample
    /// Copied, because it cannot be moved.
    public var isLeft: Bool

    public init(file: String, bytes: Int, sha256: String, sample: MediaSample, isLeft: Bool = false) {
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.sample = sample
        self.isLeft = isLeft
    }
}

/// What a job has left in `working/`, found at a restart.
public struct WorkingJob: Sendable, Equatable {
    public var id: JobID
    /// Lines of `journal.jsonl` that could be read, oldest first; a torn last line is left out.
    public var journal: [JSONValue]
    /// Number of unreadable lines: they may have recorded a submit.
    public var damagedLines: Int
    /// The other files in the folder, relative.
    public var files: [String]
    /// Why nothing could be read; nil: it was read.
    public var failure: Failure?

    public init(id: JobID, journal: [JSONValue], damagedLines: Int = 0, files: [String], failure: Failure? = nil) {
        self.id = id
        self.journal = journal
        self.damagedLines = damagedLines
        self.files = files
        self.failure = failure
    }
}

/// `working/`, `archive/` and `failed/`: every move of a job's files. Each function may be repeated after a crash and
/// recognizes what it has done. Moved files are flushed, and a folder's entries are flushed before the function
/// returns.
/// Functions throw `Failure` with fault `.folder`, codes as for `Inbox`.
public protocol Workspace: Sendable {
    /// Makes the job's folder below `working/` (`Acme/4711/poster~01h8xyzk`, in the folder that the line's `folder` names), writes
    /// `line` as the first line of its journal, and renames the drop into it.
    ///
    /// The claimed file must be the one that the entry describes (inode and size where the file system keeps inodes across a
    /// rename); a rename whose answer was lost counts as done when the file lies at its destination. Across file systems it
    /// is copied, verified, flushed and renamed, and the original removed last.
    /// - Returns: nil when somebody else was faster or the drop changed meanwhile: it lies where it was, the folder is removed.
    func claim(_ entry: InboxEntry, as job: JobID, journal line: JSONValue) async throws -> ClaimedDrop?

    /// The drop of a job that was claimed before a crash; nil if the rename did not happen.
    func claimed(_ job: JobID, file: String) async throws -> ClaimedDrop?

    /// Finishes a claim that was interrupted between the copy and the removal of the original. The name of `entry` is
    /// one of `OwnFiles.aside`. If its job has no copy, it gets its own name back; otherwise it is removed.
    ///
    /// - Parameter isClaimed: the job has rows in the ledger, so its copy is complete.
    func settleAside(_ entry: InboxEntry, isClaimed: Bool) async throws

    /// Removes the job's folder if no drop ever came into it. Never removes a user's file.
    func abandon(_ job: JobID) async throws

    /// Moves a reference beside the job file into the job's folder, or copies it. `keep`: copy it, because another
    /// waiting job names it.
    ///
    /// - Parameter name: its path below the job's folder; a copy is verified by length and digest.
    func takeReference(_ entry: InboxEntry, for job: JobID, as name: String, keep: Bool) async throws -> TakenReference
    func takeReference(_ asset: AssetEntry, for job: JobID, as name: String) async throws -> TakenReference
    /// A reference that was taken before a crash; nil if it is not there.
    func takenReference(_ job: JobID, name: String) async throws -> TakenReference?

    /// Takes a file out of the inbox that `takeReference` copied and left there, wherever the job's folder is by now. The job's copy
    /// stays as it is; the file goes only if it has the copy's bytes.
    /// - Parameter folder: the inbox folder that the job's place mirrors.
    /// - Returns: false where it stays: it is another file by now, it cannot be moved, or the job's folder is not to be found.
    func moveOn(_ entry: InboxEntry, to job: JobID, as name: String, folder: String) async throws -> Bool

    /// Moves a second file with the same bytes as the job file into the job's folder, so that it makes no second job
    /// and is not lost. It gets `-2`, … before its extension. Throws `unmovable` if it cannot be moved.
    ///
    /// - Parameter name: its name there; nil: its own.
    func absorb(_ entry: InboxEntry, into job: JobID, as name: String?) async throws

    func read(_ job: JobID, file: String, bytesMax: Int) async throws -> [UInt8]
    /// Absolute path of the job's folder, for bodies that stream from it.
    func folder(of job: JobID) -> String

    /// Appends one line. A line that is on the disk has all lines before it there, too.
    func journal(_ job: JobID, _ line: JSONValue, _ durability: Durability) async throws

    /// Replaces `STATUS.txt`. It is for people and needs no flush.
    func writeStatus(_ text: String, for job: JobID) async throws

    /// Replaces `RENDERDROP-STATUS.txt` in the folder that contains `working/`: an overview for people.
    func writeOverview(_ text: String) async throws
    /// Keeps how the watcher stands where `status` reads it, on the local disk.
    func writeWatcherState(_ text: String) async throws

    /// Removes `STATUS.txt`, writes `files` into the job's folder and moves the folder below `archive/` or `failed/`,
    /// as `folder/name`, `folder/name-2`, … If the job's folder is gone, `files` go into a new one. If it is already in
    /// `archive/` or `failed/`, nothing is done.
    ///
    /// - Returns: its new path below the workspace's root; nil if nothing was done.
    func finish(_ job: JobID, in shelf: Shelf, folder: String, name: String, files: [String: [UInt8]]) async throws
        -> String?

    /// Whether the job's folder is at its place in `working/`. If it was moved, renamed or deleted, the job's queue
    /// closes. Cheap enough to call before every submit.
    func isInPlace(_ job: JobID) async throws -> Bool

    /// The job that a folder in the inbox belongs to, by its hidden file or its journal; nil for any other folder.
    func returnedWork(folder: String) async throws -> WorkingJob?

    /// Moves a job's folder out of the inbox back to its place in `working/`, and removes papers that were made in `failed/` while
    /// it was away.
    ///
    /// - Parameters:
    ///   - place: the folder's path in the inbox.
    ///   - folder: the inbox folder that its place mirrors.
    /// - Returns: false where the job has a folder in `working/`, or the one in the inbox is another's by now.
    func takeBack(_ job: JobID, from place: String, folder: String, name: String) async throws -> Bool

    /// The jobs in `working/`.
    func leftovers() async throws -> [WorkingJob]

    /// A job whose folder has left `working/`: the shelf (`archive/` or `failed/`) where it is, or was before a user
    /// moved it back into the inbox, and its journal; nil if there is neither.
    ///
    /// - Parameter folder: the inbox folder that its place mirrors.
    func shelved(_ job: JobID, folder: String) async throws -> (shelf: Shelf, job: WorkingJob)?

    /// Removes our own files (`ERROR.txt`, `*.failed.json`, `journal.jsonl`, …) from an inbox folder that came back
    /// from `failed/`, and the folder itself if it is then empty.
    func tidyReturned(folder: String) async throws

    /// The job that an inbox folder was before it failed and came back, by the hidden file in it; nil for any other
    /// folder.
    func returnedJob(folder: String) async throws -> JobID?

    /// Moves the folder of a job that has ended from `failed/` back into `working/`, and removes the papers of its end.
    ///
    /// - Parameters:
    ///   - folder: the inbox folder that its place mirrors.
    ///   - file: the job file, which must be the one with this digest: a changed one has another plan.
    func takeBack(_ job: JobID, folder: String, file: String, sha256: String) async throws -> TakenBack

    /// Moves the folder of an ended job from `failed/` or `archive/` into the inbox, marked so that everything in it is
    /// rendered again.
    ///
    /// - Returns: its path below the inbox; nil if it is in neither.
    func giveBack(_ job: JobID, folder: String) async throws -> String?

    /// Whether a folder of the inbox was put there by `giveBack`.
    func isGivenBack(folder: String) async throws -> Bool

    /// Bytes free for an unprivileged user on the disk of the state folder.
    func freeBytes() async throws -> Int
}

/// The result of an attempt to get a job's folder back.
public enum TakenBack: Sendable, Equatable {
    /// It is in `working/`.
    case taken
    /// It is not in `failed/`.
    case gone
    /// The job file has changed since; the folder stays in `failed/`, at this path below the workspace.
    case changed(String)
    /// The job file is missing: deleted, or it did not come back with the folder. The folder stays in `failed/`, at
    /// this path.
    case missing(String)
}

public enum Shelf: String, Sendable { case archive, failed }

extension Workspace {
    /// `absorb` under the file's own name.
    ///
    /// - Throws: as `absorb`.
    public func absorbDuplicate(_ entry: InboxEntry, into job: JobID) async throws {
        try await absorb(entry, into: job, as: nil)
    }
}
