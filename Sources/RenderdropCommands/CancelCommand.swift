import ArgumentParser
import Foundation
import RenderCore
import RenderEngine

struct CancelCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a job at once, and say what is billed.",
        discussion: """
            Closes the job's queue first: nothing more of it is sent when the command returns. What waits at the provider is \
            withdrawn there, which is not billed. What runs already cannot be stopped: it is billed, and delivered. A render that \
            needs a decision is given up. The job's folder goes to failed. Works while watch runs.

            A job is named by its name, its id (beginning or last 8 characters), its file, or its folder in working or the \
            outbox. A folder of the inbox ("campaign/") or a pattern ("poster-*") names all jobs in it; where more than one \
            matches, they are listed and confirmed.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @Argument(help: "A job's name, id, file or folder, or a pattern in quotes.")
    var jobs: [String]
    @Option(help: "Only this render of the job, by its number.")
    var render: Int?
    @Flag(help: "Do not ask where several jobs match.")
    var yes = false
    @Flag(help: "Results as JSON on standard output.")
    var json = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        if let render {
            guard jobs.count == 1, let job = jobs.first else {
                throw CommandFailure(.usage, "--render is about one job", advice: "name one job")
            }
            let replies = try await WishPost(choice: workspace.choice, context: context).post(
                .cancel, job: job, render: render, missing: "has nothing that could be canceled"
            ) { !$0.isFinal }
            return WishPost.report(replies, json: json, context)
        }
        guard
            let replies = try await CancelPost(choice: workspace.choice, context: context).cancel(
                jobs, yes: yes, json: json)
        else { return .done }
        return CancelPost.report(replies, json: json, context)
    }
}

/// Cancels whole jobs: closes their queues, then waits for what becomes of the rest.
struct CancelPost: Sendable {
    /// How long a watcher's answer is waited for.
    private static let patience: Duration = .seconds(15)

    struct Reply: Sendable, Encodable {
        var job: String
        var id: String
        var folder: String
        var renders: Int
        /// Of a job that has only one.
        var render: Int?
        var isDone: Bool
        var words: String
        var canceled: Int
        var atProvider: Int
        var sending: Int
        var unclear: Int
        var delivered: Int
        var failed: Int
        /// What is billed of it, about.
        var cost: Amount?
        /// The provider was not asked yet to withdraw what it has.
        var isPending: Bool
    }

    struct Amount: Sendable, Encodable {
        var amount: Double
        var currency: String

        init(_ money: Money) {
            amount = Double(money.decimal) ?? 0
            currency = money.currency
            text = money.description
        }

        /// For people.
        let text: String

        private enum CodingKeys: String, CodingKey { case amount, currency }
    }

    let choice: WorkspaceChoice
    let context: CommandContext

    /// - Returns: nil where the person said no.
    func cancel(_ typed: [String], yes: Bool, json: Bool) async throws -> [Reply]? {
        let configuration = try Composition.configuration(choice, context: context)
        let jobs = JobChoice(typed, configuration: configuration, context: context)
        if let ledger = try Composition.heldLedger(configuration.value) {
            guard let chosen = try await choose(jobs, ledger, yes: yes, json: json) else { return nil }
            return try await cancel(chosen, ledger, waiting: true)
        }
        return try await Composition.holding(choice, context: context) { ledger, _ in
            guard let chosen = try await choose(jobs, ledger, yes: yes, json: json) else { return nil }
            return try await cancel(chosen, ledger, waiting: false)
        }
    }

    private func choose(
        _ jobs: JobChoice, _ ledger: any Ledger, yes: Bool, json: Bool
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

    /// - Parameter isHeld: a watcher holds the workspace and answers.
    private func cancel(_ jobs: [JobRecord], _ ledger: any Ledger, waiting isHeld: Bool) async throws -> [Reply] {
        let control = JobControl(ledger)
        var wishes: [Int?] = []
        // All queues first: what is asked of the provider takes its time.
        for job in jobs { wishes.append(try await control.cancel(job.id, at: Date())) }
        let end = ContinuousClock.now + Self.patience
        var replies: [Reply] = []
        for (job, wish) in zip(jobs, wishes) {
            var answer: WishAnswer?
            if let wish, isHeld {
                answer = try await ledger.answer(toWish: wish)
                while answer == nil, ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(100))
                    answer = try await ledger.answer(toWish: wish)
                }
            }
            let renders = try await ledger.renders(of: job.id)
            var report = answer?.cancel
            if report == nil { report = try await control.report(job.id) }
            guard let report else { continue }
            let isPending = answer == nil && report.atProvider + report.sending + report.unclear > 0
            replies.append(
                Self.reply(job, renders.count, report, answer.map(\.isDone) ?? report.isDone, isPending: isPending))
        }
        return replies
    }

    private static func reply(
        _ job: JobRecord, _ renders: Int, _ report: CancelReport, _ isDone: Bool, isPending: Bool
    ) -> Reply {
        Reply(
            job: job.name, id: job.id.text, folder: job.folder, renders: renders, render: renders == 1 ? 1 : nil,
            isDone: isDone && report.isDone,
            words: report.words
                + (isPending ? "; the next `renderdrop watch` or `run` asks the provider to stop these" : ""),
            canceled: report.canceled, atProvider: report.atProvider, sending: report.sending,
            unclear: report.unclear, delivered: report.delivered, failed: report.failed,
            cost: report.cost.map { Amount($0) }, isPending: isPending)
    }

    /// For people or programs; code 2 where nothing of it could be done.
    static func report(_ replies: [Reply], json: Bool, _ context: CommandContext) -> ExitCode {
        if json {
            context.terminal.out(JSONOutput.pretty(replies) + "\n")
        } else {
            for reply in replies {
                let line = "\(reply.job): \(reply.words)\n"
                if reply.isDone { context.terminal.out(line) } else { context.terminal.error("renderdrop: " + line) }
            }
        }
        return replies.contains(where: \.isDone) ? .done : .usage
    }
}
