/// Results on their way to the outbox, and those that were paid for and are lost.
extension Message {
    private static func about(_ price: Money?) -> String { price.map { " (about \($0))" } ?? "" }

    /// - Parameter problem: `is not a picture (312 bytes)`.
    public static func resultNotWhole(output: Int, problem: String) -> Message {
        Message(
            "the file for output \(output) \(problem)",
            next:
                "the provider's server, or a proxy on the way, sends something else; renderdrop downloads it again until its "
                + "link expires")
    }

    /// - Parameter detail: the network's words.
    public static func downloadBroke(detail: String) -> Message {
        Message(detail, next: "renderdrop tries again")
    }

    public static func resultLinkExpired(output: Int, last: String) -> Message {
        Message(
            "output \(output) could not be downloaded before its link expired; the last error: \(last)",
            next: "renderdrop asks the provider for a new link")
    }

    public static func resultChangedMeanwhile(_ result: String) -> Message {
        Message("result \(result) changed while renderdrop copied it", next: "renderdrop copies it again")
    }

    /// - Parameters:
    ///   - transform: `metadata`
    ///   - reason: why there is no rewritten file.
    public static func resultNotRewritten(output: Int, transform: String, reason: String) -> Message {
        Message(
            "output \(output) is delivered as the provider sent it: \(transform) could not rewrite it (\(reason))",
            next: "nothing is lost; report this file, so that it can be mended")
    }

    /// - Parameter life: of the link: `expires in 11 h`.
    public static func resultsInDanger(_ count: Int, life: String) -> Message {
        Message(
            (count == 1
                ? "1 paid result is not downloaded yet, and its link "
                : "\(count) paid results are not downloaded yet; the link ")
                + life, next: "check the network and the outbox; renderdrop keeps trying")
    }

    public static func taskForgotten(_ task: TaskID, price: Money?) -> Message {
        Message(
            "the provider no longer knows task \(task); it keeps tasks for 24 hours after their end",
            next:
                "the render may have been billed\(about(price)): look for the task in the provider's console; if the result "
                + "is not there, \(renderMissing)")
    }

    private static let changeTheJob = "change the prompt or the references, then try again"

    /// - Parameters:
    ///   - noun: `picture`
    ///   - said: the provider's words about the part that failed.
    public static func partFailed(_ noun: String, said: String) -> Message {
        Message("the model made no \(noun): \(said)", next: changeTheJob)
    }

    /// - Parameters:
    ///   - text: what the model wrote.
    ///   - cost: nil: nothing was billed.
    public static func noOutput(_ noun: String, text: String?, cost: Money?) -> Message {
        Message(
            "the model made no \(noun)" + (text.map { "; it wrote instead: \($0)" } ?? "")
                + (cost.map { " (\($0) billed)" } ?? ""),
            next: changeTheJob)
    }

    public static func resultUnreadable(_ task: TaskID?, price: Money?) -> Message {
        let name = task.map { "task \($0)" } ?? "the render"
        return Message(
            "the provider says that \(name) is done, but its answer has an unknown form",
            next:
                "it counts as billed\(about(price)): look for \(task == nil ? "it" : name) in the provider's console, which keeps "
                + "results for 24 hours; if it is not there, \(renderMissing)")
    }

    /// - Parameter isUnread: the provider still knows the task, but its answer cannot be read.
    public static func resultLost(_ task: TaskID, isUnread: Bool, count: Int, saved: Int, cost: Money?) -> Message {
        let why =
            isUnread
            ? "the links have expired, and the provider's new answer about task \(task) has an unknown form"
            : "the links have expired, and the provider no longer knows task \(task)"
        return resultLost(because: why, count: count, saved: saved, cost: cost)
    }

    public static func resultLost(because why: String, count: Int, saved: Int, cost: Money?) -> Message {
        let paid = count == 1 ? "was paid for" : "were paid for"
        let what = "\(Counted.text(count, "result")) that \(cost.map { "cost \($0)" } ?? paid)"
        let missing = count - saved
        let loss =
            saved == 0
            ? "\(what) \(count == 1 ? "is" : "are") lost"
            : "of \(what), \(saved) \(saved == 1 ? "was" : "were") saved and \(missing) \(missing == 1 ? "is" : "are") lost"
        return Message(
            "\(why). \(loss)",
            next: "to get what was lost, \(renderMissing): this render is paid for again")
    }
}
