import Foundation
import Testing

/// Unknown commands and options: what is said, and what is suggested.
@Suite(.timeLimit(.minutes(15))) struct CommandMistakeTests {
    private func said(_ arguments: [String]) async throws -> Child.Ended {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.start(arguments).ended()
        try place.close()
        return ended
    }

    @Test(arguments: [
        (["statsu"], "unknown command `statsu`", "did you mean `renderdrop status`?"),
        (["statsu", "--help"], "unknown command `statsu`", "did you mean `renderdrop status`?"),
        (["Chekc", "a.yaml"], "unknown command `Chekc`", "did you mean `renderdrop check`?"),
        (["help", "docter"], "unknown command `docter`", "did you mean `renderdrop help doctor`?"),
        (["help", "nosuch"], "unknown command `nosuch`", "the commands are demo, init, watch, run,"),
        (["upload"], "unknown command `upload`", "the commands are demo, init, watch, run,"),
        (["run", "--jsn"], "unknown option `--jsn`", "did you mean `--json`?"),
        (["run", "--regoin=tokyo"], "unknown option `--regoin`", "did you mean `--region`?"),
        (["models", "--film"], "unknown option `--film`", "did you mean `--films`?"),
        (["run", "--foo"], "`renderdrop run` has no option `--foo`", "`renderdrop run --help` lists the options"),
        (
            ["status", "--speed", "3"], "has no option `--speed`; `demo`, `simulate` have it",
            "`renderdrop status --help`"
        ),
        (["--config", "studio", "status"], "`--config` stands before the command", "`renderdrop status --config …`"),
        (["--versoin"], "unknown option `--versoin`", "did you mean `--version`?"),
    ])
    func `what is unknown is named, and only something near is suggested`(
        arguments: [String], says: String, advises: String
    ) async throws {
        let ended = try await said(arguments)
        #expect(ended.code == 2)
        #expect(ended.out == "")
        let parts = ended.error.split(separator: "  → ")
        #expect(parts.count == 2)
        #expect(parts.first?.contains(says) == true, "\(ended.error)")
        #expect(parts.last?.contains(advises) == true, "\(ended.error)")
        #expect(ended.error.contains("did you mean") == advises.hasPrefix("did you mean"), "\(ended.error)")
    }

    @Test(arguments: [["help"], ["help", "status"], ["help", "help"], ["status", "--nonsense", "--help"]])
    func `help that exists is shown`(arguments: [String]) async throws {
        let ended = try await said(arguments)
        #expect(ended.code == 0)
        #expect(ended.out.contains("OVERVIEW: ") || ended.out.contains("USAGE: "))
        #expect(ended.error == "")
    }

    @Test func `an unknown shell for completions keeps the parser's words`() async throws {
        let ended = try await said(["--generate-completion-script", "tcsh"])
        #expect(ended.code == 2)
        #expect(ended.error.contains("tcsh") && ended.error.contains("bash"))
    }
}
