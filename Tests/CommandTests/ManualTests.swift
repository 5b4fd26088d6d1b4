import Foundation
import RenderTestSupport
import Testing

/// renderdrop(1), as `make dist` packs it.
@Suite(.timeLimit(.minutes(15))) struct ManualTests {
    private func manual() async throws -> String {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let ended = try await place.command("manual")
        #expect(ended.code == 0 && ended.error == "")
        try place.close()
        return ended.out
    }

    private static func plain(_ roff: String) -> String {
        roff.replacing("\\-", with: "-").replacing("\\(dq", with: "\"").replacing(/\\f[BIR]/, with: "")
    }

    @Test func `it has every command with its options, and every variable of README`() async throws {
        let page = Self.plain(try await manual())
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        let help = try await place.command("--help").out
        let commands = try #require(help.split(separator: "SUBCOMMANDS:").last).matches(of: #/\n  ([a-z]+)\s/#)
            .map { String($0.output.1) }
        #expect(commands.count > 10 && !commands.contains("manual"))
        for command in commands {
            #expect(page.contains(".SS \"renderdrop \(command)"), "\(command)")
            for option in try await place.command(command, "--help").out.matches(of: /\n  (?:-[a-z], )?(--[a-z-]+)/) {
                #expect(page.contains(option.output.1), "\(command) \(option.output.1)")
            }
        }
        let readme = String(decoding: try sample("README.md"), as: UTF8.self)
        let variables = try #require(
            readme.split(separator: "## Environment variables").last?.split(separator: "\n## ").first)
        for line in variables.split(separator: "\n") where line.hasPrefix("| `") {
            let names = line.split(separator: "|").first.map { $0.matches(of: /`([A-Z_]+)`/).map(\.output.1) } ?? []
            #expect(!names.isEmpty)
            for name in names { #expect(page.contains(name), "\(name)") }
        }
        try place.close()
    }

    private static let checker = ["/usr/bin/mandoc"].first(where: FileManager.default.isExecutableFile)

    @Test(.enabled(if: checker != nil, "needs mandoc; make test-tools installs it"))
    func `its roff is clean`() async throws {
        let place = try Workplace(baseURL: "http://127.0.0.1:1/api/v1")
        try place.folder.write("renderdrop.1", try await manual().utf8)
        let ended = try await Child(
            try #require(Self.checker), ["-T", "lint", "-W", "warning", "renderdrop.1"], environment: place.environment,
            folder: place.folder.path, log: place.folder("logs/mandoc")
        ).ended()
        // The page has a version and no date.
        let faults = (ended.out + ended.error).split(separator: "\n").filter { !$0.contains("missing date") }
        #expect(faults == [])
        try place.close()
    }
}
