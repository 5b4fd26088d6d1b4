import Foundation
import RenderCore

/// One thing that was looked at, and what a person can do about it.
struct DoctorFinding: Sendable, Equatable, Encodable {
    enum Verdict: String, Sendable, Encodable { case fine, doubtful, wrong }

    var check: String
    var verdict: Verdict
    var says: String
    var advice: String
    /// What the command ends with because of it; zero where it is not wrong.
    var code: Int32

    /// - Parameter says: one of the table's texts.
    static func fine(_ check: String, _ says: String) -> DoctorFinding {
        DoctorFinding(check: check, verdict: .fine, says: says, advice: "", code: 0)
    }

    static func doubtful(_ check: String, _ message: Message) -> DoctorFinding {
        DoctorFinding(check: check, verdict: .doubtful, says: message.what, advice: message.next, code: 0)
    }

    static func wrong(_ check: String, _ code: ExitCode, _ message: Message) -> DoctorFinding {
        DoctorFinding(check: check, verdict: .wrong, says: message.what, advice: message.next, code: code.rawValue)
    }

    /// What came as a failure already.
    static func wrong(_ check: String, _ code: ExitCode, failure: Failure) -> DoctorFinding {
        DoctorFinding(
            check: check, verdict: .wrong, says: failure.message, advice: failure.advice, code: code.rawValue)
    }

    static func wrong(_ check: String, _ failure: CommandFailure) -> DoctorFinding {
        DoctorFinding(
            check: check, verdict: .wrong, says: failure.message, advice: failure.advice, code: failure.code.rawValue)
    }
}

/// What `doctor` found, as values: the same for people and for programs.
struct DoctorReport: Sendable, Encodable {
    var findings: [DoctorFinding]

    /// The first of these that any finding has; others stand behind them.
    private static let order: [ExitCode] = [.diskFull, .folderGone, .account, .unreachable, .held, .usage]

    var code: ExitCode {
        let codes = Set(findings.filter { $0.verdict == .wrong }.map(\.code))
        return Self.order.first { codes.contains($0.rawValue) } ?? .done
    }

    /// For people.
    func text(_ terminal: Terminal) -> String {
        let width = findings.map(\.check.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let mark =
                switch finding.verdict {
                case .fine: terminal.styled("✓", .green)
                case .doubtful: terminal.styled("!", .yellow)
                case .wrong: terminal.styled("✗", .red)
                }
            let name = finding.check.padding(toLength: width, withPad: " ", startingAt: 0)
            lines.append("\(mark) \(name)  \(finding.says)")
            if !finding.advice.isEmpty {
                lines.append("  \(String(repeating: " ", count: width))  → \(finding.advice)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
