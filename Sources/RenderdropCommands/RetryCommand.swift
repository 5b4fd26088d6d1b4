import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct RetryCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Answer for renders that need a decision.",
        discussion: """
            When the answer to a submit was lost, nobody knows whether the provider took it, and it is not sent again by itself. Look \
            for the task in the provider's console, then say what is true: --adopt TASK if it is there, --resend if nothing was \
            rendered, --give-up to let it go. Stop the watcher first; the next `watch` or `run` goes on from your answer.
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

    private struct Report: Encodable {
        var job: String
        var renders: [Int]
        var decision: String
    }

    mutating func validate() throws {
        guard [resend, adopt != nil, giveUp].count(where: { $0 }) == 1 else {
            throw ValidationError("Say one of --resend, --adopt TASK and --give-up.")
        }
    }

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let decision: Decision = adopt.map { .adopt(TaskID($0)) } ?? (resend ? .resend : .giveUp)
        let name = job
        let number = render
        let decided = try await Composition.holding(workspace.choice, context: context) { ledger, workspace in
            let undecided = try await Self.undecided(name, number, ledger)
            if case .adopt = decision, undecided.count > 1 {
                let numbers = undecided.map { String($0.id.number) }.joined(separator: ", ")
                throw CommandFailure(
                    .usage, "\(name) has \(undecided.count) renders that need a decision: \(numbers)",
                    advice: "say which one is this task: --render \(undecided[0].id.number)")
            }
            for render in undecided {
                try await decision.apply(to: render, ledger: ledger, workspace: workspace, at: Date())
            }
            return undecided.map(\.id)
        }
        let word = adopt.map { "adopted as task \($0)" } ?? (resend ? "will be sent again" : "given up")
        if json {
            let report = Report(job: name, renders: decided.map(\.number), decision: word)
            context.terminal.out(JSONOutput.pretty(report) + "\n")
        } else {
            let count = decided.count == 1 ? "1 render" : "\(decided.count) renders"
            context.terminal.out("\(name): \(count) \(word); `renderdrop watch` or `run` goes on\n")
        }
        return .done
    }

    private static func undecided(_ name: String, _ number: Int?, _ ledger: any Ledger) async throws -> [RenderRecord] {
        let jobs = try await ledger.jobs(matching: name).filter { $0.state == .active }
        guard let job = jobs.first else {
            throw CommandFailure(.usage, "no job at work is called \(name)", advice: "see `renderdrop status`")
        }
        guard jobs.count == 1 else {
            let ids = jobs.map(\.id.text).joined(separator: ", ")
            throw CommandFailure(.usage, "\(jobs.count) jobs at work are called \(name)", advice: "give an id: \(ids)")
        }
        let undecided = try await ledger.renders(of: job.id).filter {
            $0.state.name == .undecided && (number == nil || $0.id.number == number)
        }
        guard !undecided.isEmpty else {
            throw CommandFailure(
                .usage, "\(name) has no render that needs a decision", advice: "see `renderdrop status \(name)`")
        }
        return undecided
    }
}
