import RenderCore
import Testing

@testable import DashScope

@Suite struct QuotaTests {
    private static func limit(
        _ requests: String, _ period: String, queue: String = "null", running: String = "null"
    ) -> String {
        """
        {"request_limit":\(requests),"request_limit_period":\(period),"usage_limit":null,"usage_limit_field":null,
         "usage_limit_period":null,"async_user_queue_limit":\(queue),"async_user_concurrency_limit":\(running)}
        """
    }

    private static func page(_ limit: String, workspace: String = "null", model: String = "wan2.7-image") -> String {
        """
        {"request_id":"q","output":{"total":1,"page_no":1,"page_size":20,"quotas":[
         {"model":"\(model)","workspace_id":"ws-0001","model_limit":\(limit),"workspace_limit":\(workspace)}]}}
        """
    }

    private static let usual = limit("5", "1", queue: "100", running: "5")

    @Test(
        arguments: [
            (page(usual), ModelQuota(submits: 5, perSeconds: 1, running: 5, queue: 100)),
            (page(limit("2", "60")), ModelQuota(submits: 2, perSeconds: 60)),
            (page(limit("\"2\"", "60.0")), ModelQuota(submits: 2, perSeconds: 60)),
            // Each figure's stricter one: 100 a minute are fewer than 5 a second, 301 are more.
            (
                page(usual, workspace: limit("100", "60", queue: "7")),
                ModelQuota(submits: 100, perSeconds: 60, running: 5, queue: 7)
            ),
            (
                page(usual, workspace: limit("301", "60", running: "9")),
                ModelQuota(submits: 5, perSeconds: 1, running: 5, queue: 100)
            ),
            (
                page(usual, workspace: limit("null", "null", running: "1")),
                ModelQuota(submits: 5, perSeconds: 1, running: 1, queue: 100)
            ),
            (page("null", workspace: usual), ModelQuota(submits: 5, perSeconds: 1, running: 5, queue: 100)),
            (
                page(usual, workspace: limit("0", "1", queue: "0", running: "-1")),
                ModelQuota(submits: 5, perSeconds: 1, running: 5, queue: 100)
            ),
            // Nothing to go by.
            (page(limit("0", "1", running: "5")), nil), (page(limit("5", "null")), nil), (page("null"), nil),
            (page(usual, model: "wan2.7-image-pro"), nil), (page(limit("1e300", "1")), nil), ("{}", nil),
            (#"{"output":{"quotas":[]}}"#, nil), (#"{"output":{"quotas":"none"}}"#, nil),
            (#"{"data":[{"model":"wan2.7-image"}]}"#, nil), ("<html>log in</html>", nil), ("", nil),
        ] as [(String, ModelQuota?)])
    func `the stricter of the model's limits and the workspace's`(body: String, expected: ModelQuota?) async throws {
        #expect(try await Bench([.answer(200, body)]).service.quota(of: "wan2.7-image") == expected)
    }

    @Test func `one model is asked for, with the key`() async throws {
        let bench = try Bench([.answer(200, Self.page(Self.usual, model: "kling/v3 x"))])
        #expect(try await bench.service.quota(of: "kling/v3 x") != nil)
        let sent = try #require(bench.transport.sent.first)
        #expect(sent.method == "GET" && sent.headers["authorization"] == "Bearer \(testKey)")
        #expect(
            sent.url == "https://dashscope.aliyuncs.com/api/v1/quotas?model=kling%2Fv3%20x&page_no=1&page_size=20")
        #expect(sent.body.isEmpty)
    }

    @Test(arguments: [
        (404, #"{"code":"NotFound","message":"Request path not found."}"#), (404, "<html>"), (405, ""), (501, ""),
    ])
    func `a host that does not serve it says nothing`(status: Int, body: String) async throws {
        #expect(try await Bench([.answer(status, body)]).service.quota(of: "m") == nil)
    }

    @Test(arguments: [
        (429, #"{"code":"Throttling.RateQuota","message":"x"}"#, Failure.Fault.throttled), (503, "", .provider),
        (401, #"{"code":"InvalidApiKey","message":"x"}"#, .account), (200, #"{"code":"InternalError"}"#, .provider),
    ])
    func `other trouble is a failure of the call`(status: Int, body: String, fault: Failure.Fault) async throws {
        let bench = try Bench([.answer(status, body)])
        #expect(await failure { try await bench.service.quota(of: "m") }?.fault == fault)
    }

    @Test func `a line that breaks is a failure of the call`() async throws {
        let bench = try Bench([.error(TransportError(.unresolved, "no such host", mayHaveArrived: false))])
        #expect(await failure { try await bench.service.quota(of: "m") }?.code == "unreachable")
    }
}
