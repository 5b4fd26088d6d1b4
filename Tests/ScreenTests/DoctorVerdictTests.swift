import Foundation
import HotFolder
import LedgerSQLite
import RenderCore
import Testing

@testable import RenderdropCommands

/// Facts in, verdicts out.
@Suite struct DoctorVerdictTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// Seconds that our clock is ahead.
    @Test(arguments: [
        (0.5, DoctorFinding.Verdict.fine), (59, .fine), (61, .doubtful), (-250, .doubtful), (302, .wrong),
        (-302, .wrong),
    ])
    func `a clock is off by so much`(seconds: Double, verdict: DoctorFinding.Verdict) {
        #expect(DoctorVerdicts.clock(theirs: Self.now, ours: Self.now + seconds).verdict == verdict)
    }

    @Test func `the time of an answer is read`() {
        #expect(DoctorExamination.httpDate("Sun, 06 Nov 1994 08:49:37 GMT") == Date(timeIntervalSince1970: 784_111_777))
        #expect(DoctorExamination.httpDate("yesterday") == nil)
    }

    @Test(arguments: [
        (Failure.Fault.account, ExitCode.account.rawValue), (.provider, ExitCode.unreachable.rawValue), (.throttled, 0),
    ])
    func `a provider refuses the key, is out of reach, or asks for patience`(fault: Failure.Fault, code: Int32) {
        let failure = Failure(code: "x", message: "m", advice: "", fault: fault, retryable: true)
        #expect(DoctorVerdicts.reach("https://example.com", failure).code == code)
    }

    @Test(arguments: [(Int?.none, Int32(0)), (2 << 30, 0), (100 << 20, 0), (63 << 20, ExitCode.diskFull.rawValue)])
    func `room on a disk`(bytes: Int?, code: Int32) {
        #expect(DoctorVerdicts.space("disk", bytes, at: "/x").code == code)
    }

    /// Another machine or this one, seconds since its heartbeat.
    @Test(arguments: [
        ("there", 89.0, ExitCode.held.rawValue, DoctorFinding.Verdict.wrong), ("there", 91, 0, .doubtful),
        ("here", 10, 0, .fine), ("here", 900, 0, .fine),
    ])
    func `who holds the inbox`(host: String, age: Double, code: Int32, verdict: DoctorFinding.Verdict) {
        let owner = FolderOwner(host: host, instance: "a", pid: 7, heartbeat: Self.now - age)
        let finding = DoctorVerdicts.watcher(owner, host: "here", now: Self.now)
        #expect(finding.code == code)
        #expect(finding.verdict == verdict)
    }

    @Test func `a ledger that is missing is wrong only where jobs were taken`() {
        #expect(DoctorVerdicts.ledger(.missing, at: "/l", hasPapers: false).verdict == .fine)
        #expect(DoctorVerdicts.ledger(.missing, at: "/l", hasPapers: true).advice.contains("--rebuild"))
        #expect(DoctorVerdicts.ledger(.damaged("x"), at: "/l", hasPapers: false).code == ExitCode.usage.rawValue)
    }

    @Test(arguments: [
        ([ExitCode.usage, .account, .diskFull], ExitCode.diskFull), ([.usage, .held, .unreachable], .unreachable),
        ([.account, .folderGone], .folderGone), ([.usage], .usage), ([], .done),
    ])
    func `the worst decides the exit code`(codes: [ExitCode], code: ExitCode) {
        let findings =
            codes.map { DoctorFinding.wrong("x", $0, .clockNotCompared()) }
            + [.doubtful("y", .clockNotCompared())]
        #expect(DoctorReport(findings: findings).code == code)
    }

    @Test func `a key file that others may read is worth a word`() {
        #expect(DoctorVerdicts.key("/k", mode: 0o100644).advice == "chmod 600 /k")
        #expect(DoctorVerdicts.key("/k", mode: 0o100600).verdict == .fine)
        #expect(DoctorVerdicts.key("DASHSCOPE_API_KEY", mode: nil).verdict == .fine)
    }

    @Test func `downloads of the last day are at work, older ones are left over`() {
        #expect(DoctorVerdicts.staging(1, 10, Self.now - 3600, now: Self.now).verdict == .fine)
        #expect(DoctorVerdicts.staging(1, 10, Self.now - 90_000, now: Self.now).verdict == .doubtful)
        #expect(DoctorVerdicts.staging(0, 0, nil, now: Self.now).verdict == .fine)
    }
}
