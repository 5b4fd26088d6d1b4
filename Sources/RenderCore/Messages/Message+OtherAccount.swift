/// Tasks that were submitted with another account than the one in use.
extension Message {
    /// Tasks that run, for people.
    ///
    /// - Parameters:
    ///   - worth: `0.40 CNY`; empty: not known.
    ///   - roots: API roots at which they were submitted, other than the present one; empty: only the key is another one.
    public struct RunningTasks: Sendable {
        public var count: Int
        public var worth: String
        public var roots: [String]

        public init(count: Int, worth: String, roots: [String]) {
            self.count = count
            self.worth = worth
            self.roots = roots
        }

        fileprivate var isOne: Bool { count == 1 }
        fileprivate var words: String {
            let how = roots.isEmpty ? "with another key" : "at \(roots.joined(separator: ", "))"
            return Counted.text(count, "running task") + (worth.isEmpty ? "" : " worth about \(worth)")
                + (isOne ? " was" : " were") + " submitted \(how)"
        }
    }

    public static func accountsBeingCompared(_ tasks: RunningTasks) -> Message {
        Message(
            "\(tasks.words); renderdrop asks the provider whether this is the same account",
            next: "renderdrop submits nothing new until the provider answers")
    }

    /// - Parameter last: when the last of them ends at the latest.
    public static func followedForAnotherAccount(_ tasks: RunningTasks, until last: String) -> Message {
        Message(
            "\(tasks.words), which belongs to another account; renderdrop follows "
                + (tasks.isOne ? "it with the key that submitted it" : "them with the key that submitted them"),
            next:
                "renderdrop submits nothing new until \(tasks.isOne ? "it has" : "they have") ended, by \(last) at the latest"
        )
    }

    /// - Parameter first: when the first result is lost.
    public static func resultsOfAnotherAccount(_ tasks: RunningTasks, lostFrom first: String) -> Message {
        let start =
            tasks.roots.isEmpty
            ? "start again with the former key"
            : "start again with the former region, base URL and key (\(tasks.roots.joined(separator: ", ")))"
        return Message(
            "\(tasks.words), which belongs to another account: "
                + (tasks.isOne ? "its result is lost at \(first)" : "their results are lost from \(first) on"),
            next:
                "\(start) to get \(tasks.isOne ? "the result" : "the results"), or cancel "
                + "\(tasks.isOne ? "its job" : "their jobs"), which `renderdrop status` shows; "
                + "renderdrop submits nothing new until then")
    }

    /// A claimed render keeps its account.
    public static func accountMissing(_ account: String, provider: String) -> Message {
        Message(
            "the account \(account) at \(provider), for which a render was claimed, is not configured any more",
            next: "\(setAgain(account: account)), or cancel the job")
    }

    static func setAgain(account: String) -> String {
        "set `account: \(account)` again below `provider:` in watch.yaml"
    }

    /// A claimed render keeps its region.
    public static func claimedForOtherRegion(_ region: String, now: String) -> Message {
        Message(
            "a render was claimed for the region \(region), and the region is \(now) now",
            next:
                "set `region: \(region)` again below `provider:` in watch.yaml, with its key; or, to render it in \(now), cancel "
                + "the job and, once its folder is in `failed`, move that folder back into the inbox")
    }

    /// An older version did not write down where it sent a task.
    public static func tasksOfUnknownPlace(_ tasks: [TaskID], root: String) -> Message {
        let shown = tasks.prefix(3).map(\.text).joined(separator: ", ") + (tasks.count > 3 ? ", …" : "")
        let what = Counted.text(tasks.count, "task") + " of an older version " + (tasks.count == 1 ? "runs" : "run")
        return Message(
            "\(what) at the provider (\(shown)); renderdrop asks for \(tasks.count == 1 ? "it" : "them") at \(root)",
            next: "if another region or base URL was used, stop renderdrop now and start it once with that")
    }

    public static func taskOfAnotherAccount(_ task: TaskID) -> Message {
        Message("task \(task) belongs to another account", next: "start again with the key that submitted it")
    }
}
