import Foundation
import HTTPTypes
import ProviderSupport
import QwenProxySimulator
import RenderCore
import Testing

@testable import QwenProxy

/// Where a key goes, if there is one, and where it never shows.
@Suite struct SecrecyTests {
    @Test func `without a key none is sent`() async throws {
        try await simulating(.f) { proxy, service in
            _ = try await service.made(pictureJob)
            #expect(proxy.requests.allSatisfy { $0.key == nil })
        }
    }

    @Test func `a key goes to the proxy and not to the store`() async throws {
        try await simulating(.f, .with { $0.keys = [testKey] }, key: testKey) { proxy, service in
            guard case .completed(let result) = try await service.made(pictureJob), let output = result.outputs.first
            else {
                Issue.record("no picture")
                return
            }
            _ = try await service.bytes(of: output)
            #expect(proxy.requests.filter { $0.kind != .result }.allSatisfy { $0.key == testKey })
            let files = proxy.requests(.result)
            #expect(!files.isEmpty && files.allSatisfy { $0.key == nil })
        }
    }

    @Test func `a key that is wanted and missing is the account's trouble`() async throws {
        try await simulating(.f, .with { $0.keys = [testKey] }) { _, service in
            let failure = await #expect(throws: Failure.self) { try await service.made(pictureJob) }
            #expect(failure?.fault == .account && failure?.code == "http_401")
        }
    }

    @Test func `the key and the links are in nothing that can be printed`() async throws {
        let line = ScriptedLine([
            .answer(200, #"{"error":"bad key \#(testKey), see https://cdn.qwenlm.ai/a.png?key=linkSecret"}"#),
            .answer(403, #"{"error":{"message":"\#(testKey)"}}"#),
            .answer(
                200,
                #"{"choices":[{"message":{"content":"I read \#(testKey) at https://x.example/a?key=linkSecret"}}]}"#),
        ])
        let service = try service(line, key: testKey)
        let plan = try onePlan(pictureJob)
        let request = try await service.prepare(plan, references: "/nowhere")
        var printed = ""
        dump(request, to: &printed)
        for _ in 0..<3 { dump(try await service.submit(request, plan: plan), to: &printed) }
        dump(service, to: &printed)
        #expect(printed.contains("***") && !printed.contains(testKey) && !printed.contains("linkSecret"))
        #expect(line.calls.allSatisfy { $0.headers[.authorization] == "Bearer \(testKey)" })
    }

    @Test(arguments: ["", "localhost:3264/api", "http://localhost:3264", "ftp://host/api", "http://user:word@host/api"])
    func `an address that cannot be one is refused, with an example`(text: String) {
        let failure = #expect(throws: Failure.self) { try QwenProxyRoot(baseURL: text) }
        #expect(failure?.advice.contains(QwenProxyRoot.example) == true && failure?.message.contains("word") == false)
    }

    @Test func `tasks are followed at the address that they were submitted to`() async throws {
        let service = try service(ScriptedLine([]))
        let origin = try await service.currentOrigin()
        #expect(origin.keyMark == "mark0" && origin.apiRoot == "http://localhost:3264/api")
        var former = origin
        former.apiRoot = "http://127.0.0.1:9000/api"
        #expect(await service.service(for: former)?.apiRoot == "http://127.0.0.1:9000/api")
        former.keyMark = "another"
        #expect(await service.service(for: former) == nil)
    }
}
