import RenderCore
import RenderEngine

/// How a command ended, for scripts. A contract: numbers never change their meaning, an unknown one means failure.
public enum ExitCode: Int32, Sendable, CaseIterable {
    case done = 0
    /// Wrong options, a configuration that cannot be read.
    case usage = 2
    case jobsFailed = 3
    case jobInvalid = 4
    case unreachable = 5
    case account = 7
    case budget = 8
    case held = 11
    case needsDecision = 13
    case diskFull = 14
    case folderGone = 15
    case interrupted = 130

    /// Where several hold, the first of 14, 15, 7, 5, 13, 8, 3.
    static func of(_ outcome: Engine.Outcome) -> ExitCode {
        let codes = outcome.troubles.map(\.code)
        if codes.contains(where: { $0 == "disk_full" || $0 == "ledger_storage" }) { return .diskFull }
        if outcome.troubles.contains(where: { $0.code == "inbox_taken_over" }) { return .held }
        if outcome.troubles.contains(where: { $0.fault == .folder }) { return .folderGone }
        if outcome.troubles.contains(where: { $0.fault == .account }) { return .account }
        if outcome.unreachable != nil { return .unreachable }
        if outcome.undecided > 0 { return .needsDecision }
        if outcome.overBudget != nil { return .budget }
        if outcome.jobsFailed > 0 || !outcome.troubles.isEmpty { return .jobsFailed }
        return .done
    }
}

/// What stops a command before or instead of its work: one clear message and its code.
struct CommandFailure: Error, Sendable {
    var code: ExitCode
    var message: String
    var advice: String

    init(_ code: ExitCode, _ message: String, advice: String = "") {
        self.code = code
        self.message = message
        self.advice = advice
    }
}
