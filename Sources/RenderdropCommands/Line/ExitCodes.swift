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

    init(_ end: Engine.Outcome.End) {
        self =
            switch end {
            case .done: .done
            case .jobsFailed: .jobsFailed
            case .unreachable: .unreachable
            case .account: .account
            case .budget: .budget
            case .held: .held
            case .needsDecision: .needsDecision
            case .diskFull: .diskFull
            case .folderGone: .folderGone
            }
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

    init(_ code: ExitCode, _ message: Message) { self.init(code, message.what, advice: message.next) }
}
