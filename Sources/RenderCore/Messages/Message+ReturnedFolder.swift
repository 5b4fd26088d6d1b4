/// Folders of jobs that came back into the inbox, and what renderdrop does with them.
extension Message {
    private static let soon = "renderdrop looks at it again in a moment"
    private static let removeCopy = "remove this copy"

    public static func jobFolderUnread() -> Message { Message("a job's folder", next: soon) }

    public static func jobFolderBusy(_ job: String, isCopied: Bool) -> Message {
        Message(
            "the folder of \(job)" + (isCopied ? ", waiting for the copy to finish" : ""),
            next: isCopied ? "renderdrop takes it then" : soon)
    }

    public static func jobFolderOfAnotherWorkspace(sent: Int) -> Message {
        Message(
            "the folder of a job that this workspace does not know; \(Counted.text(sent, "render")) of it "
                + (sent == 1 ? "was sent" : "were sent"),
            next:
                "to continue the job here, stop renderdrop, put the folder into working, and start renderdrop again; to pay for all "
                + "of it again, move the job file out of the folder")
    }

    /// - Parameter folder: where the job works.
    public static func copyOfRunningJob(_ job: String, folder: String) -> Message {
        Message("a copy of the folder of \(job), which is running in \(folder)", next: removeCopy)
    }

    /// - Parameter place: where its folder is now.
    public static func copyOfEndedJob(_ job: String, state: String, place: String) -> Message {
        Message(
            "a copy of the folder of \(job), made while it was running; the job has ended (\(state)), and its folder is \(place)",
            next: removeCopy)
    }

    public static func copyOfReturnedFolder(_ other: String) -> Message {
        Message("a copy of \(other)", next: "renderdrop tries the job of that folder again first")
    }

    public static func copyOfRetriedJob(_ job: String, id: JobID) -> Message {
        Message(
            "a copy of the folder of \(job), which is being tried again as job \(id)",
            next: "renderdrop takes it when that job has ended, and pays for nothing that was delivered by then")
    }

    /// - Parameter file: its job file; nil: its name is not known.
    public static func endedJobWithoutFile(_ job: JobID, file: String?) -> Message {
        Message(
            "the folder of a job that has ended (\(job)), without its job file",
            next: "put \(file ?? "the job file") back into it to try the job again, or remove the folder")
    }

    public static func afterOwnJobFile(_ file: String) -> Message {
        Message("goes after \(file), the job file of this folder", next: "renderdrop takes it when that job has ended")
    }

    // MARK: - Told in the log

    /// - Parameters:
    ///   - folder: where it came back, below the workspace.
    ///   - output: where its results are.
    public static func returnedWhole(_ folder: String, output: String?) -> Message {
        Message(
            "its folder came back into \(folder). Everything was delivered" + (output.map { " to outbox/\($0)" } ?? "")
                + ", so nothing is rendered again",
            next: "to render it again, drop the job file alone")
    }

    public static func jobContinues(_ folder: String, kept: Int, of renders: Int) -> Message {
        let sent =
            kept == 1
            ? "1 of \(renders) renders was sent before and is"
            : "\(kept) of \(renders) renders were sent before and are"
        return Message(
            "its folder came back into \(folder): the job continues" + (kept > 0 ? "; \(sent) not sent again" : ""),
            next: "renderdrop ignores changes to its job file: to render a changed job, drop its file alone")
    }

    public static func namesakeDropped(_ source: String, job: JobID, from other: String) -> Message {
        Message(
            "\(source) has the name of job \(job), which is running and came from \(other)",
            next: "this is a second job: it is rendered and paid for, too, in its own folder")
    }

    public static func savedAgain(_ source: String, job: JobID) -> Message {
        Message(
            "\(source) was saved again while job \(job) of the same name is running",
            next: "this is a second job: it is rendered and paid for, too, in its own folder")
    }

    public static func copyBesideJobFile(_ path: String) -> Message {
        Message("\(path) is a copy of the job file beside it", next: "renderdrop starts no second job for it")
    }

    public static func droppedAgain(_ path: String) -> Message {
        Message(
            "\(path) was dropped again unchanged while its job runs", next: "renderdrop starts no second job for it")
    }

    public static func leftInInbox(_ source: String) -> Message {
        Message(
            "\(source) cannot be moved, so it stays in the inbox", next: "renderdrop takes it again only if it changes")
    }

    public static func filesWithoutJournal(_ folder: String) -> Message {
        Message(
            "\(folder) contains files, but no journal that says what they are", next: "move them back into the inbox")
    }

    public static func journalKnowsMore() -> Message {
        Message(
            "its journal records a submit that the ledger lacks", next: "renderdrop follows the journal")
    }

    /// - Parameters:
    ///   - newFolder: below the outbox, because something else is at the old place now; nil: the same name again.
    ///   - note: file that says what was delivered into the first folder.
    public static func outputFolderMoved(_ folder: String, newFolder: String?, note: String) -> Message {
        let place = newFolder.map { "outbox/\($0), because something else is there now" } ?? "a new folder there"
        return Message(
            "outbox/\(folder) was moved or deleted while the job runs; the rest is delivered into \(place)",
            next: "its \(note) lists what was delivered before")
    }

    public static func workingFolderMoved(_ folder: String) -> Message {
        Message(
            "its folder is no longer at \(folder): renderdrop sends nothing more of it, and delivers what was sent",
            next: "to continue the job, put the folder into the inbox")
    }
}
