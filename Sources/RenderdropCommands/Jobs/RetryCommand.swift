import ArgumentParser
import RenderCore
import RenderEngine

struct RetryCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Retry what failed or was canceled, or settle a render that needs a decision.",
        discussion: """
            Without an option it renders what a failed or canceled job has not delivered, into the same outbox \
            folder, and shows the cost. You do not pay again for what was delivered. With --again it renders \
            everything again, into a new folder. To change the job first, correct its file in failed and move the \
            folder back into the inbox.

            If the answer to a submit was lost, renderdrop searches for its task at the provider. If only a person \
            can tell whether the provider accepted it, the render needs a decision. Look for the task in the \
            provider's console. Then use --adopt TASK if it is there, --resend if nothing was rendered, or --give-up \
            to drop it. Works while watch runs; without a watcher the next `watch` or `run` continues.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(
        help: "A job's name, id, file or folder, or a pattern in quotes.", completion: Completion.retryableJob)
    var jobs: [String]
    @Option(help: "With --adopt, --resend or --give-up: only the render with this number.")
    var render: Int?
    @Flag(help: "Nothing was rendered: send the render again.")
    var resend = false
    @Option(help: "The render is this task: adopt it.")
    var adopt: String?
    @Flag(help: "Let the render fail; its possible cost still counts.")
    var giveUp = false
    @Flag(help: "Render everything again, including what was delivered.")
    var again = false
    @Flag(help: "Do not ask for confirmation if several jobs match, or if you pay for everything again.")
    var yes = false
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    mutating func validate() throws {
        let decisions = [resend, adopt != nil, giveUp].count(where: { $0 })
        guard decisions + (again ? 1 : 0) <= 1 else {
            throw ValidationError("Choose one of --resend, --adopt TASK, --give-up and --again.")
        }
        guard decisions == 0 || jobs.count == 1 else {
            throw ValidationError("--resend, --adopt and --give-up need exactly one job: name it.")
        }
        guard decisions == 0 || !(jobs.first ?? "").contains(where: { "*?[".contains($0) }) else {
            throw ValidationError("--resend, --adopt and --give-up take one job, not a pattern: name it.")
        }
        guard render == nil || decisions == 1 else {
            throw ValidationError(
                "--render goes with --resend, --adopt or --give-up: a retry renders all that is missing.")
        }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let door = ControlDoor(choice: workspace.choice, context: context)
        if resend || giveUp || adopt != nil, let job = jobs.first {
            return try await door.decide(
                adopt.map { .adopt(TaskID($0)) } ?? (resend ? .resend : .giveUp), job: job, render: render,
                missing: "has no render that needs a decision", json: json
            ) { $0 == .undecided }
        }
        let (typed, again, yes, json) = (jobs, again, yes, json)
        let outcomes = try await door.open { control, ledger, configuration -> [ControlOutcome]? in
            let jobs = JobChoice(typed, configuration: configuration, context: context)
            let choices = try await Self.choose(jobs, control, ledger, again: again)
            return try Self.confirm(choices, jobs, again: again, yes: yes, json: json)
                ? try await control.retry(choices) : nil
        }
        return outcomes.map { door.report($0, json: json) } ?? .done
    }

    private static func choose(
        _ jobs: JobChoice, _ control: Control, _ ledger: any JobHistory, again: Bool
    ) async throws -> [RetryChoice] {
        var choices: [RetryChoice] = []
        var seen: Set<JobID> = []
        for text in jobs.typed {
            let found = try await jobs.named(text, ledger)
            guard !found.isEmpty else { throw jobs.missing(text, "retry", among: []) }
            var own: [RetryChoice] = []
            for job in found where seen.insert(job.id).inserted {
                own.append(try await control.consider(job, again: again))
            }
            // Where one of several jobs of a name can be tried again, the others are beside the point.
            let open = own.filter(\.isOpen)
            choices += open.isEmpty ? Array(own.prefix(1)) : open
        }
        return choices
    }

    private static func confirm(
        _ choices: [RetryChoice], _ jobs: JobChoice, again: Bool, yes: Bool, json: Bool
    ) throws -> Bool {
        let lines = choices.filter(\.isOpen).map { choice in
            JobChoice.Line(
                id: choice.job.id.text, job: choice.job.name, folder: choice.job.folder, renders: choice.renders.count,
                price: JobPrice.of(choice.renders)?.description)
        }
        guard !lines.isEmpty else { return true }
        let note = again ? "this renders everything again, and you pay again:" : ""
        return try jobs.confirm("retry", lines, yes: yes, json: json, always: again, note: note)
    }
}
