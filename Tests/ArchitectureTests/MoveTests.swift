import Foundation
import Testing

/// `RenderMachine` alone decides where a render goes. A ledger writes its steps, and sets no state of its own.
@Suite struct MoveTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// Names of the files of a target, or of all, whose code fits the pattern.
    private static func files(with pattern: String, in target: String = "") throws -> Set<String> {
        let paths = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }
        return Set(
            try paths.filter { $0.hasPrefix(target) && $0.hasSuffix(".swift") }.filter { path in
                let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
                return Pattern.isFound(pattern, in: Pattern.removing(#"//[^\n]*"#, from: text))
            }.map { ($0 as NSString).lastPathComponent })
    }

    @Test func `only the machine makes steps`() throws {
        #expect(try Self.files(with: #"(?<![\w.])Step\("#) == ["RenderMachine+Steps.swift"])
    }

    @Test func `SQL sets a render's state in one place, which only the writer of steps uses`() throws {
        #expect(try Self.files(with: #"UPDATE renders SET[^"]*?(?<![\w.])state\s*="#) == ["RenderRow.swift"])
        #expect(try Self.files(with: #"RenderRow\.move\("#) == ["StepWriter.swift"])
    }

    @Test func `the ledger in memory sets a render's state in one place`() throws {
        let found = try Self.files(with: #"renders\[[^\]]*\]\??\.state ="#, in: "RenderTestSupport/")
        #expect(found == ["MemoryLedger+Steps.swift"])
    }

    @Test(arguments: [
        "UPDATE renders SET state = 'queued'", "UPDATE renders SET since = 1,\n    state = 'canceled' WHERE job = ?",
    ])
    func `another statement that moves renders would be found`(sql: String) {
        #expect(Pattern.isFound(#"UPDATE renders SET[^"]*?(?<![\w.])state\s*="#, in: sql))
    }
}
