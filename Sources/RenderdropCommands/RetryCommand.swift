import ArgumentParser
import RenderCore
import RenderEngine

struct RetryCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Render again what failed or was canceled, or settle a render that needs a decision.",
        discussion: """
            Without an option: renders again what a failed or canceled job has not delivered, into the same outbox folder, and says \
            what that costs. What was delivered stays and is not paid for again. With --again everything is rendered anew, into \
            a folder of its own. To change the job first, correct its file in failed and move the folder back into the inbox.

            When the answer to a submit was lost, its task is looked for at the provider. Where only a person can tell whether \
            the provider took it, it needs a decision: look for the task in the provider's console, then say --adopt TASK if it is \
            there, --resend if nothing was rendered, --give-up to let it go. Works while watch runs; without a watcher the next \
            `watch` or `run` goes on.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "A job's name, id, file or folder, or a pattern in quotes.")
    var jobs: [String]
    @Option(help: "With --adopt, --resend or --give-up: only this render of the job, by its number.")
    var render: Int?
    @Flag(help: "Nothing was rendered: send it again.")
    var resend = false
    @Option(help: "It was rendered as this task.")
    var adopt: String?
    @Flag(help: "Let it fail; what it may have cost stays counted.")
    var giveUp = false
    @Flag(help: "Render everything anew, also what was delivered.")
    var again = false
    @Flag(help: "Do not ask where several jobs match, or where everything is paid for anew.")
    var yes = false
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    mutating func validate() throws {
        let decisions = [resend, adopt != nil, giveUp].count(where: { $0 })
        guard decisions + (again ? 1 : 0) <= 1 else {
            throw ValidationError("Choose one of --resend, --adopt TASK, --give-up and --again.")
        }
        guard decisions == 0 || jobs.count == 1 else {
            throw ValidationError("--resend, --adopt and --give-up are about one job: name one.")
        }
        guard render == nil || decisions == 1 else {
            throw ValidationError(
                "--render goes with --resend, --adopt or --give-up: a retry renders all that is missing.")
        }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        guard resend || giveUp || adopt != nil, let job = jobs.first else {
            return try await RetryPost(choice: workspace.choice, context: context).retry(
                jobs, again: again, yes: yes, json: json)
        }
        let kind: Wish.Kind = adopt.map { .adopt(TaskID($0)) } ?? (resend ? .resend : .giveUp)
        let replies = try await WishPost(choice: workspace.choice, context: context).post(
            kind, job: job, render: render, missing: "has no render that needs a decision"
        ) { $0 == .undecided }
        return WishPost.report(replies, json: json, context)
    }
}
