import DashScopeSimulator
import Foundation
import Testing

@Suite struct TaskLifeTests {
    private func status(_ client: APIClient, _ id: String) async throws -> String? {
        try await client.get("/tasks/\(id)").text("output.task_status")
    }

    @Test func `a task waits, runs, succeeds and is forgotten a day later`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.task()
            let pending = try await client.get("/tasks/\(id)")
            #expect(pending.keys("output") == ["task_id", "task_status", "submit_time"])
            #expect(pending.text("output.submit_time") == "2026-11-21 10:00:00.000")
            #expect(!pending.has("usage"))
            simulator.advance(seconds: 1)
            let running = try await client.get("/tasks/\(id)")
            #expect(running.text("output.task_status") == "RUNNING")
            #expect(running.text("output.scheduled_time") == "2026-11-21 10:00:00.020")
            simulator.advance(seconds: 11)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.text("output.task_status") == "SUCCEEDED")
            #expect(done.text("output.end_time") == "2026-11-21 10:00:11.520")
            simulator.advance(seconds: 86_390)
            #expect(try await status(client, id) == "SUCCEEDED")
            simulator.advance(seconds: 60)
            let gone = try await client.get("/tasks/\(id)")
            #expect(gone.status == 200)
            #expect(gone.keys("output") == ["task_id", "task_status"])
            #expect(gone.text("output.task_status") == "UNKNOWN")
        }
    }

    @Test func `above the running limit tasks wait for a place`() async throws {
        try await simulating {
            $0.switches.listPageSizeMax = 100
        } _: { simulator in
            let client = APIClient(simulator)
            var ids: [String] = []
            for _ in 0..<2 { ids.append(try await client.task()) }
            simulator.advance(seconds: 2)
            ids.append(try await client.task())
            simulator.advance(seconds: 5)
            #expect(try await status(client, ids[1]) == "RUNNING")
            #expect(try await status(client, ids[2]) == "PENDING")
            simulator.advance(seconds: 5)
            #expect(try await status(client, ids[0]) == "SUCCEEDED")
            let third = try await client.get("/tasks/\(ids[2])")
            #expect(third.text("output.task_status") == "RUNNING")
            #expect(third.text("output.scheduled_time") == "2026-11-21 10:00:11.520")
        }
    }

    @Test func `the running limit can reject instead`() async throws {
        try await simulating {
            $0.switches.crowding = .reject
        } _: { simulator in
            let client = APIClient(simulator)
            for _ in 0..<2 { _ = try await client.task() }
            simulator.advance(seconds: 2)
            let reply = try await client.submit(
                Path.textToImage, #"{"model":"wan2.2-t2i-flash","input":{"prompt":"x"}}"#)
            #expect(reply.status == 429)
            #expect(reply.text("code") == "Throttling.RateQuota")
        }
    }

    @Test func `only a waiting task can be cancelled, and it is not billed`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let first = try await client.task()
            let done = try await client.send("POST", "/api/v1/tasks/\(first)/cancel")
            #expect(done.status == 200)
            #expect(done.keys("") == ["request_id"])
            #expect(try await status(client, first) == "CANCELED")
            let second = try await client.task()
            simulator.advance(seconds: 1)
            for id in [first, second, "no-such-task"] {
                let refused = try await client.send("POST", "/api/v1/tasks/\(id)/cancel")
                #expect(refused.status == 400)
                #expect(refused.text("code") == "UnsupportedOperation")
                #expect(
                    refused.text("message")
                        == "Failed to cancel the task, please confirm if the task is in PENDING status.")
            }
            simulator.advance(seconds: 60)
            #expect(simulator.paid().first?.images == 1)
            #expect(simulator.paid().first?.submits == 2)
            #expect(simulator.paid().first?.cny == 0.14)
        }
    }

    @Test func `another account's task is unknown, another key's of the same account is not`() async throws {
        try await simulating {
            $0.keys["sk-else"] = SimulatorKey(account: "2", region: .beijing, apiKeyID: "7")
        } _: { simulator in
            let id = try await APIClient(simulator).task()
            #expect(try await status(APIClient(simulator, key: "sk-else"), id) == "UNKNOWN")
            #expect(try await status(APIClient(simulator, key: "sk-colleague"), id) == "PENDING")
            #expect(try await status(APIClient(simulator), "not even an id") == "UNKNOWN")
        }
    }

    @Test func `speed divides the waiting`() async throws {
        try await simulating {
            $0.speed = 10
        } _: { simulator in
            let client = APIClient(simulator)
            let id = try await client.task()
            simulator.advance(seconds: 1.2)
            #expect(try await status(client, id) == "SUCCEEDED")
        }
    }

    @Test func `moving the clock ends a synchronous call`() async throws {
        let simulator = Simulator()
        try await simulator.withRunning { running in
            let client = APIClient(running)
            async let reply = client.post(Path.multimodal, messages("qwen-image", "x"))
            while running.tasks().isEmpty { await Task.yield() }
            running.advance(seconds: 30)
            let status = try await reply.status
            #expect(status == 200)
            #expect(running.paid().first?.cny == 0.25)
        }
    }

    @Test func `submits above the model's rate are refused and not billed`() async throws {
        try await simulating {
            $0.switches.retryAfterSeconds = 9
        } _: { simulator in
            let client = APIClient(simulator)
            var statuses: [Int] = []
            var last: APIClient.Reply?
            for _ in 0..<3 {
                last = try await client.post(Path.multimodal, messages("qwen-image-max", "x"))
                statuses.append(last?.status ?? 0)
            }
            #expect(statuses == [200, 200, 429])
            #expect(last?.text("code") == "Throttling.RateQuota")
            #expect(last?.text("message") == "Requests rate limit exceeded, please try again later.")
            #expect(last?.headers["retry-after"] == "9")
            simulator.advance(seconds: 61)
            #expect(try await client.post(Path.multimodal, messages("qwen-image-max", "x")).status == 200)
            #expect(simulator.paid().first?.submits == 3)
        }
    }

    @Test(arguments: [true, false])
    func `twenty queries a second are allowed, with limits on`(limits: Bool) async throws {
        try await simulating {
            $0.limits = limits
        } _: { simulator in
            let client = APIClient(simulator)
            var refused = 0
            for _ in 0..<22 { refused += try await client.get("/tasks/x").status == 429 ? 1 : 0 }
            #expect(refused == (limits ? 2 : 0))
            #expect(try await client.get("/tasks").status == 200)
        }
    }
}
