import RenderCore
import Testing

@testable import QwenProxy

/// The rows, and the requests that come of them.
@Suite struct RowTests {
    @Test func `the built-in rows are sound and free`() throws {
        let read = try readCatalogue()
        #expect(read.diagnostics == [])
        #expect(read.value?.models.map(\.id) == ["qwen3-vl-plus/image", "qwen3-vl-plus/video"])
        #expect(read.value?.resultHosts == ["cdn.qwenlm.ai", "*.qwenlm.ai"])
        let picture = try onePlan(pictureJob)
        #expect(picture.mode == .sync && picture.medium == .picture && picture.estimate?.micros == 0)
        let film = try onePlan(filmJob)
        #expect(film.mode == .async && film.medium == .film && film.estimate?.micros == 0)
        #expect(picture.laneName == film.laneName)
    }

    @Test func `what is free is free in the budget's currency`() throws {
        let catalogue = try #require(try readCatalogue().value).pricing(freeIn: "EUR")
        let prices = catalogue.models.compactMap { $0.prices["local"]?.tiers.first?.amount }
        #expect(prices == [Money(micros: 0, currency: "EUR"), Money(micros: 0, currency: "EUR")])
    }

    @Test(arguments: [
        (
            pictureJob, ProxyDialect.f, QwenProxyOptions.Way.chat, "/chat",
            #"{"chatType":"t2i","message":"a cat","model":"qwen3-vl-plus","size":"16:9"}"#
        ),
        (
            filmJob, .g, .routes, "/chat",
            #"{"chatType":"t2v","message":"a cat runs","model":"qwen3-vl-plus","waitForCompletion":false}"#
        ),
        (
            pictureJob, .i, .routes, "/images/generations",
            #"{"aspect_ratio":"16:9","model":"qwen3-vl-plus","prompt":"a cat"}"#
        ),
        (filmJob, .f, .routes, "/videos/generations", #"{"model":"qwen3-vl-plus","prompt":"a cat runs","wait":false}"#),
        (pictureJob, .w, .chat, "/image", #"{"prompt":"a cat","size":"16:9"}"#),
        (
            "model: qwen3-max\nprovider: qwen-proxy\nendpoint: picture\nprompt: p", .g, .chat, "/chat",
            #"{"chatType":"t2i","message":"p","model":"qwen3-max"}"#
        ),
    ])
    func `a job becomes the dialect's own request`(
        job: String, dialect: ProxyDialect, way: QwenProxyOptions.Way, path: String, body: String
    ) throws {
        let request = try ProxyRequest(try onePlan(job), dialect, way)
        let bytes = try request.pieces().map { piece in
            if case .bytes(let bytes) = piece { String(decoding: bytes, as: UTF8.self) } else { "" }
        }.joined()
        #expect(request.path == path && bytes == body)
    }

    @Test(arguments: ["stream", "waitForCompletion", "chatId", "messages"])
    func `a field that would change what is asked for is refused`(name: String) throws {
        let job = pictureJob + "\nparameters: {\(name): true}"
        let failure = #expect(throws: Failure.self) { try ProxyRequest(try onePlan(job), .f, .chat) }
        #expect(failure?.message.contains("renderdrop sets `\(name)` itself") == true)
    }

    @Test(arguments: ["references: [cat.png]", "n: 2", "seed: 7", "negative_prompt: no", "size: 1024*1024"])
    func `what no dialect takes is told when the job is read`(line: String) throws {
        let outcome = try plan(pictureJob.replacing("\nratio: 16:9", with: "") + "\n" + line)
        #expect(!outcome.diagnostics.isEmpty, "\(outcome)")
    }
}
