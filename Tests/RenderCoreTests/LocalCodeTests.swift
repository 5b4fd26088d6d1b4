import Foundation
import RenderCore
import Testing

/// The codes of our own failures: each stands in one place, keeps its text, and is explained.
@Suite struct LocalCodeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The codes that ledgers, journals and sidecars hold since the enum exists. New ones need not be added here.
    private static let stored = """
        account_missing account_not_proved answer_cut answer_lost answer_too_large answer_unknown answer_unreadable \
        body_unusable canceled connection_lost disk_full endpoint_unusable file_busy file_changed file_denied \
        file_gone file_too_large file_unreachable folder_denied folder_gone folder_hangs gave_up given_up \
        host_refused inbox_taken_over io_error job_folder_gone job_invalid journal_alone journal_contradicts \
        key_changed key_unreadable key_unusable ledger_lost ledger_storage link_expired link_unusable list_failed \
        lost_clock_off lost_echo_unclear lost_gone lost_list_not_whole lost_no_echo lost_other_account \
        lost_other_bodies lost_own_key_unknown lost_too_few lost_too_many lost_too_old lost_undated name_not_text \
        no_key no_output no_such_file not_a_file not_a_job other_account output_not_whole over_budget path_refused \
        plan_unreadable proxy_failed query_failed redirected reference_changed reference_missing reference_refused \
        reference_too_large reference_unreadable result_lost result_unread stopped task_failed task_gone timed_out \
        tls_failed unexpected unmovable unreachable unreadable uploads_unknown url_unusable
        """

    @Test func `a code keeps the text that is stored`() {
        let gone = Self.stored.split(separator: " ").filter { LocalCode(rawValue: String($0)) == nil }
        #expect(gone.isEmpty, "stored failures have these codes: \(gone)")
    }

    @Test func `each question about a lost submit has a code of its own`() {
        let codes = LostTaskDecision.Question.allCases.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.rawValue.hasPrefix("lost_") })
        #expect(Set(codes) == Set(LocalCode.allCases.filter { "\($0)".hasPrefix("lost") }))
    }

    @Test func `a failure is compared with codes of ours only`() {
        let ours = Failure(code: "file_gone", message: "", advice: "", fault: .folder, retryable: true)
        #expect(ours.has(.fileGone) && ours.has(.diskFull, .fileGone) && !ours.has(.diskFull))
        let provider = Failure(code: "FileGone", message: "", advice: "", fault: .job, retryable: false)
        #expect(!provider.has(.fileGone) && provider.localCode == nil)
        #expect(LocalCode.text(ofStatus: 502) == "http_502")
    }

    @Test func `docs errors md explains each code`() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/errors.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## Our own codes\n").dropFirst().first)
        let explained = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.dropFirst(2).prefix { $0 != "|" }.matches(of: /`(\w+)`/).map { String($0.1) }
        }
        for code in LocalCode.allCases {
            #expect(explained.count { $0 == code.rawValue } == 1, "\(code.rawValue) needs one row in OwnCodeRow")
        }
        let unknown = Set(explained).subtracting(LocalCode.allCases.map(\.rawValue))
        #expect(unknown == [LocalCode.text(ofStatus: 502)], "nothing makes these codes")
    }

    // MARK: - Where a code is written

    /// Event names of `--json` that are spelled like a code.
    private static let eventNames: Set = ["task_failed"]

    /// A code as a string literal. One with an underscore is nothing else; an everyday word (`stopped`) counts only
    /// where it makes a failure or is compared with a failure's code.
    private static let literal: String = {
        let codes = LocalCode.allCases.map(\.rawValue)
        let names = codes.filter { $0.contains("_") }.joined(separator: "|")
        let words = codes.filter { !$0.contains("_") }.joined(separator: "|")
        let word = "\"(?:\(words))\""
        let places = [
            "\"(?:\(names))\"",
            "\\b[fF]ailure\\([^()\"]*\(word)",  // makes a failure
            "\\b\\w*[cC]ode\\w*\\)?\\s*(?:[=!]=|[=:]|\\?\\?)\\s*\(word)",  // code == "stopped", code: "stopped"
            "\(word)\\s*[=!]=\\s*[\\w.$?]*\\bcode\\b",  // "stopped" == failure.code
            "\(word)[^\\[\\]()]*\\]\\s*\\.contains\\([\\w.$?]*\\bcode\\b",  // ["stopped"].contains(failure.code)
            "switch [\\w.$?]*\\bcode \\{[^}]*\(word)",  // case "stopped":
            "\\(\\s*\(word),\\s*\\.\\w",  // ("stopped", .stoppedDuringCall())
        ]
        return places.joined(separator: "|")
    }()

    private static func literals(in code: String) throws -> [String] {
        let all = NSRange(code.startIndex..., in: code)
        return try NSRegularExpression(pattern: literal).matches(in: code, range: all).compactMap {
            Range($0.range, in: code).map { String(code[$0]) }
        }
    }

    @Test(arguments: [
        #"failure.code == "file_gone""#, #"Failure("stopped", .stoppedBeforeSending(), fault: .folder)"#,
        "Failure(\n    isBefore ? \"stopped\" : other, .stoppedBeforeSending())", #"code: "unreachable""#,
        #"failure.code != "unmovable""#, #""unmovable" == failure.code"#,
        #"["unmovable", "other"].contains(failure.code)"#, "switch failure.code {\ncase \"stopped\": break\n}",
        #"case .refused: ("unreachable", .unreachable(origin))"#, #"let code = said ?? "disk_full""#,
        #"failure.code = "canceled""#, #"let code = said.code ?? "canceled""#,
    ])
    func `a code that is written as text is found`(code: String) throws {
        #expect(try !Self.literals(in: code).isEmpty)
    }

    @Test(arguments: [
        #"Failure(.stopped, .stoppedBeforeSending(), fault: .folder)"#, #"["state": "canceled"]"#,
        #"fields["unmovable"].flatMap { reader.word($0, "unmovable", Unmovable.self) }"#, #"code: "InvalidParameter""#,
        #"self.init(.info, "canceled", [("folder", folder)])"#, #"case ("stopped", let name?, let heard?):"#,
        #"case "failed", "canceled": terminal.styled("x", .red)"#,
    ])
    func `other words are not`(code: String) throws {
        #expect(try Self.literals(in: code).isEmpty)
    }

    /// The simulator speaks as the provider: its codes are not ours.
    @Test func `no source writes a code of ours as text`() throws {
        let top = Self.root.appending(path: "Sources").path
        let names = try #require(FileManager.default.enumerator(atPath: top)).compactMap { $0 as? String }
        var files = 0
        for name in names.sorted() where name.hasSuffix(".swift") && !name.hasSuffix("/LocalCode.swift") {
            guard !name.hasPrefix("Providers/DashScopeSimulator/") else { continue }
            files += 1
            let text = try String(contentsOfFile: top + "/" + name, encoding: .utf8)
                .replacing(/\s\/\/[^\n]*/, with: "")
            let found = try Self.literals(in: text).filter { place in
                !Self.eventNames.contains { place == "\"\($0)\"" } || !name.hasSuffix("EventJSON.swift")
            }
            #expect(found.isEmpty, "\(name): use LocalCode instead of \(found)")
        }
        #expect(files > 300)
    }
}
