import RenderCore
import Testing

@testable import WaveSpeed

/// The rows of WaveSpeed's models, and the requests that come of them.
@Suite struct RowTests {
    static let models = (try? readCatalogue().value?.models) ?? []

    @Test func `the built-in rows are sound`() throws {
        let read = try readCatalogue()
        #expect(read.diagnostics == [])
        #expect(read.value?.models.count == 23)
        #expect(read.value?.resultHosts == ["*.cloudfront.net", "*.wavespeed.ai"])
    }

    /// Everything that a row demands, and nothing else.
    static func smallestJob(_ model: Model) -> String {
        var lines = ["model: \(model.id)", "prompt: a cat"]
        for input in model.inputs where input.count.lowerBound > 0 {
            let name = input.role + (input.kind == .audio ? ".mp3" : ".png")
            lines.append(input.role == "reference_image" ? "references: [\(name)]" : "\(input.role): \(name)")
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: models.map(\.id)) func `each row's smallest job is planned`(id: String) throws {
        let model = try #require(Self.models.first { $0.id == id })
        let one = try onePlan(Self.smallestJob(model))
        #expect(one.wire.provider == "wavespeed" && one.model == id && one.mode == .async)
        #expect(one.medium == (model.kinds.contains { $0.makesFilms } ? .film : .picture))
        #expect(one.estimate?.currency ?? "USD" == "USD")
        #expect(try WaveSpeedService.path(of: one.model) == "/" + id)
    }

    @Test(arguments: [
        (
            "model: wavespeed-ai/qwen-image/edit\nprompt: red hat\nreferences: [https://a.example/cat.png]\nsize: 1024x768\nseed: 7",
            #"{"image":"https://a.example/cat.png","prompt":"red hat","seed":7,"size":"1024*768"}"#
        ),
        (
            "model: google/nano-banana-pro/edit-ultra\nprompt: p\nreferences: [https://a.example/1.png, https://a.example/2.png]\n"
                + "ratio: 16:9\nresolution: 8K",
            #"{"aspect_ratio":"16:9","images":["https://a.example/1.png","https://a.example/2.png"],"prompt":"p","resolution":"8k"}"#
        ),
        (
            "model: alibaba/wan-2.5/image-to-video\nprompt: p\nnegative_prompt: n\nfirst_frame: https://a.example/1.png\n"
                + "resolution: 480P\nduration: 4\nprompt_extend: false",
            #"{"duration":4,"enable_prompt_expansion":false,"image":"https://a.example/1.png","negative_prompt":"n","prompt":"p","resolution":"480p"}"#
        ),
        (
            "model: openai/gpt-image-1\nprompt: p\nreferences: [https://a.example/1.png]\nmask: https://a.example/mask.png\n"
                + "parameters: {quality: high}",
            #"{"image":"https://a.example/1.png","mask_image":"https://a.example/mask.png","prompt":"p","quality":"high"}"#
        ),
    ])
    func `a job becomes the model's own fields and nothing else`(text: String, body: String) async throws {
        let line = ScriptedLine([])
        let request = try await service(line).prepare(try onePlan(text), references: "/nowhere")
        #expect(request.body.text == body)
        #expect(line.calls.isEmpty)
    }

    @Test(arguments: [
        ("google/nano-banana-pro/edit-ultra", "resolution: 8K", "0.18"),
        ("google/nano-banana-pro/edit-ultra", "", "0.15"),
        ("openai/gpt-image-1", "size: 1024*1024\nparameters: {quality: low}", "0.011"),
        ("openai/gpt-image-1", "size: 1024*1536", "0.063"),
        ("ideogram-ai/ideogram-character", "parameters: {rendering_speed: Turbo}", "0.10"),
    ])
    func `the price follows from what is asked`(id: String, more: String, price: String) throws {
        let one = try onePlan("model: \(id)\nprompt: p\nreferences: [a.png]\n\(more)")
        #expect(one.estimate == Money(decimal: price, currency: "USD"))
    }

    @Test func `more pictures cost more where each is billed`() throws {
        let text = "model: wavespeed-ai/flux-kontext-pro/multi\nprompt: p\nreferences: [a.png, b.png, c.png]"
        #expect(try onePlan(text).estimate == Money(decimal: "0.12", currency: "USD"))
    }

    @Test func `a model that is newer than the rows can be asked for by its path`() async throws {
        let text = "model: maker/new-model/edit\nendpoint: picture\nprompt: p\nparameters: {strength: 0.5}"
        let one = try onePlan(text)
        #expect(one.estimate == nil && one.leavesTask == false)
        let request = try await service(ScriptedLine([])).prepare(one, references: "/nowhere")
        #expect(request.endpoint == "/maker/new-model/edit" && request.body.text == #"{"prompt":"p","strength":0.5}"#)
    }

    @Test(arguments: [
        "predictions/delete", "media/uploads", "model/price", "balance", "a/../b", "a", "a//b", "a/b?x",
        "billings/search",
    ])
    func `a model's name reaches nothing but models`(name: String) {
        #expect(throws: Failure.self) { try WaveSpeedService.path(of: name) }
    }

    @Test(arguments: ["enable_sync_mode", "enable_base64_output", "webhook"])
    func `what renderdrop decides itself is refused before anything is sent`(name: String) async throws {
        let one = try onePlan(
            "model: wavespeed-ai/qwen-image/edit\nprompt: p\nreferences: [https://a.example/1.png]\nparameters: {\(name): true}"
        )
        let line = ScriptedLine([])
        let failure = await #expect(throws: Failure.self) { try await service(line).prepare(one, references: "/") }
        #expect(failure?.fault == .job && failure?.message.contains(name) == true && line.calls.isEmpty)
    }
}
