import DashScopeSimulator
import Foundation
import RenderTestSupport
import Testing

/// The README's commands work in the order in which they stand: each `sh` block below a comment `<!-- test -->` is run in a shell of its
/// own, in a new folder, without a key, with the same home.
@Suite(.timeLimit(.minutes(15))) struct ReadmeTests {
    private static let text = try? String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)

    struct Block: Sendable {
        /// What the comment says besides `test`.
        var mark: String
        var line: Int
        var script: String
    }

    static let blocks: [Block] = {
        var blocks: [Block] = []
        var mark: String?
        var block: Block?
        for (index, line) in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = block {
                if line.hasPrefix("```") {
                    blocks.append(open)
                    block = nil
                } else {
                    block?.script += line + "\n"
                }
            } else if let found = line.firstMatch(of: /<!-- test(?:: (.+))? -->/) {
                mark = String(found.output.1 ?? "")
            } else if !line.allSatisfy(\.isWhitespace) {
                if let mark, line.hasPrefix("```sh") { block = Block(mark: mark, line: index + 1, script: "") }
                mark = nil
            }
        }
        return blocks
    }()

    @Test(.enabled(if: text != nil, "there is no README.md"))
    func `the README has commands to test`() {
        #expect(Self.blocks.count >= 5)
        for mark in ["starts a watcher", "the watcher delivers lighthouse", ""] {
            #expect(Self.blocks.contains { $0.mark == mark })
        }
    }

    @Test(.enabled(if: text != nil, "there is no README.md"))
    func `its blocks run in their order, each from any folder and in a new terminal`() async throws {
        try await Simulator(options: .quick).withRunning { simulator in
            let place = try Workplace(baseURL: simulator.baseURL)
            var environment = place.environment
            let binary = (Child.renderdrop as NSString).deletingLastPathComponent
            environment["PATH"] = binary + ":" + (environment["PATH"] ?? "")
            environment["DASHSCOPE_HTTP_BASE_URL"] = simulator.baseURL
            environment["DASHSCOPE_API_KEY"] = nil
            var watcher: Child?
            for (number, block) in Self.blocks.enumerated() {
                let folder = place.folder("terminal-\(number)")
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                // `exec` for the last command, so that a signal reaches it and not the shell.
                let script = block.script.replacing(/(?m)^renderdrop watch/, with: "exec renderdrop watch")
                let shell = try Child(
                    "/usr/bin/env", ["bash", "-euo", "pipefail", "-c", script], environment: environment,
                    folder: folder, log: place.folder("logs/readme-\(number)"))
                if block.mark == "starts a watcher" {
                    try await shell.says("watching")
                    watcher = shell
                    continue
                }
                let ended = try await shell.ended()
                #expect(ended.code == 0, "README.md:\(block.line)\n\(block.script)\n\(ended.out)\(ended.error)")
                guard let job = block.mark.firstMatch(of: /^the watcher delivers (.+)$/)?.output.1 else { continue }
                let running = try #require(watcher)
                try await eventually("README.md:\(block.line) is delivered") {
                    if running.hasEnded { throw Late(description: "the watcher ended: " + running.error) }
                    return place.has("outbox/\(job)/\(job).json") && place.has("outbox/\(job)/\(job)-1.png")
                }
                running.send(SIGINT)
                #expect(try await running.ended().code == 0)
                watcher = nil
            }
            try place.close()
        }
    }
}
