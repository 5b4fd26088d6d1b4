import Foundation
import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

extension PlannedReference {
    /// A link with its role and its place.
    static func link(_ url: String, _ role: String? = nil, _ place: BodyPlace? = nil) -> PlannedReference {
        PlannedReference(name: url, source: .url(url), role: role, wire: ReferenceBody(place: place).wire)
    }
}

extension RenderPlan {
    /// A plan of which only its wire matters.
    static func film(
        _ model: String, _ family: BodyFamily = .film, _ prompt: String = "", _ references: [PlannedReference] = [],
        _ change: (inout RenderPlan) -> Void = { _ in }
    ) -> RenderPlan {
        var plan = RenderPlan.sample(model: model, family: family, prompt: prompt, references: references)
        plan.kind = .textToVideo
        plan.body.endpoint = "/services/aigc/video-generation/video-synthesis"
        change(&plan)
        return plan
    }
}

/// Bodies of the provider's own examples, copied by hand. Where an example leaves `n` out of a picture's parameters, ours has it.
@Suite struct GoldenBodyTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var plan: RenderPlan
        var body: String
        var testDescription: String { "\(plan.model) \(plan.function ?? "")" }

        init(_ plan: RenderPlan, _ body: String) {
            self.plan = plan
            self.body = body
        }
    }

    private static func picture(
        _ model: String, _ family: BodyFamily, _ prompt: String = "", _ references: [PlannedReference] = [],
        _ change: (inout RenderPlan) -> Void = { _ in }
    ) -> RenderPlan {
        var plan = RenderPlan.sample(model: model, family: family, prompt: prompt, references: references)
        change(&plan)
        return plan
    }

    static let pictures: [Golden] = [
        Golden(
            picture("wan2.2-t2i-flash", .prompt, "A tin robot watering tulips") {
                $0.negativePrompt = "people"
                $0.size = "1024*1024"
                $0.count = 2
                $0.seed = 7
                $0.promptExtend = true
                $0.watermark = false
            },
            """
            {"model":"wan2.2-t2i-flash",
             "input":{"prompt":"A tin robot watering tulips","negative_prompt":"people"},
             "parameters":{"size":"1024*1024","n":2,"seed":7,"prompt_extend":true,"watermark":false}}
            """),
        Golden(
            picture(
                "wan2.5-i2i-preview", .prompt, "Join them",
                [.link("https://assets.example.com/a.png", "reference_image"), .link("oss://dashscope-instant/b.png")]),
            """
            {"model":"wan2.5-i2i-preview",
             "input":{"prompt":"Join them","images":["https://assets.example.com/a.png","oss://dashscope-instant/b.png"]},
             "parameters":{"n":1}}
            """),
        Golden(
            picture(
                "wanx-v1", .prompt, "A harbour",
                [.link("https://assets.example.com/style.png", "reference_image", .key("ref_img"))]
            ) { $0.parameters = ["style": "<anime>", "ref_strength": 0.5, "ref_mode": "refonly"] },
            """
            {"model":"wanx-v1","input":{"prompt":"A harbour","ref_img":"https://assets.example.com/style.png"},
             "parameters":{"n":1,"style":"<anime>","ref_strength":0.5,"ref_mode":"refonly"}}
            """),
        Golden(
            picture(
                "wanx-sketch-to-image-lite", .prompt, "A teapot",
                [.link("https://assets.example.com/lines.png", "reference_image", .key("sketch_image_url"))]
            ) {
                $0.size = "768*768"
                $0.count = 4
            },
            """
            {"model":"wanx-sketch-to-image-lite",
             "input":{"prompt":"A teapot","sketch_image_url":"https://assets.example.com/lines.png"},
             "parameters":{"n":4,"size":"768*768"}}
            """),
        Golden(
            picture(
                "wanx2.1-imageedit", .edit, "a blue door",
                [
                    .link("oss://dashscope-instant/x/house.png", "reference_image"),
                    .link("oss://dashscope-instant/x/mask.png", "mask", .key("mask_image_url")),
                ]
            ) { $0.function = "description_edit_with_mask" },
            """
            {"model":"wanx2.1-imageedit",
             "input":{"function":"description_edit_with_mask","prompt":"a blue door",
               "base_image_url":"oss://dashscope-instant/x/house.png","mask_image_url":"oss://dashscope-instant/x/mask.png"},
             "parameters":{"n":1}}
            """),
        Golden(
            picture(
                "wanx2.1-imageedit", .edit, "wider", [.link("https://assets.example.com/hill.jpg", "reference_image")]
            ) {
                $0.function = "expand"
                $0.parameters = ["top_scale": 1.5, "left_scale": 1.0]
            },
            """
            {"model":"wanx2.1-imageedit",
             "input":{"function":"expand","prompt":"wider","base_image_url":"https://assets.example.com/hill.jpg"},
             "parameters":{"n":1,"top_scale":1.5,"left_scale":1.0}}
            """),
        Golden(
            picture("image-out-painting", .plain, "", [.link("https://assets.example.com/hill.jpg", "reference_image")])
            {
                $0.parameters = [
                    "x_scale": 1.5, "y_scale": 1.0, "best_quality": false, "limit_image_size": true,
                    "add_watermark": false,
                ]
            },
            """
            {"model":"image-out-painting","input":{"image_url":"https://assets.example.com/hill.jpg"},
             "parameters":{"x_scale":1.5,"y_scale":1.0,"best_quality":false,"limit_image_size":true,"add_watermark":false}}
            """),
        Golden(
            picture("wanx-style-repaint-v1", .plain, "", [.link("https://assets.example.com/me.jpg")]) {
                $0.body.input = ["style_index": 3]
            },
            """
            {"model":"wanx-style-repaint-v1","input":{"image_url":"https://assets.example.com/me.jpg","style_index":3},
             "parameters":{}}
            """),
        Golden(
            picture(
                "wanx-background-generation-v2", .background, "on a marble counter, daylight",
                [.link("https://assets.example.com/bottle-rgba.png", "reference_image")]
            ) {
                $0.count = 2
                $0.parameters = ["model_version": "v3"]
            },
            """
            {"model":"wanx-background-generation-v2",
             "input":{"base_image_url":"https://assets.example.com/bottle-rgba.png","ref_prompt":"on a marble counter, daylight"},
             "parameters":{"n":2,"model_version":"v3"}}
            """),
        Golden(
            picture(
                "wanx-background-generation-v2", .background, "",
                [
                    .link("https://a.example/base.png", "reference_image", .key("base_image_url")),
                    .link("https://a.example/look.png", "background", .key("ref_image_url")),
                    .link("https://a.example/f1.png", "foreground_edge", .list("reference_edge.foreground_edge")),
                    .link("https://a.example/b1.png", "background_edge", .list("reference_edge.background_edge")),
                    .link("https://a.example/f2.png", "foreground_edge", .list("reference_edge.foreground_edge")),
                ]
            ) {
                $0.negativePrompt = "hands"
                $0.body.input = ["title": "Sale", "reference_edge": ["foreground_edge_prompt": ["leaves", "stones"]]]
            },
            """
            {"model":"wanx-background-generation-v2",
             "input":{"base_image_url":"https://a.example/base.png","ref_image_url":"https://a.example/look.png",
               "neg_ref_prompt":"hands","title":"Sale",
               "reference_edge":{"foreground_edge":["https://a.example/f1.png","https://a.example/f2.png"],
                 "background_edge":["https://a.example/b1.png"],"foreground_edge_prompt":["leaves","stones"]}},
             "parameters":{"n":1}}
            """),
    ]

    static let films: [Golden] = [
        Golden(
            .film(
                "wan2.7-t2v", .film, "A paper boat drifts past a stone bridge at dusk",
                [.link("https://assets.example.com/river.mp3", "audio", .key("audio_url"))]
            ) {
                $0.negativePrompt = "text"
                $0.resolution = "720P"
                $0.ratio = "16:9"
                $0.duration = 5
                $0.promptExtend = true
                $0.watermark = false
                $0.seed = 12
            },
            """
            {"model":"wan2.7-t2v",
             "input":{"prompt":"A paper boat drifts past a stone bridge at dusk","negative_prompt":"text",
               "audio_url":"https://assets.example.com/river.mp3"},
             "parameters":{"resolution":"720P","ratio":"16:9","duration":5,"prompt_extend":true,"watermark":false,"seed":12}}
            """),
        Golden(
            .film(
                "wan2.6-i2v-flash", .film, "The fox opens its eyes",
                [.link("https://assets.example.com/fox.jpg", "first_frame")]
            ) {
                $0.resolution = "720P"
                $0.duration = 5
                $0.parameters = ["audio": false]
            },
            """
            {"model":"wan2.6-i2v-flash",
             "input":{"prompt":"The fox opens its eyes","img_url":"https://assets.example.com/fox.jpg"},
             "parameters":{"resolution":"720P","duration":5,"audio":false}}
            """),
        Golden(
            .film("wan2.6-t2v", .film, "Rain") { $0.size = "1920*1080" },
            #"{"model":"wan2.6-t2v","input":{"prompt":"Rain"},"parameters":{"size":"1920*1080"}}"#),
        Golden(
            .film(
                "wan2.2-kf2v-flash", .film, "time lapse",
                [
                    .link("https://a.example/a.png", "first_frame", .key("first_frame_url")),
                    .link("https://a.example/b.png", "last_frame", .key("last_frame_url")),
                ]
            ) { $0.resolution = "720P" },
            """
            {"model":"wan2.2-kf2v-flash",
             "input":{"first_frame_url":"https://a.example/a.png","last_frame_url":"https://a.example/b.png","prompt":"time lapse"},
             "parameters":{"resolution":"720P"}}
            """),
        Golden(
            .film(
                "wan2.6-r2v", .film, "They meet",
                [
                    .link("https://a.example/girl.mp4", "reference_video", .list("reference_urls")),
                    .link("https://a.example/dog.png", "reference_image", .list("reference_urls")),
                ]
            ) {
                $0.size = "1280*720"
                $0.duration = 5
            },
            """
            {"model":"wan2.6-r2v",
             "input":{"prompt":"They meet","reference_urls":["https://a.example/girl.mp4","https://a.example/dog.png"]},
             "parameters":{"size":"1280*720","duration":5}}
            """),
        Golden(
            .film(
                "wanx2.1-vace-plus", .film, "They walk",
                [
                    .link("https://a.example/her.png", "reference_image", .list("ref_images_url")),
                    .link("https://a.example/street.png", "reference_image", .list("ref_images_url")),
                ]
            ) {
                $0.function = "image_reference"
                $0.size = "1280*720"
                $0.parameters = ["obj_or_bg": ["obj", "bg"]]
            },
            """
            {"model":"wanx2.1-vace-plus",
             "input":{"function":"image_reference","prompt":"They walk",
               "ref_images_url":["https://a.example/her.png","https://a.example/street.png"]},
             "parameters":{"size":"1280*720","obj_or_bg":["obj","bg"]}}
            """),
        Golden(
            .film(
                "wanx2.1-vace-plus", .film, "A lion at the wheel",
                [
                    .link("https://a.example/drive.mp4", "video", .key("video_url")),
                    .link("https://a.example/mask.png", "mask", .key("mask_image_url")),
                ]
            ) {
                $0.function = "video_edit"
                $0.body.input = ["mask_frame_id": 1]
                $0.parameters = ["mask_type": "tracking", "expand_ratio": 0.05]
            },
            """
            {"model":"wanx2.1-vace-plus",
             "input":{"function":"video_edit","prompt":"A lion at the wheel","video_url":"https://a.example/drive.mp4",
               "mask_image_url":"https://a.example/mask.png","mask_frame_id":1},
             "parameters":{"mask_type":"tracking","expand_ratio":0.05}}
            """),
        Golden(
            .film(
                "wan2.7-i2v", .filmMedia, "She turns and waves",
                [
                    .link("https://assets.example.com/f0.png", "first_frame"),
                    .link("https://assets.example.com/voice.mp3", "audio", .media("driving_audio")),
                ]
            ) {
                $0.resolution = "1080P"
                $0.duration = 6
            },
            """
            {"model":"wan2.7-i2v",
             "input":{"prompt":"She turns and waves","media":[
               {"type":"first_frame","url":"https://assets.example.com/f0.png"},
               {"type":"driving_audio","url":"https://assets.example.com/voice.mp3"}]},
             "parameters":{"resolution":"1080P","duration":6}}
            """),
        Golden(
            .film(
                "wan2.7-r2v", .filmMedia, "Image 1 hands the kite to video 1",
                [
                    .link("https://a.example/girl.mp3", "voice", .within(1, key: "reference_voice")),
                    .link("https://a.example/girl.jpg", "reference_image", .media("reference_image")),
                    .link("https://a.example/dog.mp4", "reference_video", .media("reference_video")),
                ]
            ) {
                $0.resolution = "720P"
                $0.ratio = "16:9"
                $0.duration = 8
            },
            """
            {"model":"wan2.7-r2v",
             "input":{"prompt":"Image 1 hands the kite to video 1",
              "media":[{"type":"reference_image","url":"https://a.example/girl.jpg","reference_voice":"https://a.example/girl.mp3"},
                       {"type":"reference_video","url":"https://a.example/dog.mp4"}]},
             "parameters":{"resolution":"720P","ratio":"16:9","duration":8}}
            """),
        Golden(
            .film(
                "wan2.7-videoedit", .filmMedia, "Make it snow",
                [
                    .link("https://a.example/street.mp4", "video", .media("video")),
                    .link("https://a.example/snow.png", "reference_image", .media("reference_image")),
                ]
            ) {
                $0.negativePrompt = "cars"
                $0.duration = 0
                $0.parameters = ["audio_setting": "origin"]
            },
            """
            {"model":"wan2.7-videoedit",
             "input":{"prompt":"Make it snow","negative_prompt":"cars","media":[
               {"type":"video","url":"https://a.example/street.mp4"},
               {"type":"reference_image","url":"https://a.example/snow.png"}]},
             "parameters":{"duration":0,"audio_setting":"origin"}}
            """),
        Golden(
            .film("wan3.0-video", .filmMedia, "A tide comes in") {
                $0.resolution = "480P"
                $0.ratio = "adaptive"
                $0.duration = -1
            },
            """
            {"model":"wan3.0-video","input":{"prompt":"A tide comes in"},
             "parameters":{"resolution":"480P","ratio":"adaptive","duration":-1}}
            """),
        Golden(
            .film(
                "wan2.2-animate-move", .animation, "",
                [
                    .link("https://a.example/me.png", "reference_image"),
                    .link("https://a.example/dance.mp4", "video", .key("video_url")),
                ]
            ) { $0.parameters = ["mode": "wan-std", "check_image": true] },
            """
            {"model":"wan2.2-animate-move","input":{"image_url":"https://a.example/me.png","video_url":"https://a.example/dance.mp4"},
             "parameters":{"mode":"wan-std","check_image":true}}
            """),
        Golden(
            .film(
                "wan2.2-s2v", .animation, "",
                [
                    .link("https://a.example/me.png", "reference_image"),
                    .link("https://a.example/talk.wav", "audio", .key("audio_url")),
                ]
            ) { $0.resolution = "480P" },
            """
            {"model":"wan2.2-s2v","input":{"image_url":"https://a.example/me.png","audio_url":"https://a.example/talk.wav"},
             "parameters":{"resolution":"480P"}}
            """),
    ]

    @Test(arguments: pictures + films)
    func `a body is the one of the provider's example`(golden: Golden) async throws {
        let request = try await Bench().service.prepare(golden.plan, references: "/nowhere")
        let expected = try #require(json(golden.body))
        #expect(value(request.body) == expected)
        #expect(JSONBytes.parse(try JSONBytes.bytes(request.shown)) == expected)
        #expect(request.headers["X-DashScope-Async"] == "enable")
        #expect(request.headers["X-DashScope-SSE"] == nil)
    }

    @Test func `every family has an example`() {
        let families = Set((Self.pictures + Self.films).map(\.plan.body.family))
        #expect(families == Set(BodyFamily.allCases).subtracting([.messages]), "M has its own tests")
    }

    @Test func `bodies of pictures are the same bytes as they always were`() async throws {
        var plan = RenderPlan.sample(references: [.link("https://a.example/1.png"), .link("https://a.example/2.png")])
        plan.negativePrompt = "people"
        plan.size = "1024*1024"
        plan.seed = 7
        plan.watermark = false
        plan.parameters = ["style": "<anime>"]
        let service = try Bench().service
        var request = try await service.prepare(plan, references: "/nowhere")
        #expect(
            String(decoding: request.body.assembled, as: UTF8.self) == #"{"model":"wan2.2-t2i-flash","#
                + #""input":{"prompt":"A tin robot watering tulips","negative_prompt":"people","#
                + #""images":["https://a.example/1.png","https://a.example/2.png"]},"#
                + #""parameters":{"n":1,"seed":7,"size":"1024*1024","style":"<anime>","watermark":false}}"#)
        plan.body.family = .messages
        request = try await service.prepare(plan, references: "/nowhere")
        #expect(
            String(decoding: request.body.assembled, as: UTF8.self) == #"{"model":"wan2.2-t2i-flash","#
                + #""input":{"messages":[{"role":"user","content":[{"image":"https://a.example/1.png"},"#
                + #"{"image":"https://a.example/2.png"},{"text":"A tin robot watering tulips"}]}]},"#
                + #""parameters":{"n":1,"negative_prompt":"people","seed":7,"size":"1024*1024","style":"<anime>","#
                + #""watermark":false}}"#)
    }
}
