import Foundation
import RenderCore
import Testing

@testable import DashScope

/// Compares with the bodies that the official SDK was seen to send (`Tests/Conformance/record_sdk_bodies.py`).
@Suite struct ConformanceTests {
    static let requests: [JSONValue] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/sdk-bodies.json")
        guard let data = try? Data(contentsOf: file) else { return [] }  // the first test says that it is missing
        return JSONText.parse([UInt8](data))?["requests"]?.array ?? []
    }()

    @Test func `there are requests for each of the four image endpoints`() {
        #expect(Self.requests.count >= 12)
        #expect(Set(Self.requests.compactMap { $0["path"]?.string }).count == 4)
    }

    @Test(arguments: requests)
    func `our body is the one that the official SDK sends`(request: JSONValue) async throws {
        let job = try #require(request["job"])
        let path = try #require(job["path"]?.string)
        let isPrompt = path.hasSuffix("image-synthesis")
        var plan = RenderPlan.sample(
            model: try #require(job["model"]?.string), mode: path.contains("multimodal") ? .sync : .async,
            family: isPrompt ? .prompt : .messages, prompt: try #require(job["prompt"]?.string),
            references: (job["references"]?.array ?? []).compactMap(\.string).map {
                PlannedReference(name: $0, source: .url($0))
            }, count: try #require(job["n"]?.int))
        plan.endpoint = path
        plan.negativePrompt = job["negative_prompt"]?.string
        plan.size = job["size"]?.string
        plan.seed = job["seed"]?.int
        plan.promptExtend = job["prompt_extend"]?.bool
        plan.watermark = job["watermark"]?.bool
        plan.parameters = job["parameters"]?.object ?? [:]
        let prepared = try await Bench().service.prepare(plan, references: "/nowhere")
        let sdk = try #require(request["body"]).withoutSlip
        #expect(value(prepared.body) == sdk)
        #expect(prepared.shown == sdk)
        #expect(prepared.endpoint == request["path"]?.string)
        #expect((prepared.headers["X-DashScope-Async"] == "enable") == request["async"]?.bool)
    }
}

extension JSONValue {
    /// The SDK passes its own switch `is_async` on as a parameter of the asynchronous messages endpoint. No documentation
    /// knows it, and its own second generation does not send it; neither do we.
    fileprivate var withoutSlip: JSONValue {
        guard var members = object, var parameters = members["parameters"]?.object else { return self }
        parameters["is_async"] = nil
        members["parameters"] = .object(parameters)
        return .object(members)
    }
}
