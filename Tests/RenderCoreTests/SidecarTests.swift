import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct SidecarTests {
    static let validator = JSONSchemaValidator(schema: Documents.path("sidecar.schema.json"))

    @Test(arguments: SidecarSample.all)
    func `a sidecar is the golden one`(sample: SidecarSample) throws {
        let golden = Documents.golden(sample.name)
        if ProcessInfo.processInfo.environment["RENDERDROP_WRITE_GOLDEN"] == "1" {
            try sample.json.write(toFile: golden, atomically: true, encoding: .utf8)
        }
        #expect(sample.json == (try String(contentsOfFile: golden, encoding: .utf8)))
    }

    @Test(
        .enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"), arguments: SidecarSample.all)
    func `a sidecar keeps its schema`(sample: SidecarSample) async throws {
        #expect(try await Self.validator.problems(in: sample.json) == [])
    }

    @Test(
        .enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"),
        arguments: [
            ("\"n\": 2", "\"n\": \"2\"", "$.request.n"), ("\"outcome\": \"delivered\"", "\"outcome\": \"failed\"", "$"),
            ("\"bytes\": 321", "\"bytes\": 321, \"key\": \"sk-1\"", "$.job"),
            ("14:00:00.250Z", "14:00:00Z", "$.timings"),
            ("results.example.com/1.png", "results.example.com/1.png?Signature=x", "$.outputs[0].source_url"),
            ("\"seed\": 42,", "", "$.request"), ("sidecar/1", "sidecar/2", "$.schema"),
        ])
    func `the schema refuses what is not as described`(find: String, replace: String, place: String) async throws {
        let json = SidecarSample.delivered.json
        let spoiled = json.replacingOccurrences(of: find, with: replace)
        try #require(spoiled != json)
        let problems = try await Self.validator.problems(in: spoiled)
        #expect(problems.contains { $0.hasPrefix(place) }, "\(problems)")
    }

    @Test(arguments: SidecarSample.all)
    func `nothing secret and no picture is in it`(sample: SidecarSample) {
        for secret in ["Signature", "secret", "Expires=", "user:word", "AAAAAAAA", "\"sk-"] {
            #expect(!sample.json.contains(secret))
        }
        #expect(!sample.json.contains("\\/"))
        #expect(sample.json.hasSuffix("}\n"))
        #expect((try? JSONDecoder().decode(JSONValue.self, from: Data(sample.json.utf8))) != nil)
    }

    @Test(arguments: [
        RenderMachine.State.queued, .sending(attempt: 1), .following(TaskID("t")), .undecided(Fixtures.failure),
    ])
    func `a render that is not at its end has no sidecar`(state: RenderMachine.State) {
        var history = SidecarSample.history()
        history.render.state = state
        #expect(
            Sidecar(
                job: Fixtures.job(), history: history, renders: 1, provider: SidecarSample.provider, version: "1.0.0")
                == nil)
        #expect(Sidecar(failedJob: Fixtures.job(), provider: SidecarSample.provider, version: "1.0.0") == nil)
    }

    @Test func `it says the same before and after the ledger knows of the delivery`() {
        var history = SidecarSample.history()
        history.render.state = .rendered(SidecarSample.result)
        history.render.result = nil
        let early = SidecarSample.json(history)
        history.render.state = .delivered
        history.render.result = SidecarSample.result.withoutLinks
        #expect(early == SidecarSample.json(history))
    }

    @Test func `a text that was not delivered is not named`() throws {
        var history = SidecarSample.history()
        history.render.result?.article = [.text(" \n"), .output(1)]
        #expect(!SidecarSample.json(history).contains("\"article\""))
        history.render.result?.article = [.text("A red hat."), .output(1)]
        history.render.state = .failed(Fixtures.failure)
        #expect(!SidecarSample.json(history).contains("\"article\""))
    }

    @Test func `money of another currency is not added up`() throws {
        var history = SidecarSample.history()
        history.spend = [
            Fixtures.spend(history.render.id, attempt: 1, state: .settled, actual: 400_000),
            Fixtures.spend(history.render.id, attempt: 2, state: .settled, actual: 900_000, currency: "USD"),
            Fixtures.spend(history.render.id, attempt: 3, state: .released),
            Fixtures.spend(history.render.id, attempt: 4, state: .reserved, micros: 123_456),
        ]
        let cost = try JSONDecoder().decode(JSONValue.self, from: Data(SidecarSample.json(history).utf8))["cost"]
        #expect(cost?["actual"]?.double == 0.4)
        #expect(cost?["reserved"]?.double == 0.123456)
        #expect(cost?["currency"]?.string == "CNY")
    }
}

/// Sidecars and a summary that differ in what a story can hold.
struct SidecarSample: Sendable, CustomTestStringConvertible {
    var name: String
    var json: String
    var testDescription: String { name }

    static let provider = Sidecar.Provider(
        name: "dashscope", region: "beijing", apiRoot: "https://dashscope.example.com/api/v1")
    static let all = [delivered, article, film, failed, failedJob, canceled, partial, summary]

    static let delivered = SidecarSample(name: "delivered", json: json(history()))

    /// Text and pictures in turn.
    static let article: SidecarSample = {
        var history = SidecarSample.history()
        history.render.result?.article = [.text("A red hat."), .output(1), .text("A blue one."), .output(2)]
        return SidecarSample(name: "article", json: json(history))
    }()

    /// With everything that only films have.
    static let film: SidecarSample = {
        var history = SidecarSample.history()
        func file(_ name: String, _ type: String, _ role: String, _ place: String, of owner: Int? = nil)
            -> PlannedReference
        {
            PlannedReference(
                name: name, source: .file(name: name), role: role,
                wire: ProviderReference(content: ["place": .string(place)]), owner: owner,
                sha256: String(repeating: "0123456789abcdef", count: 4), bytes: 4321, mediaType: type)
        }
        history.render.plan.kind = .referenceToVideo
        history.render.plan.medium = .film
        history.render.plan.wire.content["family"] = "VM"
        history.render.plan.model = "wan2.7-r2v"
        history.render.plan.function = "video_repainting"
        history.render.plan.references = [
            file("girl.jpg", "image/jpeg", "reference_image", "media:reference_image"),
            file("girl.mp3", "audio/mpeg", "voice", "media[0].reference_voice", of: 0),
            file("mask.png", "image/png", "mask", "mask_image_url"),
            file("sea.png", "image/png", "reference_image", "ref_images_url[]"),
        ]
        history.render.plan.size = nil
        history.render.plan.resolution = "720P"
        history.render.plan.ratio = "16:9"
        history.render.plan.duration = 8
        history.render.plan.wire.content["input"] = ["mask_frame_id": 3]
        history.outputs = Array(history.outputs.prefix(1))
        history.outputs[0].file = "orange-cat-1.mp4"
        history.outputs[0].mediaType = "video/mp4"
        history.outputs[0].durationSeconds = 8.04
        return SidecarSample(name: "film", json: json(history))
    }()

    static let failed: SidecarSample = {
        var history = SidecarSample.history()
        history.render.state = .failed(Fixtures.failure)
        history.render.result = nil
        history.outputs = []
        history.attempts[0].outcome = .accepted
        history.tasks[0].status = "FAILED"
        history.tasks[0].endedAt = Fixtures.start.addingTimeInterval(50)
        history.spend[0].state = .released
        history.spend[0].actual = nil
        return SidecarSample(name: "failed", json: json(history))
    }()

    static let failedJob: SidecarSample = {
        var job = Fixtures.job()
        job.state = .failed
        job.owner = nil
        job.failure = Failure(
            code: "spec_invalid", message: "a \"tab\"\tand a \u{1} in the file", advice: "write spaces", fault: .job,
            retryable: false)
        let sidecar = Sidecar(failedJob: job, provider: provider, version: "1.0.0")
        return SidecarSample(name: "failed-job", json: sidecar?.json ?? "")
    }()

    static let canceled: SidecarSample = {
        let render = Fixtures.render(Fixtures.jobID(), 2, state: .canceled)
        let history = RenderHistory(render: render, attempts: [], tasks: [], outputs: [], spend: [])
        return SidecarSample(name: "canceled", json: json(history))
    }()

    /// Of a synchronous model, one of two pictures came.
    static let partial: SidecarSample = {
        var history = SidecarSample.history()
        var result = Fixtures.result(nil)
        result.requestID = "submit-request-3"
        result.failedParts = [.init(index: 2, code: "InternalError.Algo", message: "the model stumbled")]
        history.render.result = result.withoutLinks
        history.render.plan.mode = .sync
        history.attempts[0].outcome = .completed
        history.attempts[0].task = nil
        history.attempts[0].submitRequestID = nil
        history.tasks = []
        history.outputs.removeLast()
        return SidecarSample(name: "partial", json: json(history))
    }()

    static let summary: SidecarSample = {
        var job = Fixtures.job(name: "cats")
        job.state = .failed
        job.finishedAt = Fixtures.start.addingTimeInterval(90)
        let failed = RenderHistory(
            render: Fixtures.render(job.id, 2, state: .failed(Fixtures.failure)), attempts: [], tasks: [], outputs: [],
            spend: [])
        let waiting = RenderHistory(
            render: Fixtures.render(job.id, 3), attempts: [], tasks: [], outputs: [], spend: [])
        let parts = [
            JobSummary.Part(history: history(), sidecar: "cats-001.json"),
            JobSummary.Part(history: failed, sidecar: "cats-002.failed.json"),
            JobSummary.Part(history: waiting, sidecar: nil),
        ]
        return SidecarSample(name: "summary", json: JobSummary(job: job, parts: parts, version: "1.0.0").json)
    }()

    static let result = Fixtures.result(outputs: 2)

    static func json(_ history: RenderHistory) -> String {
        var job = Fixtures.job()
        job.retryOf = Fixtures.jobID(7)
        return Sidecar(job: job, history: history, renders: 3, provider: provider, version: "1.0.0")?.json ?? ""
    }

    static func history() -> RenderHistory {
        var render = Fixtures.render(state: .delivered)
        render.result = result.withoutLinks
        render.attempts = 1
        render.plan.negativePrompt = "blurry"
        render.plan.count = 2
        render.plan.seed = 42
        render.plan.size = "1664*928"
        render.plan.promptExtend = true
        render.plan.parameters = ["strength": 0.5, "style": "<auto>/b"]
        render.plan.tags = ["spring", "Übergröße"]
        render.plan.metadata = ["client": "Acme", "order": 17, "deep": ["b": nil, "a": [1, 2]]]
        render.plan.estimate = Money(micros: 1_000_000, currency: "CNY")
        render.plan.references = [
            PlannedReference(
                name: "cat.jpg", source: .file(name: "cat.jpg"), sha256: String(repeating: "ab", count: 32), bytes: 77,
                mediaType: "image/jpeg"),
            PlannedReference(
                name: "https://user:word@example.com/style.jpg?Signature=secret",
                source: .url("https://user:word@example.com/style.jpg?Signature=secret")),
        ]
        var attempt = Fixtures.attempt(render.id)
        attempt.outcome = .accepted
        attempt.answeredAt = Fixtures.start.addingTimeInterval(3.5)
        attempt.submitRequestID = "submit-request-1"
        attempt.task = TaskID("task-1")
        attempt.shown = [
            "model": "qwen-image-plus",
            "input": ["images": ["https://example.com/style.jpg?Signature=secret", "data:image/png;base64,AAAAAAAA"]],
        ]
        var task = Fixtures.task(render.id)
        task.status = "SUCCEEDED"
        var outputs = [Fixtures.output(render.id, 1), Fixtures.output(render.id, 2)]
        outputs[1].receivedSHA256 = String(repeating: "cd", count: 32)
        outputs[1].expiresAt = Fixtures.start.addingTimeInterval(86_400)
        outputs[1].durationSeconds = 5.25
        return RenderHistory(
            render: render, attempts: [attempt], tasks: [task], outputs: outputs,
            spend: [Fixtures.spend(render.id, state: .settled, micros: 1_000_000, actual: 800_000)])
    }
}

extension Documents {
    /// The text that a sample must have; `RENDERDROP_WRITE_GOLDEN=1 swift test` writes them anew.
    static func golden(_ name: String, file: String = #filePath) -> String {
        (file as NSString).deletingLastPathComponent + "/Golden/\(name).json"
    }
}
