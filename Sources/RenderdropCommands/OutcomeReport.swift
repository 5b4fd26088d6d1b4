import Foundation
import RenderCore
import RenderEngine

/// What a batch came to, for people and for programs.
enum OutcomeReport {
    private struct Waiting: Encodable {
        var file: String
        var reason: String
    }

    private struct Report: Encodable {
        var done: Int
        var failed: Int
        var queued: Int
        var needsDecision: Int
        var waiting: [Waiting]
        var troubles: [Failure]
        var exitCode: Int32
    }

    static func print(_ outcome: Engine.Outcome, json: Bool, quiet: Bool, terminal: Terminal) {
        if json {
            let waiting = outcome.waiting.map {
                Waiting(file: $0.folder.isEmpty ? $0.name : $0.folder + "/" + $0.name, reason: $0.reason)
            }
            let report = Report(
                done: outcome.jobsDone, failed: outcome.jobsFailed, queued: outcome.queued,
                needsDecision: outcome.undecided, waiting: waiting, troubles: all(outcome),
                exitCode: ExitCode.of(outcome).rawValue)
            terminal.out(JSONOutput.pretty(report) + "\n")
            return
        }
        for failure in all(outcome) {
            terminal.error(terminal.styled("! ", .red) + ShownText.block(failure.description) + "\n")
        }
        guard !quiet else { return }
        var parts = ["\(outcome.jobsDone) done", "\(outcome.jobsFailed) failed"]
        if outcome.queued > 0 { parts.append("\(outcome.queued) renders in the queue") }
        if outcome.undecided > 0 { parts.append("\(outcome.undecided) need a decision") }
        if !outcome.waiting.isEmpty { parts.append("\(outcome.waiting.count) files wait in the inbox") }
        terminal.error(parts.joined(separator: ", ") + "\n")
        for line in outcome.waiting {
            let words = "\(line.folder.isEmpty ? "" : line.folder + "/")\(line.name): \(line.reason)"
            terminal.error("  \(ShownText.line(words))\n")
        }
    }

    /// Says what ended a watcher against its will, if anything did.
    static func trouble(_ outcome: Engine.Outcome, terminal: Terminal) -> ExitCode? {
        let ours = outcome.troubles.filter { $0.code == "inbox_taken_over" }
        for failure in ours { terminal.error("renderdrop: \(failure)\n") }
        return ours.isEmpty ? nil : .held
    }

    private static func all(_ outcome: Engine.Outcome) -> [Failure] {
        outcome.troubles + [outcome.unreachable, outcome.overBudget].compactMap { $0 }
    }
}
