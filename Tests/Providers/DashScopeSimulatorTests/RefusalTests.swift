import DashScopeSimulator
import Foundation
import Testing

struct Refused: Sendable, CustomTestStringConvertible {
    var path: String
    var body: String
    var message: String
    var code = "InvalidParameter"
    var isAsync = false
    var testDescription: String { "\(code): \(message)" }
}

@Suite struct RefusalTests {
    private static let edit = "qwen-image-edit-plus"

    @Test(arguments: [
        Refused(
            path: Path.multimodal, body: messages("qwen-image-plus", "x", parameters: #"{"n":2}"#),
            message: "num_images_per_prompt must be 1"),
        Refused(
            path: Path.multimodal, body: messages("wan2.6-t2i", "x", parameters: #"{"n":5}"#),
            message: "Range of n should be [1, 4]"),
        Refused(
            path: Path.multimodal, body: messages("qwen-image-2.0", "x", parameters: #"{"seed":-1}"#),
            message: "Range of seed should be [0, 2147483647]"),
        Refused(
            path: Path.multimodal, body: messages("qwen-image-2.0", "x", parameters: #"{"size":"1024x1024"}"#),
            message: "Expected format: '<width>*<height>'"),
        Refused(
            path: Path.multimodal, body: messages("qwen-image-plus", "x", parameters: #"{"size":"1024*1024"}"#),
            message:
                "The size is not match the allowed size [1664*928, 1472*1104, 1328*1328, 1104*1472, 928*1664]"),
        Refused(path: Path.multimodal, body: messages("no-such-model", "x"), message: "Model not exist."),
        Refused(path: Path.multimodal, body: messages(edit, "x"), message: "lack of image or text"),
        Refused(
            path: Path.multimodal, body: messages("qwen-image-plus", "x", images: [pngURI(800, 800)]),
            message: "content length only support 1"),
        Refused(
            path: Path.multimodal,
            body: #"{"model":"qwen-image","input":{"messages":[{"role":"user"},{"role":"user"}]}}"#,
            message: "messages length only support 1"),
        Refused(
            path: Path.multimodal, body: messages(edit, "x", images: [pngURI(100, 100)]),
            message: "the size of input image is too small or too large."),
        Refused(
            path: Path.multimodal, body: messages("wan2.6-image", "x", images: [pngURI(100, 100)]),
            message: "The image length and width do not meet the model restrictions."),
        Refused(
            path: Path.multimodal, body: messages("wan2.6-image", "x", images: [pngURI(800, 800, alpha: true)]),
            message: "image format error"),
        Refused(
            path: Path.multimodal, body: messages(edit, "x", images: ["data:image/png;base64,AAAA"]),
            message: "image format error"),
        Refused(
            path: Path.multimodal, body: messages(edit, "x", images: ["data:image/png;base64,%%%"]),
            message: "Invalid image format or corrupted file"),
        Refused(
            path: Path.multimodal, body: messages(edit, "x", images: ["file:///tmp/a.png"]),
            message: "url error, please check url！"),
        Refused(
            path: Path.multimodal, body: messages(edit, "x", images: ["oss://dashscope-instant/a/b.png"]),
            message: "url error, please check url！"),
        Refused(
            path: Path.multimodal, body: "{", message: "Required body invalid, please check the request body format."),
        Refused(
            path: Path.multimodal, body: #"{"model":"qwen-image"}"#,
            message: "Required input parameter missing from request.", code: "BadRequest.EmptyInput"),
        Refused(
            path: Path.multimodal, body: #"{"model":"qwen-image","input":"x"}"#,
            message: "The input parameter requires json format.", code: "BadRequest.IllegalInput"),
        Refused(
            path: Path.textToImage, body: #"{"model":"wan2.2-t2i-plus","input":{}}"#,
            message: "Field required: input.prompt", isAsync: true),
        Refused(
            path: Path.textToImage, body: #"{"model":"wan2.6-t2i","input":{"prompt":"x"}}"#,
            message: "url error, please check url！", isAsync: true),
    ])
    func `a wrong body is refused in the documented words`(_ refused: Refused) async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let reply =
                refused.isAsync
                ? try await client.submit(refused.path, refused.body)
                : try await client.post(refused.path, refused.body)
            #expect(reply.status == 400)
            #expect(reply.keys("") == ["request_id", "code", "message"])
            #expect(reply.text("code") == refused.code)
            #expect(reply.text("message") == refused.message)
            #expect(simulator.paid().isEmpty)
        }
    }

    @Test func `each path has one mode`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let asynchronous = "current user api does not support asynchronous calls."
            let synchronous = "current user api does not support synchronous calls."
            let replies = [
                (try await client.submit(Path.multimodal, messages("qwen-image", "x")), asynchronous),
                (try await client.submit(Path.imageGeneration, messages("qwen-image-2.0", "x")), asynchronous),
                (try await client.post(Path.imageGeneration, messages("wan2.6-t2i", "x")), synchronous),
                (try await client.post(Path.multimodal, messages("wan2.5-t2i-preview", "x")), synchronous),
            ]
            for (reply, message) in replies {
                #expect(reply.status == 403)
                #expect(reply.text("code") == "AccessDenied")
                #expect(reply.text("message") == message)
            }
        }
    }

    @Test func `a data URI above the cap is refused by its encoded length`() async throws {
        try await simulating {
            $0.switches.dataURIBytesMax = 60
        } _: { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages(Self.edit, "x", images: [pngURI(800, 800)]))
            #expect(reply.text("message") == "Exceeded limit on max bytes per data-uri item : 60")
        }
    }

    @Test func `keys of other regions, no key and strange keys get 401`() async throws {
        try await simulating { simulator in
            for key in ["sk-singapore-1", "ak-1", nil] {
                let reply = try await APIClient(simulator, key: key).get("/tasks")
                #expect(reply.status == 401)
                #expect(reply.text("code") == "InvalidApiKey")
                #expect(reply.text("message") == (key == nil ? "No API-key provided." : "Invalid API-key provided."))
            }
            #expect(try await APIClient(simulator, key: "sk-beijing-1").get("/tasks").status == 200)
        }
    }

    @Test func `a range mistake can show at run time`() async throws {
        try await simulating {
            $0.switches.asyncRangeChecks = .run
        } _: { simulator in
            let client = APIClient(simulator)
            let id = try await client.task(extra: #","seed":-5"#)
            simulator.advance(seconds: 1)
            let reply = try await client.get("/tasks/\(id)")
            #expect(reply.status == 200)
            #expect(reply.text("output.task_status") == "FAILED")
            #expect(reply.text("output.code") == "InvalidParameter")
            #expect(reply.text("output.message") == "Range of seed should be [0, 2147483647]")
            #expect(simulator.paid().first?.images == 0)
        }
    }

    @Test(arguments: [SimulatorSwitches.Moment.submit, .run])
    func `an input that cannot be fetched fails when the switch says`(moment: SimulatorSwitches.Moment) async throws {
        try await simulating {
            $0.switches.remoteReferences = .refuse
            $0.switches.asyncDownloadFailures = moment
        } _: { simulator in
            let client = APIClient(simulator)
            let reply = try await client.submit(
                Path.imageToImage,
                #"{"model":"wan2.5-i2i-preview","input":{"prompt":"x","images":["https://assets.example.com/a.png"]}}"#)
            if moment == .submit {
                #expect(reply.status == 400)
                #expect(reply.text("message") == "download image failed")
            } else {
                let id = try #require(reply.text("output.task_id"))
                simulator.advance(seconds: 1)
                #expect(try await client.get("/tasks/\(id)").text("output.code") == "InvalidParameter.FileDownload")
            }
        }
    }

    @Test func `regions have their own names for models`() async throws {
        try await simulating {
            $0.region = .singapore
        } _: { simulator in
            let client = APIClient(simulator)
            _ = try await client.task("wan2.1-t2i-turbo")
            let reply = try await client.submit(
                Path.textToImage, #"{"model":"wanx2.1-t2i-turbo","input":{"prompt":"x"}}"#)
            #expect(reply.text("message") == "Model not exist.")
        }
    }
}
