import Foundation
import RenderCore
import RenderEngine

/// What a batch came to, for people and for programs.
enum OutcomeReport {
    static let schemaName = "renderdrop/run/1"

    private struct Waiting: Encodable {
        var file: String
        var reason: String
        var kind: WaitingReason.Kind
    }

    /// What `run --json` says; `docs/run.schema.json` describes every field.
    private struct Report: Encodable {
        var schema = OutcomeReport.schemaName
        var done: Int
        var failed: Int
        var queued: Int
        var needsDecision: Int
        /// Those that came to their end in this run.
        var jobs: [StatusReport.Job]
        var waiting: [Waiting]
        var troubles: [Failure]
        var exitCode: Int32
    }

    /// - Parameter jobs: that ended in this run; for JSON alone.
    static func print(
        _ outcome: Engine.Outcome, jobs: [StatusReport.Job], code: ExitCode, json: Bool, quiet: Bool, terminal: Terminal
    ) {
        if json {
            let waiting = outcome.waiting.map { Waiting(file: $0.path, reason: $0.text, kind: $0.kind) }
            let report = Report(
                done: outcome.jobsDone, failed: outcome.jobsFailed, queued: outcome.queued,
                needsDecision: outcome.undecided, jobs: jobs, waiting: waiting, troubles: all(outcome),
                exitCode: code.rawValue)
            terminal.out(JSONOutput.pretty(report) + "\n")
            return
        }
        for failure in all(outcome) {
            terminal.error(terminal.styled("! ", .red, for: .talk) + ShownText.block(failure.description) + "\n")
        }
        guard !quiet else { return }
        var parts = ["\(outcome.jobsDone) done", "\(outcome.jobsFailed) failed"]
        if outcome.queued > 0 { parts.append("\(Counted.text(outcome.queued, "render")) in the queue") }
        if outcome.undecided > 0 {
            parts.append(Counted.text(outcome.undecided, "render needs", "renders need") + " a decision")
        }
        let waiting = outcome.waiting.count
        if waiting > 0 { parts.append(Counted.text(waiting, "file waits", "files wait") + " in the inbox") }
        terminal.error(parts.joined(separator: ", ") + "\n")
        if waiting > waitingMax {
            for (kind, files) in WaitingReason.Kind.counts(outcome.waiting.map(\.kind)) {
                terminal.error("  \(Counted.number(files)) \(kind.words)\n")
            }
        }
        for line in outcome.waiting.prefix(waitingMax) {
            terminal.error("  \(ShownText.line("\(line.path): \(line.text)"))\n")
        }
        if waiting > waitingMax {
            terminal.error("  \(Counted.number(waiting - waitingMax)) more: `renderdrop status --all`\n")
        }
    }

    /// Says what ended a watcher against its will, if anything did.
    static func trouble(_ outcome: Engine.Outcome, terminal: Terminal) -> ExitCode? {
        let ours = outcome.troubles.filter { $0.has(.inboxTakenOver) }
        for failure in ours { terminal.error("renderdrop: \(failure)\n") }
        return ours.isEmpty ? nil : .held
    }

    private static let waitingMax = 100

    private static func all(_ outcome: Engine.Outcome) -> [Failure] {
        outcome.troubles + [outcome.unreachable, outcome.overBudget].compactMap { $0 }
    }
}
