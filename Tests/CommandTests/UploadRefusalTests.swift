import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// Files that renderdrop puts into the provider's store: whose they are, and what happens where the provider cannot read them.
@Suite(.timeLimit(.minutes(15))) struct UploadRefusalTests {
    private static let dead = FaultAction.status(
        400, code: "InvalidParameter", message: "Failed to download multimodal content")
    private static let hat = "prompt: A hat\nmodel: qwen-image-2.0\nsize: 512*512\nreferences: [cat.jpg]\n"

    private func drop(_ name: String, _ place: Workplace, _ job: String = hat) throws {
        let cat = try sample("samples/photos/cat.jpg")
        try place.drop("cat.jpg", cat + [UInt8](repeating: 0, count: 8 << 20))
        try place.drop(name, job)
    }

    @Test func `another key or another base URL gets an upload of its own`() async throws {
        try await withWorkplace { place, simulator in
            try drop("one.yaml", place)
            #expect(try await place.run().code == 0)
            try drop("two.yaml", place)
            #expect(try await place.run().code == 0)
            #expect(simulator.requests(.upload).count == 1)
            try drop("three.yaml", place)
            let key = ["DASHSCOPE_API_KEY": "sk-e2eother0123456789abcdef" as String?]
            #expect(try await place.run(changing: key).code == 0)
            #expect(simulator.requests(.upload).count == 2)
            try drop("four.yaml", place)
            let other = simulator.baseURL.replacing("127.0.0.1", with: "localhost")
            let run = try await place.command("run", "--config", place.root, "--base-url", other)
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.requests(.upload).count == 3)
        }
    }

    @Test func `an upload that the provider cannot read is made anew, once and for nothing`() async throws {
        try await withWorkplace(settings: "limits: {attempts: 1}") { place, simulator in
            simulator.addFault(.init(.submit, count: 1), Self.dead)
            try drop("hat.yaml", place)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.requests(.upload).count == 2)
            #expect(simulator.submits == 2 && simulator.paidSubmits == 1)
        }
    }

    @Test func `where it stays unreadable the job fails, and nobody is sent to a link that is not theirs`() async throws
    {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), Self.dead)
            try drop("hat.yaml", place)
            #expect(try await place.run().code == 3)
            #expect(simulator.submits == 2 && simulator.requests(.upload).count == 2)
            let words = try place.text("failed/hat/ERROR.txt")
            #expect(words.contains("renderdrop uploaded cat.jpg more than once"), "\(words)")
            #expect(!words.contains("beside the job file"), "\(words)")
        }
    }

    @Test func `a task that could not read it is sent again with a new upload`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.submit, count: 1),
                .taskFails(code: "InvalidParameter.DataInspection", message: "Unable to download the media resource"))
            try drop("hat.yaml", place, "prompt: A hat\nmodel: wan2.5-i2i-preview\nreferences: [cat.jpg]\n")
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(simulator.requests(.upload).count == 2 && simulator.submits == 2)
        }
    }

    @Test func `of a link that is the user's own the advice speaks of the link`() async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(.init(.submit), Self.dead)
            try place.drop("hat.yaml", Self.hat.replacing("cat.jpg", with: "https://example.com/cat.jpg"))
            #expect(try await place.run().code == 3)
            #expect(simulator.submits == 1)
            let words = try place.text("failed/hat/ERROR.txt")
            #expect(words.contains("check that the link opens"), "\(words)")
        }
    }
}
