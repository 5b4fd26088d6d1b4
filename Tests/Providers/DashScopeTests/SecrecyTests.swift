import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

@Suite struct SecrecyTests {
    @Test func `the key is in nothing that can be printed`() async throws {
        let key = try APIKey(testKey)
        let bench = try Bench([
            .answer(
                401, #"{"code":"InvalidApiKey","message":"Incorrect API key provided: \#(testKey).","request_id":"r"}"#),
            .answer(200, "page about \(testKey)"),
            .answer(
                400,
                #"{"code":"\#(testKey)","message":"see https://x.example/a?Signature=sig and go","request_id":"\#(testKey)"}"#
            ),
            .error(TransportError(.tls, "certificate of x", mayHaveArrived: false)),
        ])
        var printed = "\(key) \(String(reflecting: key)) \(String(describing: key))"
        dump(key, to: &printed)
        dump(Optional(key), to: &printed)
        dump([key], to: &printed)
        var plan = RenderPlan.sample()
        plan.seed = 1
        let request = try await bench.service.prepare(plan, references: "/nowhere")
        dump(request, to: &printed)
        for _ in 0..<4 { dump(try await bench.service.submit(request, plan: plan), to: &printed) }
        dump(bench.service, to: &printed)
        #expect(bench.transport.remaining == 0)
        #expect(printed.contains("***"))
        #expect(!printed.contains(testKey))
        #expect(!printed.contains("0123456789abcdef"))
        #expect(!printed.contains("sig and"))
    }

    @Test func `a refused key is read again once and the new one is used`() async throws {
        let refusal = ScriptedTransport.Reply.answer(
            401, #"{"code":"InvalidApiKey","message":"Invalid API-key provided."}"#)
        let bench = try Bench(
            [refusal, .answer(200, #"{"output":{"task_id":"t1"}}"#), .answer(200, #"{"output":{"task_id":"t2"}}"#)],
            keys: ["sk-old", "sk-new"])
        #expect(try await bench.submit() == .accepted(TaskID("t1"), requestID: nil))
        #expect(try await bench.submit() == .accepted(TaskID("t2"), requestID: nil))
        #expect(
            bench.transport.sent.map { $0.headers["authorization"] } == [
                "Bearer sk-old", "Bearer sk-new", "Bearer sk-new",
            ])
        #expect(bench.keysRead.value == 2)
    }

    @Test func `a submit goes out with the key that was written down for it, or not at all`() async throws {
        let refusal = ScriptedTransport.Reply.answer(
            401, #"{"code":"InvalidApiKey","message":"Invalid API-key provided."}"#)
        let bench = try Bench(
            [refusal, .answer(200, #"{"output":{"task_id":"t1"}}"#)], keys: ["sk-old", "sk-new"],
            keyMark: { "mark of \($0.count) \($0.suffix(3))" })
        let plan = RenderPlan.sample()
        let request = try await bench.service.prepare(plan, references: "/nowhere")
        #expect(request.keyMark == "mark of 6 old")
        guard case .notSent(let failure) = try await bench.service.submit(request, plan: plan) else {
            Issue.record("expected not sent")
            return
        }
        #expect(failure.code == "key_changed" && failure.retryable)
        #expect(bench.transport.sent.count == 1)
        let again = try await bench.service.prepare(plan, references: "/nowhere")
        #expect(again.keyMark == "mark of 6 new")
        #expect(try await bench.service.submit(again, plan: plan) == .accepted(TaskID("t1"), requestID: nil))
    }

    @Test func `a key that stays refused is not sent twice in one call, and is the account's trouble`() async throws {
        let bench = try Bench(
            [.answer(401, #"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"r1"}"#)],
            region: "singapore")
        guard case .refused(let failure) = try await bench.submit() else {
            Issue.record("expected a refusal")
            return
        }
        #expect(bench.transport.sent.count == 1)
        #expect(failure.fault == .account)
        #expect(failure.advice.contains("singapore") && failure.advice.contains("dashscope-intl.aliyuncs.com"))
        #expect(failure.advice.contains("another region"))
        #expect(failure.requestID == "r1")
    }

    @Test func `without a key nothing is sent`() async throws {
        let transport = ScriptedTransport()
        let service = DashScopeService(
            endpoint: try Endpoint(region: "beijing"), transport: transport, uploads: MemoryUploads(),
            key: {
                throw Failure(
                    code: "key_missing", message: "no key", advice: "set it", fault: .account, retryable: false)
            })
        let plan = RenderPlan.sample()
        let missing = await DashScopeTests.failure { try await service.prepare(plan, references: "/nowhere") }
        #expect(missing?.code == "key_missing")
        let request = PreparedSubmit(endpoint: plan.body.endpoint, body: [], headers: [:], shown: .null)
        guard case .notSent(let failure) = try await service.submit(request, plan: plan) else {
            Issue.record("expected not sent")
            return
        }
        #expect(failure.code == "key_missing")
        #expect(transport.sent.isEmpty)
    }
}
