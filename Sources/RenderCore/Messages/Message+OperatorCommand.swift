/// Why a retry, a cancel or a decision was not carried out.
extension Message {
    private static let askAgain = "run the command again"
    private static let nothingToDo = "there is nothing to do"

    /// - Parameter command: `cancel`, `retry`, …
    public static func commandWaits(_ command: String, because words: String) -> Message {
        Message("\(command) cannot be carried out yet: \(words)", next: "renderdrop tries again every second")
    }

    public static func noSuchJob() -> Message {
        Message("there is no such job", next: "`renderdrop status` lists the jobs")
    }

    public static func noSuchRender() -> Message {
        Message("the job has no such render", next: "`renderdrop status` lists the jobs and their renders")
    }

    public static func oneRenderOnly() -> Message {
        Message("this decides about one render, not about a job", next: "name the render with --render")
    }

    public static func sentAgainMeanwhile() -> Message {
        Message("it was sent again meanwhile", next: "look at `renderdrop status`, then decide again")
    }

    public static func movedOn(state: String, isSending: Bool) -> Message {
        isSending
            ? Message("it was just sent and may be billed", next: askAgain)
            : Message("it has changed meanwhile: it is \(state) now", next: askAgain)
    }

    public static func commandNotStored(_ error: String) -> Message { Message(error, next: askAgain) }

    // MARK: - Decisions

    public static func taskRefused(_ task: TaskID, said: String) -> Message {
        Message("the provider refuses task \(task): \(said)", next: "look up the task id in the provider's console")
    }

    public static func providerSilent(_ said: String) -> Message {
        Message("the provider did not answer: \(said)", next: askAgain)
    }

    public static func taskNotKnown(_ task: TaskID) -> Message {
        Message(
            "the provider knows no task \(task), or no longer",
            next: "look up the task id in the provider's console, or give the render up with --give-up")
    }

    public static func noDecisionNeeded(state: String) -> Message {
        Message("it needs no decision: it is \(state)", next: nothingToDo)
    }

    // MARK: - Cancel

    public static func tooLateToCancel() -> Message {
        Message("it is already running and cannot be stopped", next: "it is billed, and renderdrop delivers it")
    }

    /// - Parameter provider: its name: `dashscope`.
    public static func cannotCancel(_ provider: String) -> Message {
        Message(
            "\(provider) cannot cancel a task that it has accepted",
            next: "it is billed, and renderdrop delivers it")
    }

    public static func beingSent() -> Message {
        Message("it is being sent right now", next: "run the command again in a moment")
    }

    public static func beingDelivered() -> Message {
        Message("it is rendered and billed", next: "renderdrop is delivering it")
    }

    public static func canceledInTime() -> Message {
        Message("canceled before it ran", next: "it is not billed")
    }

    public static func alreadySo(state: String) -> Message { Message("it is already \(state)", next: nothingToDo) }

    // MARK: - Retry

    /// - Parameter folder: below the workspace: `failed/cat`.
    public static func retryOfCanceled(folder: String) -> Message {
        Message(
            "it was canceled before its file was read",
            next: "move the folder \(folder) back into the inbox to render it")
    }

    public static func retryOfInvalid(folder: String, file: String) -> Message {
        Message(
            "its file is not valid",
            next: "correct \(folder)/\(file), then move the folder \(folder) back into the inbox")
    }

    public static func retriedAlready(_ job: JobID, state: String) -> Message {
        Message(
            "it was already tried again as job \(job) (\(state))",
            next: "run `renderdrop status \(job)` to see that job")
    }

    public static func nothingFailed() -> Message {
        Message("it is running, and none of its renders has failed", next: nothingToDo)
    }

    /// - Parameter lacking: pictures or films that did not come with renders that were delivered.
    public static func allDelivered(_ job: JobID, lacking: Int, price: Money?) -> Message {
        Message(
            lacking == 0
                ? "all of it was delivered"
                : "every render was delivered, but \(lacking) of the files did not come; a render is tried again as a whole only",
            next: "to render everything again, run `renderdrop retry \(job) --again`"
                + (price.map { ", about \($0)" } ?? ""))
    }

    public static func failedFolderGone() -> Message {
        Message(
            "its folder is no longer in failed/", next: "drop the job file again, which pays for all of it")
    }

    public static func failedFileChanged(folder: String) -> Message {
        Message(
            "its job file was changed since",
            next:
                "move the folder \(folder) back into the inbox to render the changed job; results that were delivered and did not "
                + "change are not paid for again")
    }

    public static func failedFileMissing(folder: String, file: String) -> Message {
        Message(
            "its job file is not in \(folder)",
            next:
                "put the unchanged \(file) back into that folder and try again; or drop it into the inbox, which pays for all of it "
                + "again")
    }
}
