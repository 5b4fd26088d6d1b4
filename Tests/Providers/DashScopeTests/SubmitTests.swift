import RenderCore
import Testing

@testable import DashScope

enum Expected: String, Sendable { case accepted, completed, refused, notSent, unknown }

extension SubmitOutcome {
    var kind: Expected {
        switch self {
        case .accepted: .accepted
        case .completed: .completed
        case .refused: .refused
        case .notSent: .notSent
        case .unknown: .unknown
        }
    }

    var failure: Failure? {
        switch self {
        case .refused(let failure), .notSent(let failure), .unknown(let failure): failure
        case .accepted, .completed: nil
        }
    }
}

@Suite struct SubmitTests {
    static func error(_ code: String, _ message: String = "m") -> String {
        #"{"request_id":"a4d78a5f","code":"\#(code)","message":"\#(message)"}"#
    }

    @Test(
        arguments: [
            (200, #"{"output":{"task_status":"PENDING","task_id":"0385dc79"},"request_id":"4909"}"#, .accepted),
            (200, #"{"code":"","message":"","output":{"task_id":"t"}}"#, .accepted),
            (200, #"{"code":"Whatever","message":"x","output":{"task_id":"t"}}"#, .accepted),
            (200, #"{"output":{"choices":[{"message":{"content":[{"image":"https://x/1.png"}]}}]}}"#, .completed),
            (200, #"{"output":{"results":[{"url":"https://x/1.png"}]}}"#, .completed),
            (200, #"{"output":{"results":[{"code":"DataInspectionFailed","message":"no"}]}}"#, .completed),
            (200, #"{"output":{"choices":[{"message":{"content":[{"text":"no"}]}}]}}"#, .completed),
            (200, #"{"output":{"choices":[]}}"#, .unknown), (200, "{}", .unknown), (200, "", .unknown),
            (200, "<html>log in</html>", .unknown), (200, #"{"output":{"task_id":"t""#, .unknown),
            (200, #"{"output":{"task_id":""}}"#, .unknown), (200, "[1,2]", .unknown), (200, "null", .unknown),
            (200, error("Throttling.RateQuota"), .refused), (200, error("InternalError"), .unknown),
            (200, error("SomethingNew"), .unknown),
            (400, error("InvalidParameter", "Range of seed should be [0, 2147483647]"), .refused),
            (400, error("DataInspectionFailed"), .refused), (400, error("Arrearage"), .refused),
            (400, error("InvalidParameter", "request timeout after 23 seconds."), .refused),
            (400, error("ClientDisconnect"), .unknown), (400, error("SomethingNew"), .refused),
            (400, #"{"error":{"code":"invalid_api_key","message":"x"}}"#, .refused),
            (401, error("InvalidApiKey"), .refused), (403, error("AccessDenied.Unpurchased"), .refused),
            (404, error("ModelNotFound"), .refused), (404, "<html>404</html>", .refused), (403, "", .refused),
            (408, error("SomethingNew"), .unknown), (413, "<html>too large</html>", .refused),
            (408, error("InvalidParameter"), .unknown), (499, error("Throttling"), .unknown), (425, "", .unknown),
            (407, "<html>proxy</html>", .refused), (421, "", .refused), (451, "", .refused), (431, "", .refused),
            (400, error("InternalError.Algo.DataInspectionFailed"), .refused),
            (400, error("InternalError.Algo.InvalidParameter"), .refused),
            (400, error("InternalError.Algo.New"), .refused),
            (400, error("SystemError"), .refused),
            (500, error("InternalError.Algo", "<400> InternalError.Algo.InvalidParameter: x"), .refused),
            (400, #"{"message":"<400> InternalError.Algo.DataInspectionFailed: x"}"#, .refused),
            (400, #"{"error":{"message":"x","type":"invalid_request_error","param":null,"code":null}}"#, .refused),
            (500, #"{"error":{"message":"x","type":"server_error","param":null,"code":null}}"#, .unknown),
            (200, #"{"code":403,"message":"blocked"}"#, .unknown),
            (403, #"{"code":403,"message":"blocked"}"#, .refused),
            (511, "<html>log in</html>", .unknown), (101, "", .unknown), (302, "<html>log in</html>", .refused),
            (429, error("Throttling.RateQuota"), .refused), (429, error("PostpaidBillOverdue"), .refused),
            (429, error("SomethingNew"), .refused), (429, "slow down", .refused),
            (500, error("InternalError"), .unknown), (500, error("InternalError.Algo"), .unknown),
            (500, error("InternalError.New"), .unknown), (500, error("RequestTimeOut"), .unknown),
            (500, error("ResponseTimeout"), .unknown), (500, error("ModelServingError"), .refused),
            (500, error("RewriteFailed"), .refused), (500, error("SomethingNew"), .unknown),
            (502, "<html>Bad Gateway</html>", .unknown), (503, error("ModelUnavailable"), .refused),
            (503, error("ModelServingError"), .refused), (503, error("Throttling"), .refused),
            (503, error("SomethingNew"), .unknown), (503, "upstream", .unknown), (504, "", .unknown),
            (500, #"{"output":{"task_id":"t"}}"#, .unknown), (302, "", .refused), (204, "", .unknown),
            (200, String(repeating: "[", count: 100_000), .unknown),
        ] as [(Int, String, Expected)])
    func `an answer proves acceptance, refusal or nothing`(status: Int, body: String, expected: Expected) async throws {
        #expect(try await Bench([.answer(status, body)]).submit().kind == expected)
    }

    @Test(
        arguments: [
            (TransportError.Code.refused, false, .notSent, "unreachable"),
            (.unresolved, false, .notSent, "unreachable"),
            (.tls, false, .notSent, "tls_failed"), (.proxy, false, .notSent, "proxy_failed"),
            (.timedOut, false, .notSent, "timed_out"), (.timedOut, true, .unknown, "timed_out"),
            (.connectionLost, true, .unknown, "connection_lost"), (.truncated, true, .unknown, "connection_lost"),
            (.tooLarge, true, .unknown, "answer_too_large"), (.redirected, true, .refused, "redirected"),
            (.protocolViolation, true, .unknown, "connection_lost"), (.stalled, true, .unknown, "timed_out"),
            (.bodyChanged, true, .unknown, "reference_changed"), (.bodyChanged, false, .notSent, "reference_changed"),
            (.bodyUnreadable, false, .notSent, "reference_unreadable"),
            (.badURL, false, .notSent, "url_unusable"), (.other, true, .unknown, "connection_lost"),
        ] as [(TransportError.Code, Bool, Expected, String)])
    func `a broken exchange proves nothing unless no byte left`(
        code: TransportError.Code, mayHaveArrived: Bool, expected: Expected, named: String
    ) async throws {
        let error = TransportError(code, "it broke", mayHaveArrived: mayHaveArrived)
        let outcome = try await Bench([.error(error)]).submit()
        #expect(outcome.kind == expected)
        #expect(outcome.failure?.code == named)
        #expect(outcome.failure?.fault == (code == .bodyChanged ? .job : code == .bodyUnreadable ? .folder : .provider))
    }

    @Test func `an accepted task brings both of its names`() async throws {
        let outcome = try await Bench([
            .answer(
                200,
                """
                {"output":{"task_status":"PENDING","task_id":"0385dc79-5ff8-4d82-bcb6-000000000000"},
                 "request_id":"4909100c-7b5a-9f92-bfe5-000000000000"}
                """)
        ]).submit()
        #expect(
            outcome
                == .accepted(
                    TaskID("0385dc79-5ff8-4d82-bcb6-000000000000"), requestID: "4909100c-7b5a-9f92-bfe5-000000000000"))
    }

    @Test func `a header names the request where the body does not`() async throws {
        let outcome = try await Bench([.answer(502, "<html>", ["x-request-id": "r-7"])]).submit()
        #expect(outcome.failure?.requestID == "r-7")
    }

    @Test func `a synchronous answer is a result`() async throws {
        let bench = try Bench([
            .answer(
                200,
                """
                {"output":{"choices":[{"finish_reason":"stop","message":{"role":"assistant","reasoning_content":"",
                  "content":[{"image":"https://x.oss-cn-shanghai.aliyuncs.com/a.png?Expires=1"},{"text":"what was drawn"}]}}]},
                 "usage":{"width":1024,"height":1536,"image_count":1},"request_id":"d0250a3d"}
                """)
        ])
        let plan = RenderPlan.sample(model: "z-image-turbo", mode: .sync, family: .messages)
        guard case .completed(let result) = try await bench.submit(plan) else {
            Issue.record("expected a result")
            return
        }
        #expect(result.outputs == [.init(index: 1, url: "https://x.oss-cn-shanghai.aliyuncs.com/a.png?Expires=1")])
        #expect(result.task == nil && result.requestID == "d0250a3d" && result.status == "SUCCEEDED")
        #expect(result.usage?["image_count"] == 1)
        #expect(result.learnedAt == bench.clock.now)
    }

    /// Only what was taken and understood by nobody needs a person; what broke off may be found in the list.
    @Test(arguments: [
        ("{}", "answer_unreadable"), (#"{"message":"please log in"}"#, "answer_unreadable"),
        (#"{"error":"unauthorized"}"#, "answer_unreadable"), (#"{"request_id":"r"}"#, "answer_unknown"),
        (#"{"id":"c","choices":[{"message":{"content":[{"image":"https://x/1.png"}]}}]}"#, "answer_unknown"),
        (
            #"{"output":{"choices":[{"message":{"content":[{"text":"a cat"},{"image":{"url":"https://x/1.png"}}]}}]}}"#,
            "answer_unknown"
        ),
        (
            #"{"output":{"choices":[{"message":{"content":[{"text":"a cat"}]}}]},"usage":{"image_count":1}}"#,
            "answer_unknown"
        ), (#"{"output":{}}"#, "answer_unknown"),
        (#"{"output":{"task_id":""}}"#, "answer_unknown"), (#"{"output":{"choices":[]}}"#, "answer_unknown"),
        (#"{"output":{"results":[{"url":"oss://x/1.png"}]}}"#, "answer_unknown"),
        ("<html>log in</html>", "answer_unreadable"), ("", "answer_unreadable"), ("[1,2]", "answer_unreadable"),
        (#"{"output":{"task_id":"t""#, "answer_unreadable"),
    ])
    func `an answer of an unknown form is told from one that is not the API's`(body: String, code: String) async throws
    {
        let failure = try #require(try await Bench([.answer(200, body)]).submit().failure)
        #expect(failure.code == code)
        #expect(failure.retryable == (code == "answer_unreadable"))
        #expect(failure.advice.hasPrefix("the provider may have accepted the request"))
    }

    @Test func `time is given by the mode and by the bytes to send`() async throws {
        let answer = ScriptedTransport.Reply.answer(200, #"{"output":{"task_id":"t"}}"#)
        let bench = try Bench([answer, answer])
        _ = try await bench.submit(.sample(mode: .sync, family: .messages))
        _ = try await bench.submit(.sample(prompt: String(repeating: "x", count: 65536 * 10)))
        let limits = bench.transport.sent.map(\.limits)
        #expect(limits[0].connect == .seconds(15))
        #expect(try #require(limits[0].total) >= .seconds(330) && #require(limits[0].total) < .seconds(331))
        #expect(try #require(limits[1].total) >= .seconds(70) && #require(limits[1].total) < .seconds(71))
        #expect(limits.allSatisfy { $0.bodyBytesMax == 8 << 20 })
    }

    @Test func `a submit goes to the endpoint with what it needs`() async throws {
        let bench = try Bench([.answer(200, #"{"output":{"task_id":"t"}}"#)], region: "singapore")
        _ = try await bench.submit()
        let sent = try #require(bench.transport.sent.first)
        #expect(sent.method == "POST")
        #expect(sent.url == "https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/text2image/image-synthesis")
        #expect(sent.headers["authorization"] == "Bearer \(testKey)")
        #expect(sent.headers["content-type"] == "application/json")
        #expect(sent.headers["x-dashscope-async"] == "enable")
    }

    @Test func `where nobody answers the message says where and what to do`() async throws {
        let error = TransportError(.refused, "connection refused", mayHaveArrived: false)
        let outcome = try await Bench([.error(error)], baseURL: "http://127.0.0.1:9/api/v1").submit()
        let text = try #require(outcome.failure).description
        #expect(text.contains("cannot connect to http://127.0.0.1:9"))
        #expect(text.contains("DASHSCOPE_HTTP_BASE_URL") && text.contains("watch.yaml"))
    }

    @Test func `being cancelled is not a failure`() async throws {
        let bench = try Bench()
        let request = try await bench.service.prepare(.sample(), references: "/nowhere")
        let service = DashScopeService(
            endpoint: bench.service.endpoint, transport: bench.transport, uploads: MemoryUploads(),
            key: { throw CancellationError() })
        await #expect(throws: CancellationError.self) { try await service.submit(request, plan: .sample()) }
    }
}
