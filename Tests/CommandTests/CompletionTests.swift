import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What bash, zsh and fish really offer on Tab.
@Suite(.timeLimit(.minutes(15))) struct CompletionTests {
    enum Shell: String, Sendable, CaseIterable {
        case bash, zsh, fish

        var path: String? {
            ["/usr/bin/", "/bin/"].map { $0 + rawValue }.first(where: FileManager.default.isExecutableFile)
        }

        static let present = allCases.filter { $0.path != nil }
        static var allArePresent: Bool { present.count == allCases.count }
    }

    static let tools = Shell.allArePresent

    /// The words that a shell offers at the end of a line, in order of the alphabet.
    private func offered(_ shell: Shell, _ line: String, in place: Workplace) async throws -> [String] {
        var environment = place.environment
        environment["PATH"] =
            (Child.renderdrop as NSString).deletingLastPathComponent + ":" + (environment["PATH"] ?? "")
        let script = place.folder("completion.\(shell)")
        if !FileManager.default.fileExists(atPath: script) {
            let made = try await place.command("--generate-completion-script", shell.rawValue)
            try #require(made.code == 0)
            try Data(made.out.utf8).write(to: URL(fileURLWithPath: script))
        }
        let driver = shell == .fish ? "complete.fish.zsh" : "complete.\(shell)"
        let runner = shell == .bash ? Shell.bash : .zsh
        let ended = try await Child(
            try #require(runner.path), [repository.appending(path: "Tests/Tools/\(driver)").path, script, line],
            environment: environment, folder: place.folder.path,
            log: place.folder("logs/\(shell)-\(UUID().uuidString.prefix(4))")
        ).ended()
        #expect(ended.code == 0, "\(ended.error)")
        #expect(ended.error == "")
        // Bash offers options beside commands.
        return ended.out.split(separator: "\n").map(String.init).filter {
            line.hasSuffix(" ") ? !$0.hasPrefix("-") : true
        }
        .sorted()
    }

    @Test(
        .enabled(if: tools, "needs bash, zsh and fish; make test-tools installs them"), arguments: Shell.allCases,
        [
            (
                "renderdrop ",
                "cancel check demo doctor help init models retry run simulate status watch"
            ),
            ("renderdrop sta", "status"),
            ("renderdrop watch --region ", "beijing frankfurt hongkong singapore tokyo virginia"),
            ("renderdrop models --region s", "singapore"),
            ("renderdrop simulate --region t", "tokyo"),
            ("renderdrop run --log-level ", "debug error info warning"),
            ("renderdrop run --log-f", "--log-format"),
            ("renderdrop init --mark ", "archive failed inbox outbox working"),
            ("renderdrop models --kind image-to", "image-to-video"),
        ])
    func `it offers commands, options and their values`(shell: Shell, golden: (line: String, words: String))
        async throws
    {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        #expect(try await offered(shell, golden.line, in: place).joined(separator: " ") == golden.words)
        try place.close()
    }

    @Test(.enabled(if: tools, "needs bash, zsh and fish; make test-tools installs them"), arguments: Shell.allCases)
    func `it offers the workspace's models, and only files that fit`(shell: Shell) async throws {
        try await withWorkplace(settings: "models: {catalogue: own.yaml}") { place, _ in
            let row = "models: [{id: wan2.2-t2i-ours, like: wan2.2-t2i-flash}]"
            try Data(row.utf8).write(to: URL(fileURLWithPath: place("own.yaml")))
            let models = try await offered(shell, "renderdrop models --config studio wan2.2-t2i-", in: place)
            #expect(models.contains("wan2.2-t2i-ours") && models.contains("wan2.2-t2i-flash"))
            #expect(models.allSatisfy { $0.hasPrefix("wan2.2-t2i-") })
            try place.folder.write("jobs/lamp.yaml", "prompt: A lamp".utf8)
            try place.folder.write("jobs/lamp.png", "".utf8)
            let files = try await offered(shell, "renderdrop check jobs/l", in: place)
            #expect(files.map { ($0 as NSString).lastPathComponent } == ["lamp.yaml"])
        }
    }

    @Test(.enabled(if: tools, "needs bash, zsh and fish; make test-tools installs them"))
    func `jobs are offered where a command can act on them`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            try place.drop("bad.yaml", "prompt: [")
            #expect(try await place.run().code == 3)
            try place.drop("later.yaml", Workplace.sync + "not_before: 2099-01-01T00:00+00:00\n")
            // What a shell would carry out if it came back unquoted.
            try place.drop("$(touch ran).yaml", Workplace.sync)
            try place.drop("`touch ran`.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            let expected = [
                ("status", ["bad", "boat", "later.yaml"]), ("retry", ["bad"]), ("status --json la", ["later.yaml"]),
            ]
            for shell in Shell.allCases {
                for (command, jobs) in expected {
                    let words = command.split(separator: " ")
                    let rest = words.dropFirst().joined(separator: " ")
                    let line = "renderdrop \(words[0]) --config studio \(rest)"
                    #expect(try await offered(shell, line, in: place) == jobs, "\(shell) \(line)")
                }
                // Nothing is active: a path may be meant.
                #expect(
                    try await offered(shell, "renderdrop cancel --config studio stu", in: place) == ["studio/"],
                    "\(shell)")
            }
            #expect(!FileManager.default.fileExists(atPath: place.folder("ran")))
        }
    }

    @Test(.enabled(if: tools, "needs bash, zsh and fish; make test-tools installs them"))
    func `active jobs are offered to cancel`() async throws {
        try await withWorkplace(.standing) { place, _ in
            try place.drop("robot.yaml", Workplace.async)
            let watch = try await place.watch()
            try await eventually("it is at work") { try await place.status().job("robot") != nil }
            for shell in Shell.allCases {
                #expect(try await offered(shell, "renderdrop cancel -c studio ", in: place) == ["robot"], "\(shell)")
                #expect(
                    try await offered(shell, "renderdrop cancel --config=studio r", in: place) == ["robot"], "\(shell)")
            }
            watch.send(SIGKILL)
            _ = try await watch.ended()
        }
    }
}
