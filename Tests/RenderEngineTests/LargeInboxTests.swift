import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Decisions that are kept while nothing changes end when something does.
@Suite struct LargeInboxTests {
    private let bench: Bench
    private let scanner: InboxScanner

    init() throws {
        bench = try Bench()
        scanner = InboxScanner(
            parts: bench.parts(), events: EngineEvents(),
            outages: OutageRetry(parts: bench.parts(), events: EngineEvents(), shutdown: Shutdown(), patience: nil))
        for number in 0..<20 {
            try bench.drop(
                "edit-\(number).yaml",
                "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [missing-\(number).png]\n")
        }
        for number in 0..<50 { try bench.dropPicture("IMG_\(number).png") }
    }

    private func rest() async throws -> ScanResult {
        _ = try await scanner.look()
        _ = try await scanner.look()
        return try await scanner.look()
    }

    @Test func `a picture that arrives lets its own job go, and the others wait as before`() async throws {
        let before = try await rest()
        #expect(before.held == 20 && before.claimed.isEmpty && before.waiting.count == 70)
        try bench.dropPicture("missing-3.png")
        let after = try await scanner.look()
        #expect(after.claimed.count == 1 && after.held == 19)
        #expect(after.next == before.next)
        let rest = Set(before.waiting.map(\.path)).subtracting(["edit-3.yaml"])
        #expect(Set(after.waiting.map(\.path)) == rest)
    }

    @Test func `what waits for a file is taken at its time, though nothing changes`() async throws {
        let before = try await rest()
        #expect(before.held == 20)
        bench.clock.advance(by: .seconds(599))
        #expect(try await scanner.look().claimed.isEmpty)
        bench.clock.advance(by: .seconds(2))
        #expect(try await scanner.look().claimed.count == 20)
    }

    @Test func `a job that arrives among many that wait is taken at once`() async throws {
        _ = try await rest()
        try bench.drop("urgent.yaml")
        let after = try await scanner.look()
        #expect(after.claimed.count == 1 && after.held == 20)
        #expect(try await scanner.look().waiting.count == 70)
    }

    @Test func `the list for status has every file, and can be read back`() async throws {
        let before = try await rest()
        let text = try #require(bench.text(".renderdrop/waiting.json"))
        let list = try #require(WaitingList(json: .init(text.utf8)))
        #expect(list.files.map(\.file) == before.waiting.map(\.path).sorted())
        #expect(list.files.first?.why == before.waiting.first { $0.path == list.files.first?.file }?.reason)
    }
}
