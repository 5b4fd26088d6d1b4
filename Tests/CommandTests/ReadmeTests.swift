import DashScopeSimulator
import Foundation
import RenderTestSupport
import Testing

/// The README's commands work as they stand: every `sh` block below a line `<!-- test -->` is run.
@Suite(.timeLimit(.minutes(15))) struct ReadmeTests {
    private static let text = try? String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)

    struct Block: Sendable, CustomTestStringConvertible {
        var line: Int
        var script: String
        var testDescription: String { "README.md:\(line)" }
    }

    static let blocks: [Block] = {
        var blocks: [Block] = []
        var isMarked = false
        var script: (line: Int, lines: [Substring])?
        for (index, line) in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = script {
                if line.hasPrefix("```") {
                    blocks.append(Block(line: open.line, script: open.lines.joined(separator: "\n")))
                    script = nil
                } else {
                    script?.lines.append(line)
                }
            } else if line.contains("<!-- test -->") {
                isMarked = true
            } else if !line.allSatisfy(\.isWhitespace) {
                if isMarked, line.hasPrefix("```sh") { script = (index + 1, []) }
                isMarked = false
            }
        }
        return blocks
    }()

    @Test(.enabled(if: text != nil, "there is no README.md"))
    func `the README has commands to test`() {
        #expect(!Self.blocks.isEmpty)
    }

    @Test(.enabled(if: text != nil, "there is no README.md"), arguments: blocks)
    func `a block of commands runs as it stands`(block: Block) async throws {
        try await Simulator(options: .quick).withRunning { simulator in
            let place = try Workplace(baseURL: simulator.baseURL)
            try FileManager.default.createSymbolicLink(
                atPath: place.folder("samples"), withDestinationPath: repository.appending(path: "samples").path)
            var environment = place.environment
            let binary = (Child.renderdrop as NSString).deletingLastPathComponent
            environment["PATH"] = binary + ":" + (environment["PATH"] ?? "")
            environment["DASHSCOPE_HTTP_BASE_URL"] = simulator.baseURL
            let ended = try await Child(
                "/usr/bin/env", ["bash", "-euo", "pipefail", "-c", block.script], environment: environment,
                folder: place.folder.path, log: place.folder("logs/readme")
            ).ended()
            #expect(ended.code == 0, "\(block.script)\n\(ended.out)\(ended.error)")
            try place.close()
        }
    }
}
