import DashScopeSimulator
import Foundation
import Testing

@Suite struct AnswerShapeTests {
    @Test func `a synchronous qwen call answers one choice with plain image items`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal,
                messages("qwen-image-2.0", "a paper lighthouse", parameters: #"{"size":"512*768","n":2,"seed":7}"#))
            #expect(reply.status == 200)
            #expect(reply.keys("") == ["output", "usage", "request_id"])
            #expect(reply.keys("output") == ["choices"])
            #expect(reply.count("output.choices") == 1)
            #expect(reply.text("output.choices.0.finish_reason") == "stop")
            #expect(reply.text("output.choices.0.message.role") == "assistant")
            #expect(reply.count("output.choices.0.message.content") == 2)
            #expect(reply.keys("output.choices.0.message.content.0") == ["image"])
            #expect(reply.keys("usage") == ["width", "height", "image_count"])
            #expect(reply.number("usage.width") == 512)
            #expect(reply.number("usage.height") == 768)
            #expect(reply.number("usage.image_count") == 2)
            #expect(reply.headers["x-request-id"] == reply.text("request_id"))
        }
    }

    @Test func `a synchronous wan 2_6 call answers one choice an image, four by default`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.6-t2i", "a fox", parameters: "{}"))
            #expect(reply.count("output.choices") == 4)
            #expect(reply.text("output.choices.3.message.content.0.type") == "image")
            #expect(reply.isTrue("output.finished"))
            #expect(reply.text("usage.size") == "1280*1280")
            #expect(reply.number("usage.total_tokens") == 0)
            #expect(simulator.paid().first?.images == 4)
        }
    }

    @Test func `wan 2_7 puts all images into one choice and counts tokens`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.7-image", "a fox", parameters: #"{"n":2,"size":"1K"}"#))
            #expect(reply.count("output.choices") == 1)
            #expect(reply.count("output.choices.0.message.content") == 2)
            #expect(reply.text("usage.size") == "1024*1024")
            #expect((reply.number("usage.total_tokens") ?? 0) > 0)
        }
    }

    @Test func `z-image adds the prompt that was drawn`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("z-image-turbo", "a heron", parameters: "{}"))
            #expect(reply.text("output.choices.0.message.content.1.text") == "a heron")
            #expect(reply.text("output.choices.0.message.reasoning_content") == "")
            #expect(reply.number("usage.width") == 1024)
            #expect(reply.number("usage.height") == 1536)
        }
    }

    @Test func `qwen-image 3_0 names its billing tiers`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("qwen-image-3.0-pro", "edit", images: [pngURI(800, 600)], parameters: "{}"))
            #expect(reply.text("usage.output_image_type") == "qima_output_1k")
            #expect(reply.text("usage.input_image_type") == "qima_input_1k")
            #expect(simulator.paid().first?.cny == 0.27)
        }
    }

    @Test func `the asynchronous messages family acknowledges, then answers choices`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let ack = try await client.submit(Path.imageGeneration, messages("wan2.7-image-pro", "a fox"))
            #expect(ack.keys("") == ["output", "request_id"])
            #expect(ack.keys("output") == ["task_status", "task_id"])
            #expect(ack.text("output.task_status") == "PENDING")
            simulator.advance(seconds: 60)
            let id = try #require(ack.text("output.task_id"))
            let done = try await client.get("/tasks/\(id)")
            #expect(
                done.keys("output") == [
                    "task_id", "task_status", "submit_time", "scheduled_time", "end_time", "finished", "choices",
                ])
            #expect(done.text("output.choices.0.message.content.0.type") == "image")
            #expect(done.number("usage.image_count") == 1)
        }
    }

    @Test func `the prompt family answers results with both prompts and metrics`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.task("wan2.2-t2i-flash", "a tin robot")
            simulator.advance(seconds: 60)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.keys("output.results.0") == ["orig_prompt", "actual_prompt", "url"])
            #expect(done.text("output.results.0.orig_prompt") == "a tin robot")
            #expect(done.text("output.results.0.actual_prompt") != "a tin robot")
            #expect(done.number("output.task_metrics.TOTAL") == 1)
            #expect(done.number("output.task_metrics.SUCCEEDED") == 1)
            #expect(done.number("usage.image_count") == 1)
        }
    }

    @Test func `without prompt_extend there is no actual prompt, and qwen shows no metrics`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.task("qwen-image-plus", "a kite", extra: #","prompt_extend":false"#)
            simulator.advance(seconds: 60)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.keys("output.results.0") == ["orig_prompt", "url"])
            #expect(!done.has("output.task_metrics"))
        }
    }

    @Test func `an edit on the prompt family takes input images and follows the last one's ratio`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let ack = try await client.submit(
                Path.imageToImage,
                #"{"model":"wan2.5-i2i-preview","input":{"prompt":"red","images":["\#(pngURI(1600, 800))"]}}"#)
            let id = try #require(ack.text("output.task_id"))
            simulator.advance(seconds: 120)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.count("output.results") == 4)
            let url = try #require(done.text("output.results.0.url"))
            let file = try await client.send("GET", url, withKey: false)
            let size = try PNGCheck(file.body).size
            #expect(size == [1808, 912])
        }
    }

    @Test func `quotas and temporary keys answer as documented`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let quotas = try await client.get("/quotas?model=qwen-image-max")
            #expect(quotas.number("output.total") == 1)
            #expect(quotas.number("output.quotas.0.model_limit.request_limit") == 2)
            #expect(quotas.number("output.quotas.0.model_limit.request_limit_period") == 60)
            let grant = try await client.send("POST", "/api/v1/tokens?expire_in_seconds=100")
            let token = try #require(grant.text("token"))
            #expect(grant.number("expires_at") == 1_795_226_500)
            let temporary = APIClient(simulator, key: token)
            #expect(try await temporary.get("/tasks").status == 200)
            simulator.advance(seconds: 101)
            #expect(try await temporary.get("/tasks").status == 401)
        }
    }

    @Test func `without limits no quota is told`() async throws {
        try await simulating {
            $0.limits = false
        } _: { simulator in
            let quotas = try await APIClient(simulator).get("/quotas?model=qwen-image-max")
            #expect(quotas.status == 200)
            #expect(quotas.number("output.total") == 0)
            #expect(quotas.count("output.quotas") == 0)
        }
    }
}
