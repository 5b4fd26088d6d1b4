extension Message {
    /// Both on one line of `_WAITING.txt`, or of the log.
    public var line: String { "\(what); \(next)" }
}

/// Why a file in the inbox is not taken.
extension Message {
    private static let later = "renderdrop tries again in a moment"
    private static let removeThis = "remove this file"

    public static func beingCopied() -> Message {
        Message("waiting for the copy to finish", next: "renderdrop takes it then")
    }

    /// - Parameter reason: in words, of files of which the first were named.
    public static func moreFilesWait(_ count: Int, _ reason: String) -> Message {
        Message(
            "\(Counted.text(count, "more file")) in the inbox: \(reason)", next: "`renderdrop status --all` lists them")
    }

    public static func stillEmpty() -> Message { Message("still empty", next: "waiting for content") }

    public static func namedByNoJob() -> Message {
        Message("no job file here names this file", next: "drop a job file that names it")
    }

    public static func documentNotNamed() -> Message {
        Message("not a job file", next: "drop a .yaml, .yml or .json job file that names it")
    }

    public static func kindNotTaken() -> Message {
        Message(
            "renderdrop does not take files of this kind",
            next: "drop a .yaml, .yml or .json job file and the files it names")
    }

    public static func fileNameNotUTF8() -> Message { Message("its name is not UTF-8", next: "rename it") }

    public static func symbolicLink() -> Message {
        Message("a symbolic link, which renderdrop does not follow", next: "drop the file itself")
    }

    public static func specialFile() -> Message {
        Message("not a file (a pipe, socket or device)", next: "remove it")
    }

    /// - Parameter reason: the system's words; empty: there are none.
    public static func openElsewhere(_ reason: String) -> Message {
        Message(reason.isEmpty ? "somebody has it open" : reason, next: "renderdrop tries again")
    }

    public static func tooLargeForAJob(bytesMax: Int) -> Message {
        Message("larger than \(bytesMax >> 20) MiB, too large for a job file", next: "move it out of the inbox")
    }

    public static func behindEarlierClaim() -> Message {
        Message("an earlier file of this name is still being taken", next: "renderdrop takes this one after it")
    }

    public static func referenceBeingCopied(_ name: String) -> Message {
        Message("waits for \(name), which is still being copied", next: "renderdrop takes the job then")
    }

    /// - Parameters:
    ///   - time: for people.
    ///   - advice: what to do about the first of them.
    public static func waitsForReferences(_ names: [String], until time: String, advice: String) -> Message {
        Message("waits for \(names.joined(separator: ", ")) until \(time)", next: advice)
    }

    /// - Parameter wayOut: what to do if it is whole; empty: its bytes prove that it is not.
    public static func referenceNotWhole(wayOut: String) -> Message {
        Message("it is empty or cut off", next: "copy it again" + (wayOut.isEmpty ? "" : "; \(wayOut)"))
    }

    public static func referenceMissing() -> Message {
        Message("it is missing", next: "put it beside the job file or into assets")
    }

    /// - Parameter reason: why the copy that a job was made of cannot be compared with it.
    public static func takenBefore(because reason: String) -> Message {
        Message("taken before; \(reason)", next: later)
    }

    public static func claimCutShort(_ name: String, because reason: String) -> Message {
        Message("set aside as \(name) when its claim was interrupted: \(reason)", next: later)
    }

    public static func takenButHeldUp(because reason: String) -> Message {
        Message("taken, but it has to wait: \(reason)", next: later)
    }

    public static func folderNotWritable(because reason: String) -> Message {
        Message(
            "renderdrop cannot write into this folder, so its list of waiting files is here: \(reason)",
            next: "let renderdrop write into the folder")
    }

    // MARK: - Copies of a sync program

    public static func inConflictCopy(of folder: String, program: String) -> Message {
        Message(
            "in a folder that \(program) named as a conflict copy of \(folder)",
            next: "rename the folder to render it, or delete it")
    }

    public static func conflictCopy(of file: String, program: String) -> Message {
        Message("a conflict copy of \(file), as \(program) names them", next: "rename it to render it, or delete it")
    }

    // MARK: - NAME.cancel

    public static func cancelIsDone(because reason: String) -> Message {
        Message("carried out, but it cannot be removed: \(reason)", next: removeThis)
    }

    /// - Parameter names: what else it can be called.
    public static func cancelMeansFiles(_ count: Int, names: [String]) -> Message {
        Message("\(count) job files match", next: "rename this file to \(names.joined(separator: " or "))")
    }

    public static func cancelMeansJobs(_ count: Int, names: [String]) -> Message {
        Message("\(count) active jobs have this name", next: "rename this file to \(names.joined(separator: " or "))")
    }

    public static func cancelWaits(for file: String, isCopied: Bool) -> Message {
        Message(
            "cancels \(file) " + (isCopied ? "when its copy has finished" : "in a moment"),
            next: "renderdrop tries again")
    }

    public static func nothingToCancel(_ word: String) -> Message {
        Message("cancels nothing: no job called \(word) waits or runs in this folder", next: removeThis)
    }

    public static func endedAlready(_ job: String, state: String) -> Message {
        Message("cancels nothing: \(job) has ended (\(state))", next: removeThis)
    }

    public static let notTakenWithThisKey = Message(
        "not picked up, because the provider refuses the key", next: "set a valid key, then run again")

    // MARK: - Asked for by `status`

    public static let nameIgnored = Message(
        "renderdrop ignores files and folders of this name", next: "rename it to have it rendered")
    public static let nothingInFolder = Message(
        "no file waits in this folder", next: "drop a job file into it")
    public static let notScannedYet = Message(
        "not scanned yet", next: "if no watcher runs, start it: `renderdrop watch`")
}
