import DashScopeSimulator
import Foundation
import Testing

@Suite struct ListTests {
    @Test func `the list is flat, newest first, and knows no results`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let old = try await client.task("wan2.2-t2i-flash")
            simulator.advance(seconds: 5)
            let new = try await client.task("qwen-image-plus")
            for path in ["/tasks", "/tasks/"] {
                let list = try await client.get(path)
                #expect(
                    list.keys("") == ["total", "data", "total_page", "page_no", "page_size", "request_id"])
                #expect(list.number("total") == 2)
                #expect(list.number("page_size") == 10)
                #expect(list.text("data.0.task_id") == new)
                #expect(list.text("data.1.task_id") == old)
                #expect(list.text("data.1.status") == "RUNNING")
                #expect(list.number("data.1.gmt_create") == 1_795_226_400_000)
                #expect(list.number("data.1.start_time") == 1_795_226_400_020)
                #expect(!list.has("data.1.end_time"))
                #expect(
                    list.text("data.0.user_api_unique_key")
                        == "apikey:v1:aigc:text2image:image-synthesis:qwen-image-plus")
                #expect(list.text("data.0.region") == "cn-beijing")
            }
        }
    }

    @Test func `filters and pages cut the list`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            for index in 0..<7 {
                try simulator.addForeignTask(
                    ForeignTask(model: "wan2.2-t2i-flash", ageSeconds: Double(index) * 100))
            }
            let mine = try await client.task("qwen-image-plus")
            let page = try await client.get("/tasks?model_name=wan2.2-t2i-flash&page_no=2&page_size=3")
            #expect(page.number("total") == 7)
            #expect(page.number("total_page") == 3)
            #expect(page.count("data") == 3)
            #expect(try await client.get("/tasks?page_no=9").count("data") == 0)
            #expect(try await client.get("/tasks?page_size=1000").number("page_size") == 100)
            #expect(try await client.get("/tasks?status=PENDING").text("data.0.task_id") == mine)
            #expect(try await client.get("/tasks?task_id=\(mine)").number("total") == 1)
            #expect(
                try await client.get("/tasks?start_time=20261121095700&end_time=20261121095900").number("total") == 1)
            #expect(
                try await client.get("/tasks?start_time=20261101000000&end_time=20261121095900").status == 400)
            #expect(try await client.get("/tasks?page_no=0").status == 400)
        }
    }

    @Test func `tasks of other keys show with their key's id, of other accounts not at all`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let colleague = try simulator.addForeignTask(ForeignTask(model: "wan2.6-t2i", apiKeyID: "42"))
            try simulator.addForeignTask(ForeignTask(model: "wan2.6-t2i", account: "2"))
            let list = try await client.get("/tasks")
            #expect(list.number("total") == 1)
            #expect(list.text("data.0.task_id") == colleague)
            #expect(list.text("data.0.api_key_id") == "42")
            simulator.advance(seconds: 100)
            #expect(simulator.paid().isEmpty)
        }
    }

    @Test func `a lagging index shows the world as it was`() async throws {
        try await simulating {
            $0.switches.listLagSeconds = 2
        } _: { simulator in
            let client = APIClient(simulator)
            let id = try await client.task()
            #expect(try await client.get("/tasks").number("total") == 0)
            #expect(try await client.get("/tasks/\(id)").text("output.task_status") == "PENDING")
            simulator.advance(seconds: 2)
            #expect(try await client.get("/tasks").text("data.0.status") == "PENDING")
            simulator.advance(seconds: 1)
            #expect(try await client.get("/tasks").text("data.0.status") == "RUNNING")
        }
    }

    @Test(arguments: [false, true])
    func `synchronous calls are listed only if the switch says so`(listed: Bool) async throws {
        try await simulating {
            $0.switches.listsSyncCalls = listed
        } _: { simulator in
            let client = APIClient(simulator)
            _ = try await client.post(Path.multimodal, messages("qwen-image", "x"))
            #expect(try await client.get("/tasks").number("total") == (listed ? 1 : 0))
        }
    }
}
