import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// Puts a text chunk before the end of each PNG.
struct LabellingTransform: DeliveryTransform {
    static let label = "made by a machine"

    var name: String { "label" }
    func rewrites(_ result: ReceivedResult) -> Bool { result.mediaType == "image/png" }

    func rewrite(
        _ result: ReceivedResult, read: @Sendable (_ offset: Int) async throws -> [UInt8], into target: any StagedFile
    ) async throws {
        var bytes: [UInt8] = []
        while true {
            let chunk = try await read(bytes.count)
            if chunk.isEmpty { break }
            bytes += chunk
        }
        let text = Array("Comment\0\(Self.label)".utf8)
        let length = withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) }
        // Nobody here checks the sum of a chunk.
        bytes.insert(contentsOf: length + Array("tEXt".utf8) + text + [0, 0, 0, 0], at: bytes.count - 12)
        try await target.append(bytes)
    }
}

/// A transform that does what a test says.
private struct ScriptedTransform: DeliveryTransform {
    var name: String { "label" }
    var isMeant = true
    let script: @Sendable (any StagedFile) async throws -> Void

    func rewrites(_ result: ReceivedResult) -> Bool { isMeant }

    func rewrite(
        _ result: ReceivedResult, read: @Sendable (_ offset: Int) async throws -> [UInt8], into target: any StagedFile
    ) async throws {
        try await script(target)
    }
}

/// The seam between a complete download and its publication.
@Suite(.timeLimit(.minutes(5))) struct DeliveryTransformTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.drop("cat.yaml", Bench.sync)
    }

    private func published() throws -> Data {
        try #require(FileManager.default.contents(atPath: bench.place("outbox/cat/cat-1.png")))
    }

    @Test func `a rewritten picture is published, and the record has both digests`() async throws {
        let outcome = try await bench.run { $0.transform = LabellingTransform() }
        #expect(outcome.jobsDone == 1)
        #expect(try published().range(of: Data(LabellingTransform.label.utf8)) != nil)
        let output = try #require(try await bench.history().outputs.first)
        #expect(try output.bytes == published().count)
        let received = try #require(output.receivedSHA256)
        #expect(received != output.sha256)
        let sidecar = try #require(bench.text("outbox/cat/cat.json"))
        #expect(sidecar.contains(#""sha256": "\#(output.sha256)""#))
        #expect(sidecar.contains(#""sha256_received": "\#(received)""#))
        #expect(bench.staged.isEmpty)
    }

    @Test func `a result that waited in the spool is rewritten, too`() async throws {
        try bench.move("outbox/.renderdrop-folder", "outbox-marker")
        #expect(try await bench.run { $0.transform = LabellingTransform() }.codes == ["folder_gone"])
        try bench.move("outbox-marker", "outbox/.renderdrop-folder")
        try await bench.run { $0.transform = LabellingTransform() }
        #expect(try published().range(of: Data(LabellingTransform.label.utf8)) != nil)
        #expect(bench.kept.isEmpty && bench.staged.isEmpty)
    }

    @Test func `a transform that does not want a result leaves it as it came`() async throws {
        try await bench.run { $0.transform = ScriptedTransform(isMeant: false) { _ in Issue.record("called") } }
        #expect(try await bench.history().outputs.first?.receivedSHA256 == nil)
    }

    private struct Broken: Error {}

    static let troubles: [@Sendable (any StagedFile) async throws -> Void] = [
        { _ in throw Broken() }, { _ in },
        { try await $0.append(Array("no picture".utf8)) },
        { try await $0.append(Array(Fixtures.png(width: 8, height: 8).prefix(40))) },
    ]

    @Test(arguments: Array(0..<4)) func `what a transform cannot rewrite is delivered as it came, with a warning`(
        trouble: Int
    ) async throws {
        var parts = bench.parts()
        parts.transform = ScriptedTransform(script: Self.troubles[trouble])
        let engine = Engine(parts)
        let events = engine.events.stream()
        #expect(try await engine.run(.drain(wait: false)).jobsDone == 1)
        var warnings: [String] = []
        for await event in events { if case .warning(let words) = event.kind { warnings.append(words) } }
        #expect(warnings.count == 1 && warnings[0].contains("label could not rewrite it"), "\(warnings)")
        let output = try #require(try await bench.history().outputs.first)
        #expect(output.receivedSHA256 == nil)
        #expect(bench.staged.isEmpty)
    }

    @Test func `a disk that fills up while a result is rewritten is waited for`() async throws {
        let isFull = Atomic(true)
        let full = ScriptedTransform { target in
            if isFull.exchange(false, ordering: .relaxed) { throw Failure.full }
            try await target.append(Fixtures.png(width: 1328, height: 1328, tail: "rewritten"))
        }
        #expect(try await bench.run { $0.transform = full }.jobsDone == 1)
        #expect(try published().range(of: Data("rewritten".utf8)) != nil)
        #expect(await bench.service.submits.count == 1)
    }
}
