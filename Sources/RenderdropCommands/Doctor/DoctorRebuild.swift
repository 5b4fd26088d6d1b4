import Foundation
import HotFolder
import LedgerSQLite
import RenderCore

/// What `doctor --rebuild` found, as values: the same for people and for programs.
struct RebuildReport: Sendable, Encodable {
    struct Day: Sendable, Encodable {
        var day: String
        var committed: [String]
    }

    struct Decision: Sendable, Encodable {
        var job: String
        var name: String
        var render: Int
        var why: String
    }

    var jobs: Int
    /// Jobs in each state.
    var jobStates: [String: Int]
    /// Renders in each state that any stands in.
    var renders: [String: Int]
    var tasks: Int
    var outputs: Int
    var spend: [Day]
    var needsDecision: [Decision]
    /// Jobs whose rows the next `watch` or `run` makes, from their files and journals.
    var leftToNextStart: [String]
    /// What could not be read or used.
    var unread: [String]
    /// Where the former ledger is now.
    var former: String?

    init(_ rebuild: Rebuild, former: String?) {
        let histories = rebuild.jobs.flatMap(\.renders)
        jobs = rebuild.jobs.count
        jobStates = Self.count(rebuild.jobs.map(\.job.state.rawValue))
        renders = Self.count(histories.map(\.render.state.name.rawValue))
        tasks = histories.reduce(0) { $0 + $1.tasks.count }
        outputs = histories.reduce(0) { $0 + $1.outputs.count }
        var days: [String: [String: Int]] = [:]
        for spend in histories.flatMap(\.spend) {
            guard let money = spend.committed else { continue }
            days[spend.day, default: [:]][money.currency, default: 0] += money.micros
        }
        spend = days.sorted { $0.key < $1.key }.map { day, sums in
            Day(
                day: day,
                committed: sums.sorted { $0.key < $1.key }.map { Money(micros: $0.value, currency: $0.key).description }
            )
        }
        needsDecision = rebuild.jobs.flatMap { job in
            job.renders.compactMap { history in
                guard job.job.state == .active, case .undecided(let why) = history.render.state else { return nil }
                return Decision(
                    job: job.job.id.text, name: job.job.name, render: history.render.id.number, why: why.message)
            }
        }
        leftToNextStart = rebuild.left.map(\.text)
        unread = rebuild.notes
        self.former = former
    }

    private static func count(_ words: [String]) -> [String: Int] {
        Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// For people.
    func text(_ terminal: Terminal) -> String {
        func list(_ counts: [String: Int]) -> String {
            counts.isEmpty
                ? "" : ": " + counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        let all = renders.values.reduce(0, +)
        var lines = [
            "\(terminal.styled("✓", .green)) the ledger is rebuilt", "  \(jobs) jobs\(list(jobStates))",
            "  \(all) renders\(list(renders))", "  \(tasks) tasks at the provider, \(outputs) files delivered",
        ]
        for day in spend { lines.append("  \(day.day): \(day.committed.joined(separator: ", ")) committed") }
        if let former { lines.append("  the old ledger is kept as \(former)") }
        for decision in needsDecision {
            lines.append(
                "\(terminal.styled("!", .yellow)) \(decision.name), render \(decision.render), needs a decision: \(decision.why)"
            )
        }
        if !needsDecision.isEmpty {
            lines.append("  → `renderdrop retry NAME` with --adopt TASK, --resend or --give-up")
        }
        for job in leftToNextStart {
            lines.append("  job \(job) in working/ continues at the next `renderdrop watch` or `run`")
        }
        for note in unread { lines.append("\(terminal.styled("!", .yellow)) \(note)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Composition {
    /// Makes the ledger anew from the second copy of the truth, while nobody else holds the workspace.
    static func rebuild(_ choice: WorkspaceChoice, context: CommandContext) async throws -> RebuildReport {
        let configuration = try configuration(choice, context: context).value
        return try await holding(configuration, context: context) {
            let papers = try PaperReader(configuration.folders).read()
            let rebuild = Rebuild(
                papers, account: configuration.provider.account,
                zone: TimeZone(identifier: configuration.budget.timezone) ?? .gmt, spelling: ProviderKind.first.spelling
            )
            let stamp = Timestamp.text(Date()).prefix(19).replacing(":", with: "-")
            let former = try SQLiteLedger.rebuild(
                at: ledgerPath(configuration), keepingFormerAs: "ledger.sqlite.before-rebuild-\(stamp)",
                jobs: rebuild.jobs)
            return RebuildReport(rebuild, former: former)
        }
    }
}
