import Foundation
import RenderCore
import Testing

@testable import DashScope

@Suite struct BodyTests {
    @Test func `a prompt body is the one of the reference`() async throws {
        var plan = RenderPlan.sample(count: 2)
        plan.negativePrompt = "people"
        plan.size = "1024*1024"
        plan.seed = 7
        plan.promptExtend = true
        plan.watermark = false
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        let expected = json(
            """
            {"model":"wan2.2-t2i-flash",
             "input":{"prompt":"A tin robot watering tulips","negative_prompt":"people"},
             "parameters":{"size":"1024*1024","n":2,"seed":7,"prompt_extend":true,"watermark":false}}
            """)
        #expect(value(request.body) == expected)
        #expect(request.shown == expected)
        #expect(request.headers == ["X-DashScope-Async": "enable"])
        #expect(request.endpoint == plan.body.endpoint)
    }

    @Test func `a messages body is the one of the reference`() async throws {
        var plan = RenderPlan.sample(
            model: "qwen-image-2.0-pro", mode: .sync, family: .messages,
            prompt: "A lighthouse made of folded paper, soft morning fog")
        plan.size = "2048*2048"
        plan.negativePrompt = "blurry, extra text"
        plan.promptExtend = true
        plan.watermark = false
        plan.seed = 20261
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(
            value(request.body)
                == json(
                    """
                    {"model":"qwen-image-2.0-pro",
                     "input":{"messages":[{"role":"user","content":[{"text":"A lighthouse made of folded paper, soft morning fog"}]}]},
                     "parameters":{"size":"2048*2048","n":1,"negative_prompt":"blurry, extra text","prompt_extend":true,"watermark":false,"seed":20261}}
                    """))
        #expect(request.headers.isEmpty)
    }

    @Test func `pictures stand before the text, in the order of the plan`() async throws {
        let folder = try TestFolder()
        let picture = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try folder.write("room.png", picture)
        var plan = RenderPlan.sample(
            model: "qwen-image-edit-plus", mode: .sync, family: .messages,
            prompt: "Place the chair of image 1 in the room of image 2",
            references: [
                PlannedReference(name: "chair", source: .url("https://assets.example.com/chair.png")),
                PlannedReference(
                    name: "Room.png", source: .file(name: "room.png"), sha256: "ab", bytes: 1000, mediaType: "image/png"
                ),
            ], count: 2)
        plan.size = "1536*1024"
        let request = try await Bench().service.prepare(plan, references: folder.path)
        let data = "data:image/png;base64," + Data(picture).base64EncodedString()
        #expect(
            value(request.body)
                == [
                    "model": "qwen-image-edit-plus",
                    "input": [
                        "messages": [
                            [
                                "role": "user",
                                "content": [
                                    ["image": "https://assets.example.com/chair.png"], ["image": .string(data)],
                                    ["text": "Place the chair of image 1 in the room of image 2"],
                                ],
                            ]
                        ]
                    ], "parameters": ["n": 2, "size": "1536*1024"],
                ])
        #expect(request.body.contains(.base64(path: folder.path + "/room.png", length: 1000, sha256: "ab")))
        #expect(
            request.shown["input"]?["messages"]?[0]?["content"]?[1]?["image"] == ["file": "Room.png", "sha256": "ab"])
        // The picture is never in memory: only the frame around it is.
        #expect(request.body.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } } < 400)
    }

    @Test func `a prompt family takes its pictures in images`() async throws {
        let plan = RenderPlan.sample(
            references: [PlannedReference(name: "a", source: .url("oss://folder/a.png"))])
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(value(request.body)?["input"]?["images"] == ["oss://folder/a.png"])
        #expect(request.headers["X-DashScope-OssResourceResolve"] == "enable")
    }

    @Test func `nothing is sent that was not asked for, but n`() async throws {
        var plan = RenderPlan.sample()
        plan.parameters = ["style": "<anime>", "ref_strength": 0.5, "n": 9]
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(value(request.body)?["parameters"] == ["n": 1, "style": "<anime>", "ref_strength": 0.5])
        #expect(value(request.body)?["input"] == ["prompt": "A tin robot watering tulips"])
    }

    @Test func `any prompt survives, quotes and control characters too`() async throws {
        let prompt = "\"}],\\ \u{0} \u{1F}\n\u{2028} 猫 👩‍🚀 </script>"
        let request = try await Bench().service.prepare(.sample(prompt: prompt), references: "/nowhere")
        #expect(value(request.body)?["input"]?["prompt"] == .string(prompt))
    }

    @Test func `equal plans make equal bytes`() async throws {
        var plan = RenderPlan.sample()
        for index in 0..<20 { plan.parameters["p\(index)"] = ["b": 1, "a": [true, nil, 0.25]] }
        let service = try Bench().service
        let first = try await service.prepare(plan, references: "/nowhere")
        let second = try await service.prepare(plan, references: "/nowhere")
        #expect(first.body.assembled == second.body.assembled)
    }

    @Test func `a number that JSON cannot say is the job's fault`() async throws {
        var plan = RenderPlan.sample()
        plan.parameters = ["x": .double(.infinity)]
        let service = try Bench().service
        let failure = await failure { try await service.prepare(plan, references: "/nowhere") }
        #expect(failure?.fault == .job)
    }

    @Test func `letters of other scripts in a link are percent-encoded and a signature is not shown`() async throws {
        let plan = RenderPlan.sample(
            references: [PlannedReference(name: "a", source: .url("https://u:p@x.example/猫%20a.png?Signature=abc"))])
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(
            value(request.body)?["input"]?["images"]?[0] == "https://u:p@x.example/%E7%8C%AB%20a.png?Signature=abc")
        #expect(request.shown["input"]?["images"]?[0] == "https://x.example/猫%20a.png")
    }

    @Test(arguments: [
        ("gone.png", 3, "reference_missing"), ("cat.png", 4, "reference_changed"),
        ("../cat.png", 3, "reference_refused"), ("/etc/passwd", 3, "reference_refused"),
        ("link.png", 3, "reference_refused"),
    ])
    func `a file that is not what was pinned is refused`(name: String, bytes: Int, code: String) async throws {
        let folder = try TestFolder()
        try folder.write("cat.png", [1, 2, 3])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.png", withDestinationPath: folder.path + "/cat.png")
        let plan = RenderPlan.sample(
            references: [PlannedReference(name: name, source: .file(name: name), sha256: "ab", bytes: bytes)])
        let service = try Bench().service
        let failure = await failure { try await service.prepare(plan, references: folder.path) }
        #expect(failure?.code == code)
        #expect(failure?.fault == .job)
    }
}
