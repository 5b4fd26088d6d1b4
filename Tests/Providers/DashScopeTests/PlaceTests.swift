import RenderCore
import Testing

@testable import DashScope

/// Where things stand in `input`.
@Suite struct PlaceTests {
    /// A text, or nothing: a bare `nil` would be JSON's.
    private func text(_ text: String, if isThere: Bool) -> JSONValue? { isThere ? .string(text) : .none }

    private func body(_ plan: RenderPlan) async throws -> JSONValue? {
        value(try await Bench().service.prepare(plan, references: "/nowhere").body)
    }

    @Test(arguments: BodyFamily.allCases)
    func `a family that does not know n is never sent one`(family: BodyFamily) async throws {
        var plan = RenderPlan.sample(family: family, count: 3)
        plan.parameters = ["n": 4, "other": 1]
        let parameters = try await body(plan)?["parameters"]
        let expected = [BodyFamily.prompt, .edit, .messages, .background].contains(family) ? 3 : nil
        #expect(parameters?["n"]?.int == expected)
        #expect(parameters?["other"] == 1)
    }

    @Test(
        arguments: [
            (.prompt, ["images": ["https://a/1"]]), (.edit, ["base_image_url": "https://a/1"]),
            (.plain, ["image_url": "https://a/1"]), (.background, ["base_image_url": "https://a/1"]),
            (.film, ["img_url": "https://a/1"]), (.animation, ["image_url": "https://a/1"]),
            (.filmMedia, ["media": [["type": "reference_image", "url": "https://a/1"]]]),
            (.messages, ["messages": [["role": "user", "content": [["image": "https://a/1"]]]]]),
        ] as [(BodyFamily, JSONValue)])
    func `a reference without a place stands at the family's own, and an empty prompt nowhere`(
        family: BodyFamily, input: JSONValue
    ) async throws {
        let plan = RenderPlan.sample(family: family, prompt: "", references: [.link("https://a/1")])
        #expect(try await body(plan)?["input"] == input)
    }

    @Test(
        arguments: [
            (.prompt, "prompt", "input"), (.edit, "prompt", nil), (.plain, nil, nil),
            (.background, "ref_prompt", "input"), (.film, "prompt", "input"), (.filmMedia, "prompt", "input"),
            (.animation, nil, nil), (.messages, nil, "parameters"),
        ] as [(BodyFamily, String?, String?)])
    func `texts stand where the family has them, and nowhere else`(
        family: BodyFamily, prompt: String?, negative: String?
    ) async throws {
        var plan = RenderPlan.sample(family: family, prompt: "cat")
        plan.negativePrompt = "dog"
        let body = try #require(try await body(plan))
        #expect(body["input"]?["prompt"] == text("cat", if: prompt == "prompt"))
        #expect(body["input"]?["ref_prompt"] == text("cat", if: prompt == "ref_prompt"))
        let key = family == .background ? "neg_ref_prompt" : "negative_prompt"
        #expect(body["input"]?[key] == text("dog", if: negative == "input"))
        #expect(body["parameters"]?["negative_prompt"] == text("dog", if: negative == "parameters"))
    }

    @Test func `a picture beside the message stands in input, and does not move the others`() async throws {
        let plan = RenderPlan.sample(
            family: .messages, prompt: "a door",
            references: [
                .link("https://a/mask", "mask", .key("mask_image_url")), .link("https://a/1"), .link("https://a/2"),
            ])
        let input = try await body(plan)?["input"]
        #expect(input?["mask_image_url"] == "https://a/mask")
        #expect(
            input?["messages"]?[0]?["content"]
                == [["image": "https://a/1"], ["image": "https://a/2"], ["text": "a door"]])
    }

    @Test func `what we say ourselves wins over what is passed on, and objects are joined`() async throws {
        var plan = RenderPlan.film(
            "m", .film, "ours", [.link("https://a/1", "edge", .key("a.b.c")), .link("https://a/2", "x", .list("list"))]
        ) {
            $0.function = "ours"
            $0.body.input = [
                "prompt": "theirs", "function": "theirs", "more": true, "list": ["theirs"],
                "a": ["b": ["c": "theirs", "d": 1], "e": 2],
            ]
        }
        #expect(
            try await body(plan)?["input"] == [
                "prompt": "ours", "function": "ours", "more": true, "list": ["https://a/2"],
                "a": ["b": ["c": "https://a/1", "d": 1], "e": 2],
            ])
        plan.body.input = ["a": "no object"]
        #expect(try await body(plan)?["input"]?["a"] == ["b": ["c": "https://a/1"]])
    }

    @Test(
        arguments: [
            [.link("https://a/1", nil, .key("video_url")), .link("https://a/2", nil, .key("video_url"))],
            [.link("https://a/1", nil, .key("a")), .link("https://a/2", nil, .key("a.b"))],
            [.link("https://a/1", nil, .key("a")), .link("https://a/2", nil, .list("a"))],
            [.link("https://a/1", nil, .list("a")), .link("https://a/2", nil, .key("a.b"))],
            [.link("https://a/1", nil, .within(0, key: "voice"))],
            [.link("https://a/1", nil, .media("x")), .link("https://a/2", nil, .within(7, key: "voice"))],
            [.link("https://a/1", nil, .media("x")), .link("https://a/2", nil, .within(0, key: "url"))],
            [.link("https://a/1", nil, .key("prompt"))], [.link("https://a/1", nil, .key(""))],
        ] as [[PlannedReference]])
    func `what claims a place that is taken is not dropped, but refused`(references: [PlannedReference]) async throws {
        for family in [BodyFamily.film, .filmMedia] {
            let plan = RenderPlan.film("m", family, "cat", references)
            let failure = await failure { try await body(plan) }
            #expect(failure?.code == "body_unusable" && failure?.fault == .job)
        }
    }

    @Test func `items of the list keep the plan's order whatever stands between them`() async throws {
        let plan = RenderPlan.film(
            "m", .filmMedia, "cat",
            [
                .link("https://a/v0", "voice", .within(3, key: "reference_voice")),
                .link("https://a/1", "reference_image"), .link("https://a/k", "file", .key("file_url")),
                .link("https://a/2", "reference_video"),
            ])
        #expect(
            try await body(plan)?["input"] == [
                "prompt": "cat", "file_url": "https://a/k",
                "media": [
                    ["type": "reference_image", "url": "https://a/1"],
                    ["type": "reference_video", "url": "https://a/2", "reference_voice": "https://a/v0"],
                ],
            ])
    }

    @Test func `further keys of an item stand in it, and change neither its type nor its link`() async throws {
        var references: [PlannedReference] = [.link("https://a/1", "reference_image"), .link("https://a/2", "video")]
        references[1].body.item = ["keep_original_sound": "yes", "url": "https://b/3"]
        #expect(
            try await body(RenderPlan.film("m", .filmMedia, "cat", references))?["input"]?["media"] == [
                ["type": "reference_image", "url": "https://a/1"],
                ["type": "video", "url": "https://a/2", "keep_original_sound": "yes"],
            ])
    }

    @Test func `what is passed on is shown without what opens a door`() async throws {
        let signed = "https://u:word@a.example/x.png?Signature=secret"
        let data = "data:image/png;base64,iVBORw0KGgoSECRET"
        var plan = RenderPlan.film(
            "m", .filmMedia, "cat",
            [
                .link(signed, "reference_image"), .link(signed, "voice", .within(0, key: "reference_voice")),
                .link(signed, "file", .key("deep.file_url")), .link(signed, "file", .list("deep.more")),
            ])
        plan.body.input = ["link": .string(signed), "inline": ["list": [.string(data)]]]
        plan.parameters = ["callback": .string(signed), "bytes": .string(data)]
        let request = try await Bench().service.prepare(plan, references: "/nowhere")
        let sent = String(decoding: request.body.assembled, as: UTF8.self)
        #expect(sent.split(separator: "Signature=secret").count == 7 && sent.contains("SECRET"))
        var shown = ""
        dump(request.shown, to: &shown)
        for secret in ["Signature", "secret", "word", "SECRET"] { #expect(!shown.contains(secret)) }
        #expect(request.shown["input"]?["media"]?[0]?["url"] == "https://a.example/x.png")
    }
}
