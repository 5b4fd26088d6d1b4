/// What may become of a render between the queue and its result.
extension Message {
    private static let triesAgain = "renderdrop tries again"

    /// - Parameter limit: time, for people.
    public static func waitedTooLong(until limit: String) -> Message {
        Message(
            "the render could not be sent before \(limit), when give_up_after ended its wait",
            next: "set a longer give_up_after, or drop fewer jobs at once")
    }

    public static func stoppedBeforeSending() -> Message {
        Message("renderdrop stopped before it sent the render", next: "renderdrop sends it at the next start")
    }

    public static func jobFolderNotWritable(because reason: String) -> Message {
        Message(
            "the job's folder in working cannot be written: \(reason)",
            next: "nothing was sent; let renderdrop write into its folders, then \(renderMissing)")
    }

    /// A call that was cut off because renderdrop had to end.
    public static func stoppedDuringCall() -> Message {
        Message(
            "renderdrop was stopped while the provider worked on the request",
            next: "look for the result in the provider's console")
    }

    /// A restart found a submit without its answer.
    public static func endedBeforeAnswer() -> Message {
        Message(
            "renderdrop ended before the provider's answer came", next: "look for the result in the provider's console")
    }

    // MARK: - A submit whose answer is lost

    private static func lost(_ attempt: Int, _ cause: String) -> String {
        "renderdrop does not know whether the provider accepted attempt \(attempt): \(cause)"
    }

    private static func billed(_ price: Money?) -> String {
        "it may have been billed" + (price.map { " (about \($0))" } ?? "")
    }

    /// The commands that decide it.
    ///
    /// - Parameter task: the one task that may be its own; nil: not known.
    private static func decide(_ render: RenderID, task: String? = nil) -> String {
        let (job, number) = (render.job, render.number)
        let adopt = "`renderdrop retry \(job) --render \(number) --adopt \(task ?? "TASK")`"
        return "if it is there, run \(adopt)" + (task == nil ? " with its task id" : "")
            + "; if nothing was rendered, run `renderdrop retry \(job) --render \(number) --resend`"
            + "; to let it fail, run `renderdrop retry \(job) --render \(number) --give-up`"
    }

    public static func answerSearchedFor(attempt: Int, because cause: String) -> Message {
        Message(
            lost(attempt, cause),
            next: "renderdrop is looking for it among the provider's tasks; you need not do anything")
    }

    /// - Parameters:
    ///   - question: why the search cannot tell.
    ///   - candidates: tasks that may be its own.
    public static func answerAskedFor(
        _ render: RenderID, attempt: Int, because cause: String, question: String, candidates: [TaskID], price: Money?
    ) -> Message {
        let shown = candidates.prefix(5).map(\.text).joined(separator: ", ")
        let look =
            candidates.isEmpty
            ? "\(billed(price)): look for it in the provider's console"
            : "look in the provider's console whether it is \(candidates.count > 1 ? "one of " : "")\(shown)"
        return Message(
            "\(lost(attempt, cause)); \(question)",
            next: "\(look); " + decide(render, task: candidates.count == 1 ? candidates[0].text : nil))
    }

    /// A synchronous call leaves no task that could be looked for.
    public static func answerUnsearchable(
        _ render: RenderID, attempt: Int, because cause: String, price: Money?
    ) -> Message {
        Message(
            lost(attempt, cause),
            next:
                "\(billed(price)), so it is not sent again without your decision: look for it in the provider's console; "
                + decide(render))
    }

    /// Its task can only be looked for with the account that it was sent with.
    public static func answerOfMissingAccount(
        _ render: RenderID, attempt: Int, because cause: String, account: String, provider: String, price: Money?
    ) -> Message {
        Message(
            "\(lost(attempt, cause)); the account \(account) at \(provider), where renderdrop would look for it, is not "
                + "configured any more",
            next: "\(setAgain(account: account)), and renderdrop looks for it; or decide: \(billed(price)); "
                + decide(render))
    }

    /// - Parameter judge: `a person`, `the search for lost tasks`.
    public static func givenUp(by judge: String, because why: String) -> Message {
        Message("given up by \(judge): \(why)", next: "to render it again, \(renderMissing)")
    }

    // MARK: - Files that the provider could not fetch

    /// - Parameter said: the provider's words.
    public static func pictureNotRead(_ said: String) -> Message {
        Message(said, next: "save the picture again as PNG or JPEG in the job's folder, then \(moveBack)")
    }

    public static func uploadGoesAnew(_ said: String, files: String) -> Message {
        Message(said, next: "renderdrop uploads \(files) again, and sends the render again")
    }

    /// - Parameter hasLinks: the job names links, too.
    public static func uploadNotRead(_ said: String, files: String, hasLinks: Bool) -> Message {
        Message(
            said,
            next:
                "renderdrop uploaded \(files) more than once, and the provider could not read it: later, \(renderMissing); if that "
                + "fails, too, save the file again in the job's folder before you move it"
                + (hasLinks ? "; check also that the job's links open without signing in" : ""))
    }

    // MARK: - Trouble on the way

    public static func queryFailed(_ task: TaskID, error: String) -> Message {
        Message("renderdrop could not ask for task \(task): \(error)", next: triesAgain)
    }

    public static func searchFailed(error: String) -> Message {
        Message("renderdrop could not look for lost tasks: \(error)", next: triesAgain)
    }

    public static func unexpected(_ error: String) -> Message {
        Message(error, next: "\(triesAgain); if this continues, please report it")
    }

    /// A batch ends without the provider.
    /// - Parameter said: what failed last, and at which host.
    public static func providerOutOfReach(said: String) -> Message {
        Message(
            "renderdrop gave up waiting for the provider: \(said)",
            next: "run this command again later; every task continues where it was")
    }
}
