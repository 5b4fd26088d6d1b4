import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct CancelCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a job at once, and report what is billed.",
        discussion: """
            Closes the job's queue first: after the command returns, nothing more is sent. Tasks that wait at the \
            provider are canceled there and not billed. Running tasks cannot be stopped: they are billed and \
            delivered. A render that needs a decision is given up. The job's folder goes to failed. Works while \
            watch runs.

            Name a job by its name, its id (beginning or last 8 characters), its file, or its folder in working or \
            the outbox. A folder of the inbox ("campaign/") or a pattern ("poster-*") selects all jobs in it; if \
            several match, they are listed and you confirm.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(
        help: "A job's name, id, file or folder, or a pattern in quotes.", completion: Completion.activeJob)
    var jobs: [String]
    @Option(help: "Only the render with this number.")
    var render: Int?
    @Flag(help: "Do not ask for confirmation if several jobs match.")
    var yes = false
    @Flag(help: "Print results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let door = ControlDoor(choice: workspace.choice, context: context)
        if let render {
            guard jobs.count == 1, let job = jobs.first else {
                throw CommandFailure(.usage, .renderOfSeveralJobs())
            }
            return try await door.decide(
                .cancel, job: job, render: render, missing: "has nothing that could be canceled", json: json
            ) { !$0.isFinal }
        }
        let (typed, yes, json) = (jobs, yes, json)
        let outcomes = try await door.open { control, ledger, configuration -> [ControlOutcome]? in
            let jobs = JobChoice(typed, configuration: configuration, context: context)
            guard let chosen = try await Self.choose(jobs, ledger, yes: yes, json: json) else { return nil }
            return try await control.cancel(chosen)
        }
        return outcomes.map { door.report($0, json: json) } ?? .done
    }

    /// - Returns: nil where the person said no.
    private static func choose(
        _ jobs: JobChoice, _ ledger: any JobHistory, yes: Bool, json: Bool
    ) async throws -> [JobRecord]? {
        let active = try await ledger.jobs(JobFilter(states: [.active]))
        let (found, unmatched) = jobs.matches(active)
        if let text = unmatched.first {
            throw jobs.missing(text, "cancel", among: try await ledger.jobs(matching: text))
        }
        var lines: [JobChoice.Line] = []
        for job in found where found.count > 1 {
            let renders = try await ledger.renders(of: job.id)
            lines.append(
                .init(
                    id: job.id.text, job: job.name, folder: job.folder, renders: renders.count,
                    price: JobPrice.of(renders)?.description))
        }
        guard try jobs.confirm("cancel", lines, yes: yes, json: json) else { return nil }
        return found
    }
}
