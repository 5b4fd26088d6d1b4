import Foundation
import HotFolder
import RenderCore
import RenderTestSupport
import RenderYAML
import Testing

@testable import RenderEngine

/// A list of prompts: each line that is not blank is a request.
private struct PromptListReader: DropReader {
    var kind: String { "prompt-list" }
    func recognizes(_ name: String) -> Bool { name.hasSuffix(".prompts") }

    func read(_ drop: Drop) -> DropReading {
        let text = String(decoding: drop.bytes, as: UTF8.self)
        var requests: [DropRequest] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty else { continue }
            requests.append(request(String(line), line: index + 1))
        }
        return DropReading(kind: kind, text: text, requests: requests, isBlank: requests.isEmpty)
    }

    /// `prompt`, or `prompt | model`.
    private func request(_ line: String, line number: Int) -> DropRequest {
        let mark = Mark(line: number, column: 1)
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let fields = zip(["prompt", "model"], cells).map { name, cell in
            DocumentNode.Entry(
                key: Marked(name, at: mark), value: DocumentNode(.scalar(text: cell, plain: false), at: mark))
        }
        let decoded = SpecDecoding(rendersMax: 1, families: []).specs([DocumentNode(.mapping(fields), at: mark)])
        return DropRequest(label: "line \(number)", specs: decoded.specs, diagnostics: decoded.diagnostics)
    }
}

/// A photo that is a job by itself: its name is all that is read.
private struct PhotoReader: DropReader {
    var kind: String { "photo" }
    var bytesMax: Int { 0 }
    func recognizes(_ name: String) -> Bool { name.hasSuffix(".png") }

    func read(_ drop: Drop) -> DropReading {
        var spec = JobSpec(mark: .start)
        spec.prompt = Marked("a red hat", at: .start)
        spec.model = Marked("qwen-image-edit-plus", at: .start)
        spec.references = [Marked(drop.name, at: .start)]
        return DropReading(kind: kind, text: "", requests: [DropRequest(specs: [spec], diagnostics: [])])
    }
}

/// A photo whose prompt is the first line of the text beside it; each further line names another reference.
private struct CaptionedPhotoReader: DropReader {
    var kind: String { "captioned-photo" }
    var bytesMax: Int { 1 << 20 }
    var furtherBytesMax: Int { 100 }
    func recognizes(_ name: String) -> Bool { name.hasSuffix(".png") && name != "hat.png" }
    func furtherNames(of name: String) -> [String] { [name.dropLast(4) + ".txt", name.dropLast(4) + ".missing"] }

    func read(_ drop: Drop) -> DropReading {
        var request = DropRequest(specs: [], diagnostics: [])
        if drop.bytes.starts(with: [0x89, 0x50]), let text = drop.further.first?.bytes {
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            var spec = JobSpec(mark: .start)
            spec.prompt = Marked(lines.first ?? "", at: .start)
            spec.model = Marked("wan2.5-i2i-preview", at: .start)
            spec.references = ([drop.name] + lines.dropFirst()).map { Marked($0, at: .start) }
            request.specs = [spec]
        } else {
            let what = drop.further.isEmpty ? "there is no text beside it" : "the text beside it is too long"
            request.diagnostics = [Diagnostic(what, at: .start, advice: "write a short one")]
        }
        return DropReading(kind: kind, text: "", requests: [request])
    }
}

/// Kinds of drops beside job files: a reader, and one line that lists it.
@Suite(.timeLimit(.minutes(5))) struct DropReaderTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A batch with these readers, and its warnings.
    private func run(_ readers: any DropReader...) async throws -> (outcome: Engine.Outcome, warnings: [String]) {
        var parts = bench.parts()
        parts.furtherReaders = readers
        let engine = Engine(parts)
        let events = engine.events.stream()
        let outcome = try await engine.run(.drain(wait: false))
        var warnings: [String] = []
        for await event in events { if case .warning(let words) = event.kind { warnings.append(words) } }
        return (outcome, warnings)
    }

    @Test func `a bad row does not spoil the good ones, and is named`() async throws {
        try bench.drop(
            "night.prompts", "a tin robot|qwen-image-max\n\na cat|no-such-model\na lighthouse|qwen-image-max\n")
        let (outcome, warnings) = try await run(PromptListReader())
        #expect(outcome.jobsDone == 1 && outcome.jobsFailed == 0)
        #expect(await bench.service.submits.map(\.prompt) == ["a tin robot", "a lighthouse"])
        #expect(await bench.service.submits.map(\.number) == [1, 2])
        #expect(bench.files("outbox").count { $0.hasSuffix(".png") } == 2)
        #expect(warnings.count == 1 && warnings[0].hasPrefix("line 3 is not rendered: "), "\(warnings)")
    }

    @Test func `a drop with no good row fails with the errors of all`() async throws {
        try bench.drop("night.prompts", "a cat|no-such-model\na dog|another\n")
        let (outcome, warnings) = try await run(PromptListReader())
        #expect(outcome.jobsFailed == 1 && warnings.isEmpty)
        let text = try #require(bench.text("failed/night.prompts/ERROR.txt"))
        #expect(text.contains("no-such-model") && text.contains("another"))
        #expect(await bench.service.submits.isEmpty)
    }

    @Test func `a photo can be a drop, and is its own reference`() async throws {
        try bench.dropPicture("cat.png")
        let (outcome, _) = try await run(PhotoReader())
        #expect(outcome.jobsDone == 1)
        let plan = try #require(await bench.service.submits.first)
        #expect(plan.references.map(\.name) == ["cat.png"])
        #expect(bench.files("archive") == ["cat/cat.png", "cat/journal.jsonl"])
        #expect(bench.files("inbox").isEmpty)
    }

    @Test func `the same photo under the name of a job at work makes no second job`() async throws {
        try bench.dropPicture("cat.png")
        // The key is refused: the job stays in the queue.
        let unpaid = Failure(code: "Arrearage", message: "unpaid", advice: "pay", fault: .account, retryable: false)
        await bench.service.say { $0.usual = .refused(unpaid) }
        _ = try await run(PhotoReader())
        #expect(await bench.jobs().map(\.state) == [.active])
        try bench.dropPicture("cat.png")
        _ = try await run(PhotoReader())
        #expect(await bench.jobs().count == 1)
    }

    @Test func `a picture and the text beside it are one drop, and both are read and taken`() async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("cat.txt", "a red hat\n")
        let (outcome, _) = try await run(CaptionedPhotoReader())
        #expect(outcome.jobsDone == 1)
        let plan = try #require(await bench.service.submits.first)
        #expect(plan.prompt == "a red hat" && plan.references.map(\.name) == ["cat.png"])
        #expect(bench.files("archive") == ["cat/cat.png", "cat/cat.txt", "cat/journal.jsonl"])
        #expect(bench.files("inbox").isEmpty)
    }

    @Test(
        arguments: [
            (String?.none, "there is no text beside it"),
            (String(repeating: "a", count: 101), "the text beside it is too long"),
        ] as [(String?, String)])
    func `of a further file no more is read than its reader takes`(text: String?, words: String) async throws {
        try bench.dropPicture("cat.png")
        if let text { try bench.drop("cat.txt", text) }
        let (outcome, _) = try await run(CaptionedPhotoReader())
        #expect(outcome.jobsFailed == 1)
        #expect(bench.text("failed/cat/ERROR.txt")?.contains(words) == true)
        #expect(await bench.service.submits.isEmpty)
    }

    private func newScanner() -> InboxScanner {
        var parts = bench.parts()
        parts.furtherReaders = [CaptionedPhotoReader()]
        let events = EngineEvents()
        return InboxScanner(
            parts: parts, events: events,
            outages: OutageRetry(parts: parts, events: events, shutdown: Shutdown(), patience: nil))
    }

    @Test func `a further file that changes is read again`() async throws {
        try bench.dropPicture("cat.png")
        try bench.drop("cat.txt", "a red hat\nhat.png\n")
        let scanner = newScanner()
        let waiting = try await scanner.look()
        #expect(waiting.claimed.isEmpty && waiting.held == 1)
        #expect(waiting.waiting.map(\.name) == ["cat.png"], "the text belongs to it")
        try bench.drop("cat.txt", "a blue hat\n")
        #expect(try await scanner.look().claimed.count == 1)
        #expect(await bench.ledger.renders(in: [.queued], limit: nil).map(\.plan.prompt) == ["a blue hat"])
    }

    @Test func `a claim that is gone on with reads the further file that was taken, and takes the one that was not`()
        async throws
    {
        for isTaken in [true, false] {
            let bench = try Bench()
            let id = Fixtures.jobID()
            try bench.place.write("working/\(id)/cat.png", Fixtures.png(width: 800, height: 800))
            try bench.place.write("working/\(id)/.renderdrop-job", Array("\(id)\n".utf8))
            try bench.place.write((isTaken ? "working/\(id)/" : "inbox/") + "cat.txt", Array("a red hat".utf8))
            let claim = ClaimLine(
                id: id, source: "cat.png", file: "cat.png", folder: "", droppedAt: bench.now, retryOf: nil)
            try await FolderWorkspace(bench.folders).journal(id, claim.line(at: bench.now), .now)
            var parts = bench.parts()
            parts.furtherReaders = [CaptionedPhotoReader()]
            let engine = Engine(parts)
            #expect(try await engine.run(.drain(wait: false)).jobsDone == 1)
            #expect(await bench.service.submits.map(\.prompt) == ["a red hat"])
            #expect(bench.files("archive").contains { $0.hasSuffix("cat.txt") } && bench.files("inbox").isEmpty)
        }
    }

    @Test func `what no reader recognizes stays in the inbox`() async throws {
        try bench.drop("night.prompts", "a cat\n")
        try await bench.run()
        #expect(bench.files("inbox").contains("night.prompts"))
        #expect(await bench.jobs().isEmpty)
    }
}
