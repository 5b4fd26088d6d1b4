import ArgumentParser
import RenderCore
import RenderEngine

struct RetryCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Answer for renders that need a decision.",
        discussion: """
            When the answer to a submit was lost, its task is looked for at the provider. Where nobody but a person can tell whether \
            the provider took it, it is not sent again by itself: look for the task in the provider's console, then say what is \
            true: --adopt TASK if it is there, --resend if nothing was rendered, --give-up to let it go. Works while watch \
            runs; without a watcher the next `watch` or `run` goes on from your answer.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "The job's name, or the beginning of its id.")
    var job: String
    @Option(help: "Only this render of the job, by its number.")
    var render: Int?
    @Flag(help: "Nothing was rendered: send it again.")
    var resend = false
    @Option(help: "It was rendered as this task.")
    var adopt: String?
    @Flag(help: "Let it fail; what it may have cost stays counted.")
    var giveUp = false
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    mutating func validate() throws {
        guard [resend, adopt != nil, giveUp].count(where: { $0 }) == 1 else {
            throw ValidationError("Say one of --resend, --adopt TASK and --give-up.")
        }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let kind: Wish.Kind = adopt.map { .adopt(TaskID($0)) } ?? (resend ? .resend : .giveUp)
        let replies = try await WishPost(choice: workspace.choice, context: context).post(
            kind, job: job, render: render, missing: "has no render that needs a decision"
        ) { $0 == .undecided }
        return WishPost.report(replies, json: json, context)
    }
}
