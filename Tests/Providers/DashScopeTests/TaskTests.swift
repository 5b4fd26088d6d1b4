import Foundation
import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

@Suite struct TaskTests {
    static let finished = """
        {"request_id":"cf4a3304","output":{"task_id":"18e7cde0","task_status":"SUCCEEDED",
          "submit_time":"2025-09-05 11:33:20.542","scheduled_time":"2025-09-05 11:33:20.581","end_time":"2025-09-05 11:33:40.807",
          "results":[
            {"orig_prompt":"A tin robot","actual_prompt":"A weathered tin robot","url":"https://dashscope-result-sz.oss-cn-shenzhen.aliyuncs.com/7d/x1.png?Expires=1"},
            {"code":"DataInspectionFailed","message":"Output data may contain inappropriate content."}],
          "task_metrics":{"TOTAL":2,"SUCCEEDED":1,"FAILED":1}},"usage":{"image_count":1}}
        """
    static let choices = """
        {"request_id":"810fa5f5","output":{"task_id":"18e7cde0","task_status":"SUCCEEDED","finished":true,
          "choices":[{"finish_reason":"stop","message":{"role":"assistant","content":[
            {"type":"text","text":"first"},{"image":"https://a.aliyuncs.com/1.png","type":"image"},{"image":"https://a.aliyuncs.com/2.png","type":"image"}]}},
           {"message":{"content":[{"image":"https://a.aliyuncs.com/3.png"}]}}]},
         "usage":{"size":"2976*1408","image_count":3,"SR":"720"}}
        """

    static let film = """
        {"request_id":"caa62a12","output":{"task_id":"18e7cde0","task_status":"SUCCEEDED","end_time":"2026-04-16 11:02:00.274",
          "orig_prompt":"a","actual_prompt":"b","video_url":"https://a.aliyuncs.com/v.mp4","image_url":"https://a.aliyuncs.com/c.png"},
         "usage":{"duration":10.5,"video_count":1,"SR":720,"size":"1280*720"}}
        """
    static let animation = """
        {"request_id":"caa62a12","output":{"task_id":"18e7cde0","task_status":"SUCCEEDED",
          "results":{"video_url":"https://a.aliyuncs.com/v.mp4"}},"usage":{"video_duration":5.2,"video_ratio":"standard"}}
        """

    private func report(_ body: String) async throws -> TaskReport {
        try await Bench([.answer(200, body)]).service.query(TaskID("18e7cde0"))
    }

    @Test func `a finished task of the prompt family, one of two parts failed`() async throws {
        guard case .succeeded(let result) = try await report(Self.finished).state else {
            Issue.record("expected success")
            return
        }
        #expect(result.outputs.map(\.index) == [1])
        #expect(result.failedParts.map(\.index) == [2] && result.failedParts.first?.code == "DataInspectionFailed")
        #expect(result.origPrompt == "A tin robot" && result.actualPrompt == "A weathered tin robot")
        #expect(result.submitTime == "2025-09-05 11:33:20.542" && result.endTime == "2025-09-05 11:33:40.807")
        #expect(result.usage == ["image_count": 1])
        #expect(result.requestID == "cf4a3304" && result.task == TaskID("18e7cde0"))
    }

    @Test func `several pictures come in either layout, texts between them are none`() async throws {
        guard case .succeeded(let result) = try await report(Self.choices).state else {
            Issue.record("expected success")
            return
        }
        #expect(result.outputs.map(\.url) == (1...3).map { "https://a.aliyuncs.com/\($0).png" })
        #expect(result.outputs.map(\.index) == [1, 2, 3])
        #expect(result.usage?["SR"] == "720")
    }

    @Test(arguments: [
        ("PENDING", TaskReport.State.pending), ("SUSPENDED", .pending), ("RUNNING", .running), ("CANCELED", .canceled),
        ("CANCELLED", .canceled), ("UNKNOWN", .unknown), ("REHEARSING", .running), ("running", .running),
    ])
    func `a word is a state, and a word that nobody knows is no end`(word: String, state: TaskReport.State) async throws
    {
        let answer = #"{"request_id":"e5","output":{"task_id":"18e7cde0","task_status":"\#(word)"}}"#
        #expect(try await report(answer) == TaskReport(task: TaskID("18e7cde0"), state: state, requestID: "e5"))
    }

    @Test(arguments: [
        (
            #"{"output":{"task_status":"FAILED","code":"InvalidParameter","message":"Range of seed should be [0, 2147483647]"}}"#,
            "InvalidParameter", Failure.Fault.job, false
        ),
        (#"{"code":"X","output":{"task_status":"FAILED","task_metrics":{}}}"#, "task_failed", .provider, true),
        (
            #"{"output":{"task_status":"FAILED","code":"InternalError.Timeout","message":""}}"#,
            "InternalError.Timeout", .provider, true
        ),
        (
            #"{"output":{"task_status":"SUCCEEDED","results":[{"code":"InternalError.Timeout","message":"x"}]}}"#,
            "InternalError.Timeout", .provider, true
        ),
    ])
    func `a task that failed says why`(body: String, code: String, fault: Failure.Fault, retryable: Bool) async throws {
        guard case .failed(let failure) = try await report(body).state else {
            Issue.record("expected a failure")
            return
        }
        #expect(failure.code == code && failure.fault == fault && failure.retryable == retryable)
    }

    /// It was made, and is billed.
    @Test(arguments: [
        #"{"task_status":"SUCCEEDED"}"#, #"{"task_status":"SUCCEEDED","results":[]}"#,
        #"{"task_status":"SUCCEEDED","results":[{"url":"ftp://x"}]}"#, #"{"task_status":"SUCCEEDED","video_url":""}"#,
        #"{"task_status":"SUCCEEDED","images":[{"url":"https://x/1.png"}]}"#,
        #"{"task_status":"SUCCEEDED","choices":[{"message":{"content":[{"text":"Mix."},{"type":"image_url","image_url":"https://x/1"}]}}]}"#,
        #"{"task_status":"SUCCEEDED","choices":[{"message":{"content":[{"asset":{"href":"https://x/1"}}]}}]}"#,
        #"{"task_status":"SUCCEEDED","choices":[{"message":{"content":[{"text":"Here they are."}]}}]}"#,
    ])
    func `an end whose result nobody can read is no failure`(output: String) async throws {
        let body = #"{"output":\#(output),"usage":{"image_count":2},"request_id":"r"}"#
        guard case .succeeded(let result) = try await report(body).state else {
            Issue.record("expected an end")
            return
        }
        #expect(result.isUnread && result.status == "SUCCEEDED" && result.requestID == "r")
        #expect(result.usage?["image_count"] == 2 && result.task != nil)
    }

    @Test(arguments: [
        (200, "<html>", Failure.Fault.provider), (200, "{}", .provider), (200, #"{"output":{}}"#, .provider),
        (200, #"{"output":{"task_id":"another","task_status":"RUNNING"}}"#, .provider), (502, "", .provider),
        (429, "slow", .throttled), (429, #"{"code":"Throttling.RateQuota","message":"x"}"#, .throttled),
        (401, #"{"code":"InvalidApiKey","message":"x"}"#, .account),
        (200, #"{"code":"Throttling","message":"x"}"#, .throttled),
    ])
    func `an answer that tells nothing of the task is a failure of the call`(
        status: Int, body: String, fault: Failure.Fault
    ) async throws {
        let bench = try Bench([.answer(status, body)])
        let failure = await failure { try await bench.service.query(TaskID("18e7cde0")) }
        #expect(failure?.fault == fault)
    }

    @Test func `a task's name cannot leave its place in the path`() async throws {
        let bench = try Bench([.answer(200, "{}")])
        _ = try? await bench.service.query(TaskID("../a b?c#d"))
        #expect(bench.transport.sent.first?.url == "https://dashscope.aliyuncs.com/api/v1/tasks/..%2Fa%20b%3Fc%23d")
    }

    @Test(arguments: [finished, choices, film, animation])
    func `an answer with anything missing or changed never traps`(good: String) async throws {
        let document = try #require(json(good))
        let mutants = Mutation.all(of: document)
        #expect(mutants.count > 50)
        for mutant in mutants {
            let body = String(decoding: try JSONBytes.bytes(mutant), as: UTF8.self)
            let bench = try Bench([.answer(200, body), .answer(200, body), .answer(200, body)])
            _ = await failure { try await bench.service.query(TaskID("18e7cde0")) }
            if case .completed(let result) = try await bench.submit() {
                for unit in Price.Unit.allCases { _ = Quote.Usage(result.usage, per: unit) }
            }
            _ = await failure { try await bench.service.list(model: nil, since: bench.clock.now, page: 1) }
            #expect(bench.transport.remaining == 0)
        }
    }

    @Test func `a page of the list is read and the window is the provider's`() async throws {
        let bench = try Bench([
            .answer(
                200,
                """
                {"total":2,"data":[
                  {"api_key_id":"15000","gmt_create":1745568428109,"start_time":1745568428138,"model_name":"wanx2.1-kf2v-plus",
                   "request_id":"1abfc3c8","status":"RUNNING","task_id":"50e2ccea"},
                  {"status":"SUCCEEDED"},{"task_id":"bare","status":"PENDING"}],
                 "total_page":3,"page_no":2,"page_size":10,"request_id":"f6756b7e"}
                """)
        ])
        let since = bench.clock.now.addingTimeInterval(-3600)
        let page = try await bench.service.list(model: "wan2.2 x&y", since: since, page: 2)
        #expect(page.page == 2 && page.pages == 3)
        #expect(
            page.tasks.first
                == TaskListing(
                    task: TaskID("50e2ccea"), status: .running, model: "wanx2.1-kf2v-plus", requestID: "1abfc3c8",
                    keyID: "15000", created: Date(timeIntervalSince1970: 1_745_568_428.109)))
        #expect(page.tasks.map(\.task.text) == ["50e2ccea", "bare"])
        // The clock stands at 11:06:40 UTC, 19:06:40 in UTC+8; five minutes more on both sides.
        #expect(
            bench.transport.sent.first?.url
                == "https://dashscope.aliyuncs.com/api/v1/tasks?start_time=20261118180140&end_time=20261118191140"
                + "&page_no=2&page_size=100&model_name=wan2.2%20x%26y")
    }

    @Test func `a window is a day at most, in the zone that was chosen`() async throws {
        var options = DashScopeOptions()
        options.listZoneHours = -5
        let bench = try Bench([.answer(200, #"{"data":[]}"#)], options: options)
        let page = try await bench.service.list(model: nil, since: Date(timeIntervalSince1970: 0), page: 1)
        #expect(page == TaskPage(tasks: [], page: 1, pages: 1))
        #expect(
            bench.transport.sent.first?.url.contains("start_time=20261117061140&end_time=20261118061140") == true)
    }

    @Test func `cancel says whether it came in time`() async throws {
        let late = #"{"request_id":"r","code":"UnsupportedOperation","message":"Failed to cancel the task"}"#
        let bench = try Bench([.answer(200, #"{"request_id":"r"}"#), .answer(400, late), .answer(500, "")])
        #expect(try await bench.service.cancel(TaskID("t")) == .canceled)
        #expect(try await bench.service.cancel(TaskID("t")) == .tooLate)
        #expect(await failure { try await bench.service.cancel(TaskID("t")) }?.fault == .provider)
        #expect(bench.transport.sent.first?.method == "POST")
        #expect(bench.transport.sent.first?.url.hasSuffix("/tasks/t/cancel") == true)
    }

    @Test(
        arguments: [
            (["image_count": 1], 200_000), (["image_count": "3"], 600_000), (["output_image_count": 2], 400_000),
            (["image_count": -1], 400_000), (["image_count": 1e300], 400_000), ([:], 400_000), (["image_count": 0], 0),
        ] as [(JSONValue, Int)])
    func `the cost is the price of what was made`(usage: JSONValue, micros: Int) throws {
        var plan = RenderPlan.sample(count: 4)
        let outputs = (1...2).map { RenderResult.Output(index: $0, url: "https://x") }
        let result = RenderResult(
            task: nil, requestID: nil, status: "SUCCEEDED", outputs: outputs, usage: usage, learnedAt: Date())
        let service = try Bench().service
        #expect(service.cost(of: result, plan: plan) == nil)
        plan.estimate = Money(micros: 800_000, currency: "CNY")
        #expect(service.cost(of: result, plan: plan) == Money(micros: micros, currency: "CNY"))
    }
}

/// Every document that differs from a good one in one place.
private enum Mutation {
    static let others: [JSONValue] = [
        nil, true, -1, 1e300, .string(""), .string(String(repeating: "é\u{0}", count: 50)), [], [:], [[[]]],
        .int(.max),
    ]

    static func all(of value: JSONValue) -> [JSONValue] {
        var mutants = others
        switch value {
        case .object(let members):
            for (key, member) in members {
                var rest = members
                rest[key] = nil
                mutants.append(.object(rest))
                for mutant in all(of: member) {
                    rest[key] = mutant
                    mutants.append(.object(rest))
                }
            }
        case .array(let items):
            for index in items.indices {
                var rest = items
                rest.remove(at: index)
                mutants.append(.array(rest))
                for mutant in all(of: items[index]) {
                    rest = items
                    rest[index] = mutant
                    mutants.append(.array(rest))
                }
            }
        case .null, .bool, .int, .double, .string: break
        }
        return mutants
    }
}
