import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Pictures that stayed in the inbox because another job might have named them follow their job once none does.
@Suite struct LeftPictureTests {
    private let bench: Bench

    init() throws {
        bench = try Bench { $0.intake.settleSeconds = 5 }
    }

    private func newScanner(_ change: (inout EngineParts) -> Void = { _ in }) -> InboxScanner {
        var parts = bench.parts()
        change(&parts)
        let events = EngineEvents()
        return InboxScanner(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
    }

    private static func edit(_ pictures: String...) -> String {
        "prompt: a red hat\nmodel: qwen-image-edit-plus\nreferences: [\(pictures.joined(separator: ", "))]\n"
    }

    /// A job with its picture, while the next job file is still being written.
    private func claimBesideGrowing(_ scanner: InboxScanner) async throws -> JobID {
        try bench.dropPicture("IMG_0000.png")
        try bench.drop("a.yaml", Self.edit("IMG_0000.png"))
        _ = try await scanner.look()
        bench.clock.advance(by: .seconds(5))
        try bench.drop("b.yaml", "prompt: a tin robot\n")
        let job = try #require(try await scanner.look().claimed.first)
        #expect(bench.files("inbox").contains("IMG_0000.png"), "b.yaml may name it")
        return job
    }

    @Test func `six jobs and six pictures, one after the other, leave nothing behind`() async throws {
        let scanner = newScanner()
        for number in 0..<6 {
            try bench.dropPicture("IMG_\(number).png", "\(number)")
            try bench.drop("job-\(number).yaml", Self.edit("IMG_\(number).png"))
            _ = try await scanner.look()
            bench.clock.advance(by: .seconds(3))
        }
        for _ in 0..<4 {
            _ = try await scanner.look()
            bench.clock.advance(by: .seconds(5))
        }
        #expect(bench.files("inbox") == [])
        #expect(await bench.jobs().count == 6)
        #expect(bench.files("working").filter { $0.hasSuffix(".png") }.count == 6)
        #expect(await bench.ledger.leftPictures() == [])
    }

    @Test func `it goes once the other job is known to name something else`() async throws {
        let scanner = newScanner()
        _ = try await claimBesideGrowing(scanner)
        bench.clock.advance(by: .seconds(5))
        _ = try await scanner.look()
        #expect(bench.files("inbox") == [])
        #expect(bench.files("working").filter { $0.hasSuffix("IMG_0000.png") }.count == 1)
    }

    @Test func `over a restart, and after its job has ended, too`() async throws {
        let job = try await claimBesideGrowing(newScanner())
        try bench.remove("inbox/b.yaml")
        #expect(await bench.ledger.leftPictures().map(\.job) == [job])
        // The batch renders the job; the picture follows it wherever it is by then.
        #expect(try await bench.run().jobsDone == 1)
        try await bench.run()
        #expect(bench.files("inbox") == [])
        #expect(bench.files("archive").filter { $0.hasSuffix("IMG_0000.png") }.count == 1)
        #expect(await bench.ledger.leftPictures() == [])
    }

    @Test func `one that a waiting job names stays for it`() async throws {
        let scanner = newScanner()
        _ = try await claimBesideGrowing(scanner)
        try bench.drop("b.yaml", Self.edit("img_0000.PNG", "missing.png"))
        for _ in 0..<3 {
            bench.clock.advance(by: .seconds(5))
            _ = try await scanner.look()
        }
        #expect(bench.files("inbox").contains("IMG_0000.png"))
        try bench.dropPicture("missing.png")
        for _ in 0..<2 {
            bench.clock.advance(by: .seconds(5))
            _ = try await scanner.look()
        }
        #expect(bench.files("inbox") == [])
    }

    @Test func `another picture under the same name is nobody's yet, and stays`() async throws {
        let scanner = newScanner()
        _ = try await claimBesideGrowing(scanner)
        try bench.dropPicture("IMG_0000.png", "another")
        for _ in 0..<3 {
            bench.clock.advance(by: .seconds(5))
            _ = try await scanner.look()
        }
        #expect(bench.files("inbox").contains("IMG_0000.png"))
        #expect(await bench.ledger.leftPictures() == [])
    }

    @Test func `a folder that is away for a moment loses none`() async throws {
        let gone = Failure(code: "folder_gone", message: "gone", advice: "", fault: .folder, retryable: true)
        let tries = Counter()
        let scanner = newScanner { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, _ in
                if call == "move on", tries.add() == 1 { throw gone }
            }
        }
        _ = try await claimBesideGrowing(scanner)
        bench.clock.advance(by: .seconds(5))
        _ = try await scanner.look()
        #expect(bench.files("inbox").contains("IMG_0000.png"))
        _ = try await scanner.look()
        #expect(bench.files("inbox") == [])
    }
}
