/// How to render what is missing, and what became of a retry, a cancel or a decision that was asked for.
extension Message {
    /// After the files in it were corrected. Renders that were delivered and did not change are not paid for again.
    static let moveBack = "move the job's folder from failed back into the inbox"

    /// The one way to render what failed or is lost, and nothing that was delivered: for a job of one render and of many.
    public static let renderMissing = "\(moveBack), or run \(retryNamed)"

    /// Where the job is not known yet; `Failure.naming(_:)` replaces it.
    fileprivate static let retryNamed = "`renderdrop retry NAME` with the job's name"

    private static let nextRun = "the next `renderdrop watch` or `run`"

    private static func about(_ price: Money?) -> String { price.map { "about \($0)" } ?? "its price is not known" }

    // MARK: - Refused

    /// - Parameter option: how the command finds the workspace, with a blank before it; empty: it needs nothing.
    public static func retryOfRunning(_ job: JobID, option: String) -> Message {
        Message("it is running", next: "cancel it first: `renderdrop cancel \(job)\(option)`")
    }

    /// A decision about a job that has ended.
    ///
    /// - Parameters:
    ///   - folder: below the workspace: `failed/cat`.
    ///   - invalidFile: nil: its file was valid.
    public static func decisionOfEnded(
        _ job: JobID, name: String, state: String, folder: String, invalidFile: String?
    ) -> Message {
        if let invalidFile {
            return Message(
                "\(name) is \(state): its file is not valid",
                next: "correct \(folder)/\(invalidFile), then move the folder \(folder) back into the inbox")
        }
        return Message(
            "\(name) is \(state), and none of its renders needs a decision",
            next: state == "done"
                ? "see `renderdrop status \(job)`" : "to render what is missing, run `renderdrop retry \(job)`")
    }

    public static func folderToRetryGone() -> Message {
        Message(
            "its folder is no longer in failed or archive", next: "drop the job file again, which pays for all of it")
    }

    public static func rendersNeedDecision(_ count: Int) -> Message {
        Message(
            "\(count == 1 ? "1 render needs" : "\(count) renders need") a decision",
            next: "look for the task in the provider's console, then run one of these")
    }

    // MARK: - Done, or noted

    /// - Parameters:
    ///   - place: its folder, below the inbox.
    ///   - isHeld: a watcher runs, and takes it.
    public static func renderedAgain(price: Money?, place: String, isHeld: Bool) -> Message {
        Message(
            "everything is rendered again, \(about(price))",
            next: "its folder is in the inbox again as \(place)" + (isHeld ? "" : ", for \(nextRun)"))
    }

    /// - Parameter words: what is rendered again.
    public static func nextRunRenders(_ words: String) -> Message {
        Message(words, next: "\(nextRun) renders it")
    }

    /// - Parameter words: what becomes of a canceled job.
    public static func nextRunCancels(_ words: String) -> Message {
        Message(words, next: "\(nextRun) asks the provider to stop these")
    }

    public static func nextRunAsks() -> Message { Message("noted", next: "\(nextRun) asks the provider") }

    /// The watcher did not answer in time.
    ///
    /// - Parameter words: what is to be done; empty: what was asked for.
    public static func noted(_ words: String = "") -> Message {
        Message(
            words.isEmpty ? "noted" : "noted: \(words)", next: "the running watcher, or the next one, does it")
    }
}

extension Failure {
    /// The same, with the job's id in the command that it advises, so that it is ready to paste.
    public func naming(_ job: JobID) -> Failure {
        var named = self
        named.advice = advice.replacing(Message.retryNamed, with: "`renderdrop retry \(job)`")
        return named
    }
}
