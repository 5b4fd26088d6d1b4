import RenderCore
import Testing

@testable import DashScope

/// An answer that comes in pieces, as the provider's pages show it, and as it can go wrong.
@Suite struct StreamTests {
    private static func event(
        _ number: Int, _ content: String, reason: String = "null", finished: Bool = false, pictures: Int = 0
    ) -> String {
        """
        id:\(number)
        event:result
        :HTTP_STATUS/200
        data:{"output":{"choices":[{"finish_reason":"\(reason)","message":{"role":"assistant","content":[\(content)]}}],\
        "finished":\(finished)},"usage":{"input_tokens":28,"output_tokens":\(number),"image_count":\(pictures),\
        "size":"1280*1280"},"request_id":"5b98e8f3"}


        """
    }

    private static func text(_ text: String) -> String { #"{"type":"text","text":"\#(text)"}"# }
    private static func image(_ name: String) -> String {
        #"{"type":"image","image":"https://x.aliyuncs.com/\#(name).png"}"#
    }

    static let events = [
        event(1, text("First, ")), event(2, text("mix.")), event(3, image("a"), pictures: 1),
        event(4, text("Then bake."), pictures: 1), event(5, image("b"), pictures: 2),
        event(6, "", reason: "stop", finished: true, pictures: 2),
    ]
    static let whole = events.joined()

    private static func error(_ code: String) -> String {
        "id:9\nevent:error\n:HTTP_STATUS/400\ndata:{\"code\":\"\(code)\",\"message\":\"m\",\"request_id\":\"e7\"}\n\n"
    }

    private static var plan: RenderPlan {
        var plan = RenderPlan.sample(model: "wan2.6-image", mode: .sync, family: .messages, prompt: "A recipe")
        plan.body.streams = true
        plan.parameters = ["enable_interleave": true, "max_images": 3]
        return plan
    }

    private func submit(_ body: String, status: Int = 200) async throws -> SubmitOutcome {
        try await Bench([.answer(status, body, ["content-type": "text/event-stream"])]).submit(Self.plan)
    }

    @Test func `a picture in a form that is not known is not passed over`() async throws {
        let other = #"{"type":"image_url","image_url":"https://x/1"}"#
        let body =
            #"data:{"output":{"finished":true,"choices":[{"finish_reason":"stop","message":{"content":[{"text":"Mix."},\#(other)]}}]},"#
            + #""request_id":"r"}"# + "\n\n"
        guard case .unknown(let failure) = try await submit(body) else {
            Issue.record("expected nobody to know")
            return
        }
        #expect(failure.code == "answer_unknown")
    }

    @Test func `a stream is asked for by header and body alike`() async throws {
        let bench = try Bench([.answer(200, Self.whole)])
        let request = try await bench.service.prepare(Self.plan, references: "/nowhere")
        #expect(request.headers == ["X-DashScope-SSE": "enable"])
        #expect(
            value(request.body)?["parameters"]
                == ["enable_interleave": true, "max_images": 3, "stream": true, "n": 1])
        _ = try await bench.service.submit(request, plan: Self.plan)
        let sent = try #require(bench.transport.sent.first)
        #expect(sent.headers["x-dashscope-sse"] == "enable" && sent.headers["accept"] == "text/event-stream")
        #expect(sent.limits.bodyBytesMax == 8 << 20)
    }

    @Test func `what is answered by a task is not streamed`() async throws {
        var plan = Self.plan
        plan.mode = .async
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(request.headers == ["X-DashScope-Async": "enable"])
        #expect(value(request.body)?["parameters"]?["stream"] == nil)
    }

    @Test(arguments: [
        whole, whole.replacing("\n", with: "\r\n"), whole.replacing("\n", with: "\r"), String(whole.dropLast(2)),
        whole.replacing("data:", with: "data: "), ":heartbeat\n\n" + whole.replacing("event:result\n", with: ""),
        whole.replacing("id:", with: "status:200\nsparkle\nretry: 3\nid:"), whole + "event:done\ndata:[DONE]\n\n",
        "data:{\"output\":\n\n" + whole, whole.replacing(#","finished":false"#, with: ""),
        whole.replacing(#","finished":true"#, with: ""), whole.replacing(#""stop""#, with: "null"),
        events.dropLast().joined() + event(6, image("b"), reason: "stop", finished: true, pictures: 2),
        whole.replacing("data:{\"output\"", with: "data:{\ndata:\"output\""),
    ])
    func `the pieces are one answer, however their lines are set`(body: String) async throws {
        guard case .completed(let result) = try await submit(body) else {
            Issue.record("expected a result of \(body)")
            return
        }
        #expect(result.outputs.map(\.url) == ["https://x.aliyuncs.com/a.png", "https://x.aliyuncs.com/b.png"])
        #expect(result.outputs.map(\.index) == [1, 2])
        #expect(result.article == [.text("First, mix."), .output(1), .text("Then bake."), .output(2)])
        #expect(result.usage?["image_count"] == 2 && result.usage?["output_tokens"] == 6)
        #expect(result.requestID == "5b98e8f3" && result.task == nil)
    }

    @Test(arguments: 0..<events.count) func `a stream without its end is a lost answer`(count: Int) async throws {
        let outcome = try await submit(Self.events.prefix(count).joined())
        #expect(outcome.kind == .unknown)
        #expect(outcome.failure?.code == (count == 0 ? "answer_unreadable" : "answer_cut"))
        #expect(outcome.failure?.advice.contains("not sent again") == true)
        // In the middle of the next event.
        let cut = Self.events.prefix(count).joined() + Self.events[count].dropLast(12)
        #expect(try await submit(cut).kind == .unknown)
    }

    @Test(
        arguments: [
            ("Throttling.RateQuota", .refused), ("DataInspectionFailed", .refused), ("InvalidParameter", .refused),
            ("InternalError", .unknown), ("RequestTimeOut", .unknown), ("Brandnew", .unknown), ("", .unknown),
        ] as [(String, Expected)])
    func `an error event counts by its code`(code: String, expected: Expected) async throws {
        for start in ["", Self.events.prefix(2).joined()] {
            let outcome = try await submit(start + Self.error(code))
            #expect(outcome.kind == expected)
            if !code.isEmpty { #expect(outcome.failure?.code == code && outcome.failure?.requestID == "e7") }
        }
        // A picture has come, and may be billed: no code proves that nothing was accepted.
        let late = try await submit(Self.events.prefix(3).joined() + Self.error(code))
        #expect(late.kind == .unknown)
        if !code.isEmpty { #expect(late.failure?.code == code) }
    }

    @Test func `nothing comes after an error`() async throws {
        #expect(try await submit(Self.error("Throttling") + Self.whole).kind == .refused)
        let coded = Self.whole.replacing(#""request_id""#, with: #""code":"Throttling","message":"m","request_id""#)
        #expect(try await submit(coded).kind == .refused)
    }

    @Test(
        arguments: [
            "", "hello", "<html>log in</html>", ":\n\n:\n\n", "data:\n\n", "data:{\n\n", "data:[1]\n\ndata:7\n\n",
            "event:result\n\n", "\n\n\n", String(repeating: "data:{\"output\":{}}\n", count: 500),
            "data:" + String(repeating: "[", count: 100_000) + "\n\n", "data:{}\n\n", "data:{\"output\":{}}\n\n",
            "data:{\"output\":{\"finished\":\"true\"}}\n\n", "data:{\"output\":{\"choices\":[[],7,null]}}\n\n",
            "data:{\"output\":{\"finished\":true}}\n\n",
        ])
    func `garbage proves nothing`(body: String) async throws {
        #expect(try await submit(body).kind == .unknown)
    }

    @Test func `an answer that is no stream is read as ever`() async throws {
        let picture = #"{"output":{"choices":[{"message":{"content":[{"image":"https://x/1.png"}]}}]}}"#
        #expect(try await submit(picture).kind == .completed)
        #expect(try await submit(SubmitTests.error("InvalidParameter"), status: 400).kind == .refused)
        #expect(try await submit("<html>Bad Gateway</html>", status: 502).kind == .unknown)
        #expect(try await submit(Self.error("InvalidParameter"), status: 400).kind == .refused)
    }

    @Test func `a stream that was not asked for is no answer`() async throws {
        let plan = RenderPlan.sample(mode: .sync, family: .messages)
        #expect(try await Bench([.answer(200, Self.whole)]).submit(plan).kind == .unknown)
    }

    @Test func `many small pieces make one text`() async throws {
        let words = (1...3000).map { Self.event($0, Self.text("w\($0) ")) }.joined()
        guard case .completed(let result) = try await submit(words + Self.events.dropFirst(2).joined()) else {
            Issue.record("expected a result")
            return
        }
        #expect(result.article?.count == 4)
        #expect(result.article?.first == .text((1...3000).map { "w\($0) " }.joined()))
    }

    @Test func `the key is in no piece`() async throws {
        let body = Self.whole.replacing("mix.", with: testKey)
        guard case .completed(let result) = try await submit(body) else {
            Issue.record("expected a result")
            return
        }
        #expect(result.article?.first == .text("First, ***"))
    }
}
