import ArgumentParser
import RenderCore
import RenderEngine

struct CancelCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Take a job back, as far as that can be, and say what is billed.",
        discussion: """
            What waits in the queue is canceled and costs nothing. What waits at the provider is canceled there, which is not billed \
            either. What runs already cannot be stopped: it is billed, and delivered. A render that needs a decision is given \
            up. The job's file goes to failed, with what was canceled in ERROR.txt. Works while watch runs.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "The job's name, or the beginning of its id.")
    var job: String
    @Option(help: "Only this render of the job, by its number.")
    var render: Int?
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let replies = try await WishPost(choice: workspace.choice, context: context).post(
            .cancel, job: job, render: render, missing: "has nothing that could be canceled"
        ) { !$0.isFinal }
        return WishPost.report(replies, json: json, context)
    }
}
