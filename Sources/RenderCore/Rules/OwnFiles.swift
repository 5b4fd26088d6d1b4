/// The names of all files that renderdrop writes beside users' files. None of them is ever a job.
public enum OwnFiles {
    public static let waiting = "_WAITING.txt"
    /// In the state folder: every line of every `_WAITING.txt`, also of those that could not be written.
    public static let waitingList = "waiting.json"
    /// In the state folder: how the watcher stands, for `status`.
    public static let watcherState = "watcher.json"
    public static let status = "STATUS.txt"
    public static let error = "ERROR.txt"
    public static let workspaceStatus = "RENDERDROP-STATUS.txt"
    public static let journal = "journal.jsonl"
    /// In an output folder that was created again: says where the other outputs are.
    public static let note = "_NOTE.txt"
    /// Of a file in the inbox that cancels a job. It is a user's.
    public static let cancelSuffix = ".cancel"
    public static let summarySuffix = ".summary.json"
    public static let failedSuffix = ".failed.json"

    /// Says which folder it is and who owns it; while it is missing, the folder counts as unavailable.
    public static let marker = ".renderdrop-folder"
    /// Held by the watcher that owns the inbox. Beside the marker, because replacing the marker would lose its lock.
    public static let lock = ".renderdrop-lock"
    /// The job's id, in every folder that belongs to one job.
    public static let job = ".renderdrop-job"
    /// In a job's folder that `retry --again` has put into the inbox: render everything again.
    public static let again = ".renderdrop-again"
    /// In a job's folder: the `NAME.cancel` that canceled it, which must not cancel it once more when the folder comes back.
    public static let canceled = ".renderdrop-canceled"
    /// Downloads in progress, in the outbox.
    public static let staging = ".renderdrop-staging"
    /// In `failed/`: journals of jobs whose folders went back into the inbox. They keep the record of their cost.
    public static let journals = ".renderdrop-journals"
    /// Written to prove that events arrive.
    public static let canary = ".renderdrop-canary"
    public static let temporaryPrefix = ".renderdrop-tmp-"
    private static let asidePrefix = ".renderdrop-claim-"

    /// The name under which a file is written before it gets its own. The same one every time, so that a crash leaves at
    /// most one behind, which the next write replaces.
    public static func temporary(for name: String) -> String {
        temporaryPrefix + OutputNaming.cut(name, bytesMax: 200)
    }

    /// The name of a drop in the inbox while it is copied to another file system: nobody picks it up a second time, and
    /// the rename proves that it can be removed.
    public static func aside(_ name: String, of job: JobID) -> String {
        asidePrefix + job.text + "-" + OutputNaming.cut(name, bytesMax: 255 - asidePrefix.utf8.count - 27)
    }

    /// The job and the drop's own name, where the name is one of `aside`.
    public static func readAside(_ name: String) -> (job: JobID, name: String)? {
        guard name.utf8.starts(with: asidePrefix.utf8) else { return nil }
        let rest = Array(name.utf8.dropFirst(asidePrefix.utf8.count))
        guard rest.count > 27, rest[26] == UInt8(ascii: "-"),
            let job = JobID(String(decoding: rest[..<26], as: UTF8.self))
        else { return nil }
        return (job, String(decoding: rest[27...], as: UTF8.self))
    }

    public static func isTemporary(_ name: String) -> Bool {
        // By bytes: a name may begin with an accent, which to a `String` belongs to the letter before it.
        name.utf8.starts(with: temporaryPrefix.utf8)
    }

    /// Whether a file of that name is ours, in any case.
    public static func isOwn(_ name: String) -> Bool {
        let folded = name.foldedName
        return names.contains(folded) || folded.utf8.starts(with: ".renderdrop".utf8) || folded.hasSuffix(summarySuffix)
            || folded.hasSuffix(failedSuffix)
    }

    private static let names = Set([waiting, status, error, workspaceStatus, journal, note].map(\.foldedName))
}
