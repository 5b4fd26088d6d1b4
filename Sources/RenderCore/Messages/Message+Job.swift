/// A job as a whole.
extension Message {
    /// - Parameter file: `cat.cancel`
    public static func canceledByFile(_ file: String) -> Message {
        Message(
            "it was canceled by \(file) before anything was sent",
            next: "move its folder back into the inbox to render it after all")
    }

    /// - Parameters:
    ///   - path: below the inbox: `Acme/cat.cancel`.
    ///   - words: what becomes of the job.
    public static func canceledInInbox(_ path: String, words: String) -> Message {
        Message("canceled by inbox/\(path)", next: words)
    }

    /// - Parameter mistakes: each with its line and a caret.
    public static func jobInvalid(_ mistakes: String) -> Message {
        Message(mistakes, next: "correct the file, then move its folder back into the inbox")
    }

    /// A file that may be what is left of a job at work.
    public static func folderOfTwinGone(_ job: JobID) -> Message {
        Message(
            "job \(job) with the same file name and length is running, but its folder is no longer in working",
            next: "put that whole folder into the inbox to continue the job, or wait until the job has ended")
    }

    /// A stop that would wait for a folder for ever.
    public static func endsWithoutFolder(_ path: String) -> Message {
        Message(
            "\(path) does not answer, so this ends without it",
            next: "check the share; what was under way continues at the next start")
    }

    /// A command asked a folder something, and waits no longer.
    public static func folderDoesNotAnswer(_ path: String) -> Message {
        Message(
            "\(path) has not answered for 3 s: its share hangs",
            next: "check the share and its network; what is shown comes from the ledger")
    }

    /// - Parameters:
    ///   - waits: what does not go on, each a clause: `delivers no result`; empty: only this file is not updated.
    public static func folderHangs(_ path: String, seconds: Int, waits: [String]) -> Message {
        let effect =
            waits.isEmpty
            ? "Until it answers, this file may be out of date; everything else continues"
            : "Until it answers, renderdrop \(waits.joined(separator: ", and ")), but still follows its tasks at the provider"
        return Message(
            "\(path) has not answered for \(seconds) s: a share hangs, there or below it. \(effect)",
            next: "check that its server is up, or unmount it; a second Ctrl-C or SIGTERM stops renderdrop at once")
    }

    public static func folderAnswersAgain(_ path: String, seconds: Int) -> Message {
        Message("\(path) answers again after \(seconds) s", next: "renderdrop continues")
    }

    /// The same words every time, so that they are told once.
    public static func noRoomForResults(disk path: String, reserveBytes: Int) -> Message {
        Message(
            "nothing is submitted: the disk of \(path) needs \(ByteCount.words(reserveBytes)) free (limits.disk_reserve), and "
                + "room for the results of running renders",
            next: "free some space on that disk, or lower limits.disk_reserve in watch.yaml; then renderdrop continues")
    }
}
