import HTTPTypes
import ProviderSupport
import RenderCore
import Testing

@testable import WaveSpeed

/// Where the key goes, and where it never shows.
@Suite struct KeyTests {
    @Test func `a key prints as stars`() throws {
        let key = try APIKey(" Bearer \(testKey)\n")
        #expect("\(key)" == "***" && key.debugDescription == "***" && key.secret == testKey)
        var text = ""
        dump(key, to: &text)
        #expect(!text.contains(testKey))
    }

    @Test func `what the provider repeats of the key is masked`() async throws {
        let line = ScriptedLine([.answer(403, #"{"code":403,"message":"key \#(testKey) may not do this"}"#, [:])])
        let failure = await #expect(throws: Failure.self) { try await service(line).verify() }
        #expect(failure?.message == "key *** may not do this")
    }

    @Test(arguments: [
        ("https://api.wavespeed.ai/api/v3/", "https://api.wavespeed.ai/api/v3"),
        ("http://127.0.0.1:8900/api/v3", "http://127.0.0.1:8900/api/v3"),
    ])
    func `a base URL is taken with or without a slash`(text: String, root: String) throws {
        #expect(try WaveSpeedRoot(baseURL: text).text == root)
    }

    @Test(arguments: [
        "https://api.wavespeed.ai", "ftp://host/api/v3", "https://user:word@host/api/v3", "https://host/api/v3?x=1",
    ])
    func `another base URL is refused, with an example`(text: String) {
        let failure = #expect(throws: Failure.self) { try WaveSpeedRoot(baseURL: text) }
        #expect(failure?.advice.contains(WaveSpeedRoot.standard) == true && failure?.message.contains("word") == false)
    }

    @Test func `an upload goes where the ticket says, with its headers and without the key`() async throws {
        let folder = try TestFolder()
        try folder.write("a.mp4", [1, 2, 3])
        let line = ScriptedLine([
            .answer(
                200,
                #"""
                {"code":200,"data":{"download_url":"https://d1.cloudfront.net/a.mp4","upload":{"method":"PUT",
                "url":"https://store.example.com/a?sig=1","headers":{"x-a":"b","Authorization":"no"}}}}
                """#, [:]), .answer(200, "", [:]),
        ])
        var plan = try onePlan("model: maker/new\nendpoint: film\nprompt: p\nvideo: https://a.example/x.mp4")
        plan.references[0].source = .file(name: "a.mp4")
        let request = try await service(line).prepare(plan, references: folder.path)
        #expect(request.body.text.contains("https://d1.cloudfront.net/a.mp4"))
        #expect(
            line.calls.map(\.url) == [
                "https://api.wavespeed.ai/api/v3/media/uploads", "https://store.example.com/a?sig=1",
            ])
        #expect(line.calls[1].headers[.authorization] == nil)
        #expect(line.calls[1].headers.contains { $0.name.canonicalName == "x-a" && $0.value == "b" })
        // What people are shown names the file, and no link.
        #expect(request.shown["video"] == ["file": "https://a.example/x.mp4"])
    }
}
