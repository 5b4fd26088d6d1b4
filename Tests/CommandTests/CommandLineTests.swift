import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing
import WaveSpeedSimulator

/// The command line itself.
@Suite(.timeLimit(.minutes(15))) struct CommandLineTests {
    private func said(_ arguments: [String], _ environment: [String: String?] = [:]) async throws -> Child.Ended {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.start(arguments, changing: environment).ended()
        try place.close()
        return ended
    }

    @Test func `the version is a line on standard output`() async throws {
        let ended = try await said(["--version"])
        #expect(ended.code == 0)
        #expect(ended.out.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        #expect(ended.error == "")
    }

    @Test(arguments: ["", "demo", "init", "watch", "run", "check", "models", "status", "simulate"])
    func `every command explains itself`(command: String) async throws {
        let ended = try await said(command.isEmpty ? ["--help"] : [command, "--help"])
        #expect(ended.code == 0)
        #expect(ended.out.contains("OVERVIEW: "))
        #expect(ended.out.contains(command.isEmpty ? "USAGE: renderdrop <subcommand>" : "USAGE: renderdrop \(command)"))
        #expect(ended.error == "")
    }

    @Test func `help tells the exit codes, and simulate how to point a client at it`() async throws {
        let help = try await said(["--help"]).out.replacing(/\s+/, with: " ")
        for words in [
            "0 done", "2 usage or configuration", "3 some jobs failed", "4 a job file is invalid",
            "5 the provider is out of reach", "7 key or account trouble", "8 a budget stopped it",
            "11 another renderdrop holds this workspace", "13 something needs a decision", "14 disk full",
            "15 a folder is out of reach", "130 interrupted",
        ] { #expect(help.contains(words)) }
        let simulate = try await said(["simulate", "--help"]).out
        #expect(simulate.contains("    export DASHSCOPE_HTTP_BASE_URL=http://127.0.0.1:8900/api/v1\n"))
        #expect(simulate.contains("    renderdrop run --base-url http://127.0.0.1:8900/api/v1\n"))
    }

    @Test(arguments: [
        ["--nonsense"], ["run", "--nonsense"], ["nonsense"], ["check"], ["watch", "--log-format", "xml"],
        ["run", "--config", "/no/such/watch.yaml"], ["status", "--config", "/no/such/watch.yaml"],
        ["simulate", "--port", "0", "--region", "mars"], ["demo", "--speed", "fast"],
    ])
    func `wrong usage is code 2, with words on standard error alone`(arguments: [String]) async throws {
        let ended = try await said(arguments)
        #expect(ended.code == 2)
        #expect(ended.out == "")
        #expect(!ended.error.isEmpty)
    }

    @Test(arguments: [
        ("intake: {setle: 1s}", "watch.yaml:1:10: error: unknown field `setle` in `intake` (did you mean `settle`?)"),
        ("intake: {settle: soon}", "watch.yaml:1:18: error: `settle` cannot be"),
        ("provider: {region: mars}", "watch.yaml:1:20: error:"), ("intake: [", "error:"),
        ("api_key: sk-1", "an API key does not belong in watch.yaml"),
        ("folders: {inbox: a, outbox: a}", "`inbox` and `outbox` are the same folder"),
    ])
    func `a wrong watch yaml is code 2 and told by line and column`(text: String, says: String) async throws {
        try await withWorkplace { place, _ in
            try Data(text.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
            try place.drop("boat.yaml", Workplace.sync)
            for command in ["run", "watch", "status"] {
                let ended = try await place.command(command, "--config", place.root)
                #expect(ended.code == 2)
                #expect(ended.error.contains(says), "\(ended.error)")
            }
            #expect(place.files("inbox") == ["boat.yaml"])
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions are written for common shells`(shell: String) async throws {
        let ended = try await said(["--generate-completion-script", shell])
        #expect(ended.code == 0)
        #expect(ended.out.contains("renderdrop") && ended.out.contains("simulate"))
    }

    @Test func `status of something unknown is code 2 and says what can be asked for`() async throws {
        try await withWorkplace { place, _ in
            let ended = try await place.command("status", "nobody", "--config", place.root)
            #expect(ended.code == 2)
            #expect(ended.error.contains("no job and no file named nobody"))
            #expect(try await place.command("status", "--config", place.root).out.contains("none active"))
        }
    }

    @Test func `the log can be JSON, a line an event`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run("--log-format", "json", "--json")
            #expect(run.code == 0)
            let lines = run.error.split(separator: "\n").map(String.init)
            let messages = try lines.map { try Workplace.json($0) }.compactMap { $0["message"]?.string }
            #expect(messages.count == lines.count)
            for message in ["rendering", "taken", "submitting", "rendered", "saved", "delivered", "done"] {
                #expect(messages.contains(message))
            }
            #expect(try Workplace.json(run.out)["done"]?.int == 1)
        }
    }

    @Test func `quiet is quiet`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run("--quiet")
            #expect(run.code == 0)
            #expect(run.out + run.error == "")
        }
    }

    private static let terminal = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

    @Test(.enabled(if: terminal, "needs script(1), which gives a program a terminal"), arguments: [nil, "1"])
    func `colour is for terminals, and NO_COLOR is honoured`(noColour: String?) async throws {
        try await withWorkplace { place, _ in
            try place.folder.write("boat.yaml", Workplace.sync.utf8)
            var environment = place.environment
            environment["TERM"] = "xterm-256color"
            environment["NO_COLOR"] = noColour
            let command = "'\(Child.renderdrop)' check --config '\(place.root)' boat.yaml"
            let ended = try await Child(
                "/usr/bin/script", ["-qec", command, "/dev/null"], environment: environment, folder: place.folder.path,
                log: place.folder("logs/terminal")
            ).ended()
            #expect(ended.code == 0)
            #expect(ended.out.contains("✓ boat.yaml"))
            #expect(ended.out.contains("\u{1B}[32m") == (noColour == nil))
            let plain = try await place.start(
                ["check", "--config", place.root, "boat.yaml"], changing: ["TERM": "xterm-256color"]
            ).ended()
            #expect(!plain.out.contains("\u{1B}"), "no terminal, no colour")
        }
    }

    @Test func `live progress on a terminal ends with what became of the jobs`() async throws {
        try #require(Self.terminal)
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            var environment = place.environment
            environment["TERM"] = "xterm"
            let command = "'\(Child.renderdrop)' run --config '\(place.root)' --base-url \(place.baseURL)"
            let ended = try await Child(
                "/usr/bin/script", ["-qec", command, "/dev/null"], environment: environment, folder: place.folder.path,
                log: place.folder("logs/terminal")
            ).ended()
            #expect(ended.code == 0)
            #expect(ended.out.contains("done → outbox/boat"))
            #expect(ended.out.contains("0.20 CNY"))
        }
    }

    @Test func `flags beat the environment, which beats watch yaml`() async throws {
        try await withWorkplace(provider: "base_url: \"http://127.0.0.1:1/api/v1\"") { place, simulator in
            try place.drop("boat.yaml", "prompt: A boat\nsize: 512*512\n")
            let run = try await place.start(
                ["run", "--config", place.root],
                changing: [
                    "DASHSCOPE_HTTP_BASE_URL": place.baseURL, "QWEN_IMAGE_MODEL": "qwen-image-2.0",
                    "DASHSCOPE_API_KEY": nil, "QWEN_API_KEY": place.key,
                ]
            ).ended()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.tasks().map(\.model) == ["qwen-image-2.0"])

            try place.drop("ship.yaml", "prompt: A ship\nsize: 512*512\nmodel: qwen-image-2.0\n")
            #expect(try await place.run(changing: ["DASHSCOPE_HTTP_BASE_URL": "http://127.0.0.1:2/api/v1"]).code == 0)
        }
    }

    @Test func `a reader that goes away does not end a run`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            let script = "{ \"$@\" || echo \"$?\" > code; } 2>&1 | true; cat code 2> none || echo 0"
            let ended = try await Child(
                "/usr/bin/env",
                [
                    "bash", "-c", script, "bash", Child.renderdrop, "run", "--config", place.root, "--base-url",
                    place.baseURL,
                ],
                environment: place.environment, folder: place.folder.path, log: place.folder("logs/pipe")
            ).ended()
            #expect(ended.out == "0\n")
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
        }
    }

    @Test func `the demo renders the samples and leaves its workspace`() async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        // Somebody's account of another provider is left alone.
        let ended = try await WaveSpeedSimulator().withRunning { other in
            let ended = try await place.start(
                ["demo", place.root, "--speed", "100"],
                changing: [
                    "DASHSCOPE_API_KEY": nil, "WAVESPEED_API_KEY": "ws-somebody", "WAVESPEED_BASE_URL": other.baseURL,
                ]
            ).ended()
            #expect(other.requests.isEmpty, "\(other.requests.map(\.path))")
            return ended
        }
        #expect(ended.code == 0, "\(ended.error)")
        for words in ["orange-cat", "paper-lighthouse", "tin-robot", "failed/broken/ERROR.txt", place.root] {
            #expect(ended.out.contains(words))
        }
        #expect(place.files("outbox").filter { $0.hasSuffix(".png") }.count == 5)
        let shown = String(decoding: try sample("Tests/Fixtures/broken-shown.txt"), as: UTF8.self)
        #expect(try place.text("failed/broken/ERROR.txt").contains(shown.trimmingCharacters(in: .newlines)))
        try place.close()
    }

    @Test(arguments: [("wavespeed", "red-hat"), ("qwen-proxy", "red-kite")])
    func `the demo renders with another provider, too`(provider: String, job: String) async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.start(
            ["demo", place.root, "--speed", "100", "--provider", provider], changing: ["DASHSCOPE_API_KEY": nil]
        ).ended()
        #expect(ended.code == 0, "\(ended.out)\(ended.error)")
        let request = try place.json("outbox/\(job)/\(job).json")["request"]
        #expect(request?["provider"]?.string == provider)
        #expect(place.has("outbox/orange-cat/orange-cat-1.png"))
        try place.close()
    }

    @Test func `the whole demo renders every family, and its page leads to files only`() async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.start(
            ["demo", place.root, "--all", "--speed", "400"], changing: ["DASHSCOPE_API_KEY": nil]
        ).ended()
        #expect(ended.code == 0, "\(ended.out)\(ended.error)")
        #expect(ended.out.contains("Contact sheet: \(place.root)/outbox/index.html"))
        let page = try place.text("outbox/index.html")
        let links = page.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.output.1) }
        #expect(links.count > 20)
        for link in links { #expect(place.has("outbox/" + (link.removingPercentEncoding ?? link)), "\(link)") }
        let others = ["broken.yaml", "many.yaml", "matrix.yaml"]
        let samples = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "samples").path)
            .filter { $0.hasSuffix(".yaml") && !others.contains($0) }
        #expect(samples.count > 10)
        for name in samples + ["red-hat.yaml", "red-kite.yaml"] {
            #expect(page.contains("<h2>\(name.dropLast(5))</h2>"), "\(name)")
        }
        #expect(page.contains(/<span class="dim">[0-9.]+ s, [0-9]+×[0-9]+<\/span>/), "a film's length and size")
        #expect(page.contains("short stand-ins") && !page.contains("![]("))
        for shown in ["<img src=", "<video controls", "<pre>"] { #expect(page.contains(shown)) }
        try place.close()
    }
}
