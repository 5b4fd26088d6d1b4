import HTTPTypes
import RenderCore
import Testing

@testable import WaveSpeed

/// What became of a submit, by every kind of answer.
@Suite struct OutcomeTests {
    private static let job = "model: wavespeed-ai/qwen-image/edit\nprompt: p\nreferences: [https://a.example/1.png]"

    private func outcome(_ reply: ScriptedLine.Reply) async throws -> (SubmitOutcome, ScriptedLine) {
        let line = ScriptedLine([reply])
        let service = try service(line)
        let plan = try onePlan(Self.job)
        let request = try await service.prepare(plan, references: "/nowhere")
        return (try await service.submit(request, plan: plan), line)
    }

    @Test(arguments: [
        #"{"code":200,"message":"success","data":{"id":"p1","status":"created"}}"#,
        #"{"id":"p1","status":"processing","code":0}"#,
        #"{"code":200,"data":{"id":"p1","status":"processing","code":5004,"error":"sync mode timed out"}}"#,
    ])
    func `an answer that names a task is accepted, wrapped or bare`(body: String) async throws {
        let (outcome, line) = try await outcome(.answer(200, body, [:]))
        #expect(outcome == .accepted(TaskID("p1"), requestID: nil))
        #expect(line.calls.map(\.url) == ["https://api.wavespeed.ai/api/v3/wavespeed-ai/qwen-image/edit"])
        #expect(line.calls.first?.headers[.authorization] == "Bearer \(testKey)")
    }

    /// HTTP status, body, code, whose fault, and what waits.
    static let refusals: [(Int, String, String, Failure.Fault, Failure.Scope)] = [
        (200, #"{"code":401,"message":"Invalid API key"}"#, "http_401", .account, .key),
        (401, #"{"code":401,"message":"Invalid API key"}"#, "http_401", .account, .key),
        (200, #"{"code":400,"message":"property \"x\" is unsupported"}"#, "http_400", .job, .job),
        (400, #"{"code":400,"message":"bad"}"#, "http_400", .job, .job),
        (403, #"{"code":403,"message":"no","error_code":"role_denied"}"#, "role_denied", .account, .key),
        (
            403, #"{"code":403,"message":"Insufficient credits. Please top up."}"#, "insufficient_credits", .account,
            .account
        ),
        (200, #"{"code":500,"message":"insufficient balance"}"#, "http_500", .provider, .provider),
        (402, #"{"message":"pay"}"#, "http_402", .account, .account),
        (404, #"{"code":404,"message":"model not found"}"#, "http_404", .job, .job),
        (413, "", "http_413", .job, .job),
        (429, #"{"code":429,"message":"Too many requests"}"#, "http_429", .throttled, .model),
    ]

    @Test(arguments: refusals.indices)
    func `a refusal that proves that nothing was accepted says whose fault it is`(index: Int) async throws {
        let (status, body, code, fault, scope) = Self.refusals[index]
        let (outcome, line) = try await outcome(.answer(status, body, [:]))
        let found: Failure? =
            switch outcome {
            case .refused(let failure) where fault != .provider: failure
            case .unknown(let failure) where fault == .provider: failure
            default: nil
            }
        let failure = try #require(found, "\(outcome)")
        #expect(failure.code == code && failure.fault == fault && failure.scope == scope)
        #expect(line.calls.count == 1)
    }

    @Test(arguments: [
        ScriptedLine.Reply.answer(500, #"{"code":500,"message":"oops"}"#, [:]),
        .answer(502, "<html>", [:]), .answer(504, "", [:]), .answer(408, "", [:]), .answer(200, "<html>", [:]),
        .answer(200, #"{"code":200,"message":"success","data":{"status":"created"}}"#, [:]),
        .failure(TransportError(.connectionLost, "gone", mayHaveArrived: true)),
        .failure(TransportError(.timedOut, "late", mayHaveArrived: true)),
    ])
    func `whatever proves nothing is unknown, and is sent once`(reply: ScriptedLine.Reply) async throws {
        let (outcome, line) = try await outcome(reply)
        guard case .unknown(let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.advice.contains("may have accepted"))
        #expect(line.calls.count == 1)
    }

    @Test func `what never left this machine is not sent`() async throws {
        let error = TransportError(.refused, "nobody listens", mayHaveArrived: false)
        let (outcome, _) = try await outcome(.failure(error))
        guard case .notSent = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `a wait that the provider asks for is told`() async throws {
        let (outcome, _) = try await outcome(
            .answer(429, #"{"code":429,"message":"slow down"}"#, ["retry-after": "7"]))
        guard case .refused(let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.retryAfterSeconds == 7)
    }

    // MARK: Ends of tasks

    private func state(_ body: String, status: Int = 200) async throws -> TaskReport.State {
        try await service(ScriptedLine([.answer(status, body, [:])])).query(TaskID("p1")).state
    }

    private static func task(_ status: String, _ more: String = "") -> String {
        #"{"code":200,"message":"success","data":{"id":"p1","status":"\#(status)"\#(more)}}"#
    }

    @Test(arguments: [
        ("created", TaskReport.State.pending), ("processing", .running), ("a-new-word", .running),
        ("cancelled", .canceled), ("deleted", .unknown),
    ])
    func `a task's word is understood`(word: String, state: TaskReport.State) async throws {
        #expect(try await self.state(Self.task(word)) == state)
    }

    @Test(arguments: [
        #","outputs":["https://d1.cloudfront.net/a.png"]"#,
        #","outputs":[{"url":"https://d1.cloudfront.net/a.png"}],"has_nsfw_contents":[true]"#,
    ])
    func `a completed task has links, whatever form they stand in`(more: String) async throws {
        guard case .succeeded(let result) = try await state(Self.task("completed", more)) else {
            Issue.record("not done")
            return
        }
        #expect(result.outputs == [.init(index: 1, url: "https://d1.cloudfront.net/a.png")])
    }

    @Test func `pictures without links are done and cannot be read`() async throws {
        guard case .succeeded(let result) = try await state(Self.task("completed", #","outputs":["iVBORw0KGgo="]"#))
        else {
            Issue.record("not done")
            return
        }
        #expect(result.isUnread)
    }

    @Test(arguments: [
        (1200, Failure.Fault.job), (1400, .job), (1401, .job), (1402, .job), (1403, .job), (1405, .job),
        (5000, .provider), (5003, .provider), (5004, .provider),
    ])
    func `a failed task says whose fault it is, and is never made anew unasked`(code: Int, fault: Failure.Fault)
        async throws
    {
        let more = #","code":\#(code),"error":"because""#
        guard case .failed(let failure) = try await state(Self.task("failed", more)) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == String(code) && failure.message == "because")
        #expect(failure.fault == fault && !failure.retryable)
        #expect((failure.subject == .fetchedMedia) == (code == 1402))
    }

    @Test func `a task that timed out has failed, and one that is not there is unknown`() async throws {
        guard case .failed = try await state(Self.task("timeout")) else {
            Issue.record("not failed")
            return
        }
        #expect(try await state(#"{"code":404,"message":"not found"}"#, status: 404) == .unknown)
        #expect(try await state(#"{"code":404,"message":"not found"}"#) == .unknown)
    }

    @Test(arguments: [
        (500, "oops"), (200, "<html>"), (404, "<html>no such page</html>"),
        (200, #"{"code":200,"data":{"id":"p2","status":"completed"}}"#),
    ])
    func `an answer that is not about the task is asked for again`(status: Int, body: String) async throws {
        let failure = await #expect(throws: Failure.self) { try await state(body, status: status) }
        #expect(failure?.retryable == true)
    }
}
