import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Results that are films, and answers with text.
@Suite(.timeLimit(.minutes(5))) struct FilmTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    /// A job whose film the provider has made.
    private func filmed() async throws {
        let task = TaskID("t")
        let render = try await bench.past(.following(task)) { $0.medium = .film }
        let plan = try #require(await bench.ledger.history(of: render)?.render.plan)
        await service.addTask(task, plan)
    }

    private func sidecar(_ path: String) throws -> JSONValue {
        let text = try #require(bench.text("outbox/" + path))
        return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    /// The words of every trouble that was told.
    private func troubles(_ events: [EngineEvent]) -> [String] {
        events.compactMap { if case .trouble(let failure) = $0.kind { failure.message } else { nil } }
    }

    // MARK: - Films

    @Test(arguments: [false, true]) func `a film is delivered with its size and its length`(isKept: Bool) async throws {
        await service.say { $0.film = Fixtures.film(width: 1920, height: 1080, milliseconds: 5040, isBehind: true) }
        try await filmed()
        let isBack = Flag()
        let outcome = try await bench.run { parts in
            guard isKept else { return }
            // The outbox is away until the film lies in the spool.
            parts.outbox = HookedOutbox(parts.outbox) { [bench] _ in
                if bench.kept.contains(where: { $0.count == 64 }) { isBack.set() }
                if !isBack.isSet { throw Failure.away }
            }
        }
        #expect(outcome.jobsDone == 1)
        #expect(bench.files("outbox") == ["cat/cat-1.mp4", "cat/cat.json"])
        let output = try #require(try await bench.history().outputs.first)
        #expect(output.mediaType == "video/mp4" && output.durationSeconds == 5.04)
        #expect(output.width == 1920 && output.height == 1080)
        #expect(output.bytes == Fixtures.film(isBehind: true).count)
        let told = try sidecar("cat/cat.json")["outputs"]?.array?.first
        #expect(told?["duration"]?.double == 5.04 && told?["width"]?.int == 1920)
        #expect(told?["media_type"]?.string == "video/mp4" && told?["file"]?.string == "cat-1.mp4")
        #expect(bench.kept.isEmpty)
    }

    @Test func `a film that was cut is fetched again`() async throws {
        await service.say { $0.bodyScript = [Array($0.film.dropLast(9)), Array($0.film.prefix(40))] }
        try await filmed()
        let events = try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        #expect(await service.downloads.count == 3)
        let length = Fixtures.film().count - 9
        let told = troubles(events).filter { $0.hasPrefix("the file for output") }
        #expect(told == ["the file for output 1 is an mp4 file that was cut off after \(length) bytes"])
        #expect(bench.files("outbox") == ["cat/cat-1.mp4", "cat/cat.json"])
        #expect(try await bench.history().spend.map(\.state) == [.settled])
    }

    @Test(arguments: [
        Array("<html>log in</html>".utf8), Fixtures.png(width: 64, height: 64), Fixtures.film(handler: "soun"),
    ])
    func `what is no film is not delivered as one, and waits for the link's end`(bytes: [UInt8]) async throws {
        await service.say { $0.film = bytes }
        try await filmed()
        let outcome = try await bench.run()
        #expect(outcome.unreachable?.code == "output_not_whole")
        #expect(outcome.unreachable?.message.contains("is not a film (\(bytes.count) bytes)") == true)
        #expect(outcome.jobsFailed == 0)
        #expect(bench.files("outbox").isEmpty)
        await service.say { $0.film = Fixtures.film() }
        #expect(try await bench.run().jobsDone == 1)
    }

    struct Judged: Sendable, CustomTestStringConvertible {
        var medium: RenderResult.Medium
        var bytes: [UInt8]
        var problem: String?
        var testDescription: String { "\(medium): \(problem ?? "good")" }

        init(_ medium: RenderResult.Medium, _ bytes: [UInt8], _ problem: String?) {
            self.medium = medium
            self.bytes = bytes
            self.problem = problem
        }

        private static let png = Fixtures.png(width: 64, height: 64)
        private static let avi = Array("RIFF".utf8) + [4, 0, 0, 0] + Array("AVI ".utf8)
        private static let headless = Fixtures.box("ftyp", Array("isomisom".utf8)) + Fixtures.box("mdat", [1, 2])

        static let all = [
            Judged(.picture, png, nil), Judged(.film, Fixtures.film(), nil),
            Judged(.film, Fixtures.film(isBehind: true), nil),
            Judged(.film, Fixtures.film(brand: "qt  "), nil), Judged(.picture, [], "is not a picture (0 bytes)"),
            Judged(.picture, Fixtures.film(frames: []), "is not a picture (\(Fixtures.film(frames: []).count) bytes)"),
            Judged(.picture, Fixtures.png(width: 0, height: 64), "is a png file without a size"),
            Judged(.picture, Array(png.dropLast(5)), "is a png file that was cut off after \(png.count - 5) bytes"),
            Judged(.film, png, "is not a film (\(png.count) bytes)"),
            Judged(.film, avi, "is an avi file instead of an mp4 file"),
            Judged(.film, headless, "is an mp4 file that was cut off after \(headless.count) bytes"),
        ]
    }

    @Test(arguments: Judged.all) func `what came is what the result says, or it is said what it is`(judged: Judged) {
        let sample = MediaSample(judged.bytes)
        #expect(judged.medium.problem(sample, MediaProbe(sample)) == judged.problem)
    }

    @Test func `a long film whose table nobody sees is delivered: it was paid for`() {
        let film = MediaSample(Fixtures.film(frames: [UInt8](repeating: 0, count: 600 << 10), isBehind: true))
        let sample = MediaSample(head: film.head, bytes: film.bytes)
        #expect(RenderResult.Medium.film.problem(sample, MediaProbe(sample)) == nil)
    }

    @Test func `a film that failed is called a film`() async throws {
        await service.say { $0.failedParts = 1 }
        try await filmed()
        #expect(try await bench.run().jobsFailed == 1)
        guard case .failed(let failure) = try await bench.history().render.state else {
            Issue.record("no film came out, so the render failed")
            return
        }
        #expect(failure.message == "the model made no film: refused")
    }

    // MARK: - Answers with text

    @Test func `the text of an answer stands beside its pictures, and is told with them`() async throws {
        await service.say { $0.article = [.text("The sea,\nat noon.\n"), .output(2), .text("At night."), .output(1)] }
        try bench.drop("two seas.yaml", Bench.text + "n: 2\n")
        let events = try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        let names = ["two seas-1.png", "two seas-2.png", "two seas.json", "two seas.md"]
        #expect(bench.files("outbox") == names.map { "two seas/" + $0 })
        #expect(
            bench.text("outbox/two seas/two seas.md")
                == "The sea,\nat noon.\n\n![](two%20seas-2.png)\n\nAt night.\n\n![](two%20seas-1.png)\n")
        #expect(try sidecar("two seas/two seas.json")["article"]?.string == "two seas.md")
        let delivered = events.compactMap { event -> [String]? in
            if case .delivered(let files, cost: _) = event.kind { files } else { nil }
        }
        // The sidecar last: where it stands, all is whole.
        #expect(delivered == [["two seas-1.png", "two seas-2.png", "two seas.md", "two seas.json"]])
        #expect(try await bench.history().outputs.map(\.index) == [1, 2])
    }

    @Test func `each render of a job has its own text, whatever its pictures are called`() async throws {
        await service.say {
            $0.article = [.text("a"), .output(1)]
            $0.bodyScript = ["1", "2"].map { Fixtures.png(width: 64, height: 64, tail: $0) }
        }
        try bench.drop("cat.yaml", Bench.text + "seed: [1, 2]\noutput: {name: \"same-{index}\"}\n")
        #expect(try await bench.run().jobsDone == 1)
        let texts = ["cat-001.md", "cat-002.md"].compactMap { bench.text("outbox/cat/" + $0) }
        #expect(Set(texts) == ["a\n\n![](same-1.png)\n", "a\n\n![](same-1-2.png)\n"])
    }

    @Test func `an answer without text has no paper for it`() async throws {
        await service.say { $0.article = [.text(" \n"), .output(1)] }
        try bench.drop("cat.yaml")
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])
        #expect(try sidecar("cat/cat.json")["article"] == nil)
    }
}
