import DashScopeSimulator
import Foundation
import Testing

@Suite struct FilmRefusalTests {
    private static let data = pngURI(800, 600)
    private static let link = "https://a.example.com/a.png"

    private static func refused(
        _ model: String, _ input: String, _ parameters: String = "{}", path: String = Path.video, says message: String
    ) -> Refused {
        Refused(path: path, body: body(model, input, parameters), message: message, isAsync: true)
    }

    @Test(arguments: [
        refused("wan2.7-t2v", "", says: "Field required: input.prompt"),
        refused("wan2.6-i2v", #""prompt":"x""#, says: "Field required: input.img_url"),
        refused(
            "wan2.2-kf2v-flash", #""prompt":"x""#, path: Path.imageToVideo,
            says: "Field required: input.first_frame_url"),
        refused(
            "wan2.2-animate-move", #""image_url":"\#(link)","video_url":"\#(link)""#, path: Path.imageToVideo,
            says: "Field required: parameters.mode"),
        refused("wan2.7-t2v", #""prompt":"x""#, #"{"duration":16}"#, says: "Range of duration should be [2, 15]"),
        refused("wan2.5-t2v-preview", #""prompt":"x""#, #"{"duration":7}"#, says: "duration should be one of [5, 10]"),
        refused("wan2.7-t2v", #""prompt":"x""#, #"{"duration":"5"}"#, says: malformed),
        refused(
            "wan2.7-t2v", #""prompt":"x""#, #"{"resolution":"480P"}"#,
            says: "The resolution is not match the allowed resolution [720P, 1080P]"),
        refused(
            "wan2.7-t2v", #""prompt":"x""#, #"{"ratio":"5:4"}"#,
            says: "The ratio is not match the allowed ratio [16:9, 9:16, 1:1, 4:3, 3:4]"),
        refused(
            "wan2.6-t2v", #""prompt":"x""#, #"{"size":"1280*720","resolution":"720P"}"#,
            says: "size and resolution can not be set at the same time."),
        refused("wan2.6-t2v", #""prompt":"x""#, #"{"size":"1280x720"}"#, says: "Expected format: '<width>*<height>'"),
        refused(
            "wanx2.1-t2v-plus", #""prompt":"x""#, #"{"size":"1920*1080"}"#,
            says: "The size is not match the allowed size [832*1088, 1088*832, 720*1280, 960*960, 1280*720]"),
        refused(
            "wan2.6-i2v", #""prompt":"x","img_url":"\#(pngURI(100, 100))""#,
            says: "The image length and width do not meet the model restrictions."),
        refused(
            "wan2.6-r2v",
            #""prompt":"x","reference_urls":["\#(link)4.mp4","\#(link)3.mp4","\#(link)2.mp4","\#(link)1.mp4"]"#,
            says: "Range of videos in reference_urls should be [0, 3]"),
        refused("wan2.7-i2v", #""media":[{"type":"hero","url":"\#(link)"}]"#, says: "Unsupported media type: hero"),
        refused(
            "wan2.7-i2v", #""media":[{"type":"last_frame","url":"\#(link)"}]"#,
            says: "Unsupported combination of media: last_frame"),
        refused(
            "wan2.7-i2v", #""media":[{"type":"first_frame","url":"\#(link)"},{"type":"first_frame","url":"\#(link)"}]"#,
            says: "Range of first_frame should be [0, 1]"),
        refused(
            "wan2.7-r2v", #""prompt":"x","media":[{"type":"first_frame","url":"\#(link)"}]"#,
            says: "Range of reference media should be [1, 5]"),
        refused(
            "wan2.7-r2v", #""prompt":"x","media":[{"type":"reference_video","url":"\#(link)"}]"#, #"{"duration":11}"#,
            says: "Range of duration should be [2, 10]"),
        refused(
            "wan3.0-video",
            #""prompt":"x","media":[{"type":"first_frame","url":"\#(link)"},{"type":"reference_image","url":"\#(link)"}]"#,
            says: "Unsupported combination of media: first_frame, reference_image"),
        refused(
            "wan3.0-video", #""prompt":"x","media":[{"type":"link","url":"\#(link)"}]"#, #"{"prompt_extend":false}"#,
            says: "prompt_extend must be true with link"),
        refused(
            "vidu/viduq2_text2video", #""prompt":"x""#, #"{"duration":11}"#,
            says: "Range of duration should be [1, 10]"),
        refused(
            "vidu/viduq2-pro-fast_img2video", #""media":[{"type":"image","url":"\#(link)"}]"#,
            #"{"resolution":"540P"}"#, says: "The resolution is not match the allowed resolution [720P, 1080P]"),
        refused(
            "vidu/viduq2-pro_reference2video",
            #""prompt":"x","media":["# + String(repeating: #"{"type":"image","url":"\#(link)"},"#, count: 5)
                + #"{"type":"video","url":"\#(link)"}]"#, says: "Range of image should be [1, 4]"),
        refused(
            "pixverse/pixverse-c1-r2v",
            #""prompt":"x","media":["#
                + [String](repeating: #"{"type":"image_url","url":"\#(link)"}"#, count: 8).joined(separator: ",") + "]",
            #"{"duration":5}"#, says: "Range of image_url should be [1, 7]"),
        refused(
            "wan3.0-video",
            #""prompt":"x","media":[{"type":"reference_video","url":"\#(link)"},{"type":"reference_video","url":"\#(link)"}]"#,
            #"{"duration":30}"#, says: "The total duration of input and output videos should not exceed 30 seconds"),
        refused("wan2.7-t2v", #""prompt":"x""#, #"{"seed":-2}"#, says: "Range of seed should be [-1, 2147483647]"),
    ])
    func `a wrong film is refused at submit`(_ refused: Refused) async throws {
        try await check(refused)
    }

    private static let malformed =
        "The request is missing required parameters or in a wrong format, please check the parameters that you send."

    @Test(arguments: [
        refused("wanx2.1-vace-plus", #""prompt":"x""#, says: "Field required: input.function"),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"dance""#,
            says: "The function is not match the allowed function [image_reference, video_edit, video_extension, "
                + "video_outpainting, video_repainting]"
        ),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"image_reference""#,
            says: "Field required: input.ref_images_url"),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"image_reference","ref_images_url":["\#(link)"]"#,
            #"{"obj_or_bg":["obj","bg"]}"#, says: "obj_or_bg should hold one of [obj, bg] for each of ref_images_url"),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"video_repainting","video_url":"\#(link)""#,
            says: "Field required: parameters.control_condition"),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"video_edit","video_url":"\#(link)""#,
            says: "Field required: input.mask_image_url or input.mask_video_url"),
        refused(
            "wanx2.1-vace-plus",
            #""prompt":"x","function":"video_extension","first_frame_url":"\#(link)","video_url":"\#(link)""#,
            says: "Field required: parameters.control_condition"),
        refused(
            "wanx2.1-vace-plus", #""prompt":"x","function":"video_outpainting","video_url":"\#(link)""#,
            #"{"top_scale":2.5}"#, says: "Range of top_scale should be [1.0, 2.0]"),
    ])
    func `each function has fields of its own`(_ refused: Refused) async throws {
        try await check(refused)
    }

    @Test(arguments: [
        refused(
            "kling/kling-v3-video-generation", #""prompt":"x","media":[{"type":"first_frame","url":"\#(data)"}]"#,
            says: publicOnly),
        refused(
            "vidu/viduq3-pro_img2video", #""media":[{"type":"image","url":"oss://dashscope-instant/a/b.png"}]"#,
            says: publicOnly),
        refused(
            "pixverse/pixverse-v6-kf2v",
            #""prompt":"x","media":[{"type":"first_frame","url":"\#(data)"},{"type":"last_frame","url":"\#(link)"}]"#,
            #"{"resolution":"360P","duration":5}"#, says: publicOnly),
    ])
    func `models of other makers take public links only`(_ refused: Refused) async throws {
        try await check(refused)
    }

    private static let publicOnly = "url error, please provide a public http or https url."

    private func check(_ refused: Refused) async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).submit(refused.path, refused.body)
            #expect(reply.status == 400)
            #expect(reply.text("code") == refused.code)
            #expect(reply.text("message") == refused.message)
            #expect(simulator.paid().isEmpty)
        }
    }

    @Test func `the old body of a film is accepted and fails at run time, unless the switch says otherwise`()
        async throws
    {
        let old = body("wan2.7-i2v", #""prompt":"x","img_url":"https://a.example.com/a.png""#)
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.accepted(Path.video, old)
            simulator.advance(seconds: 1)
            let reply = try await client.get("/tasks/\(id)")
            #expect(reply.status == 200)
            #expect(reply.text("output.task_status") == "FAILED")
            #expect(reply.text("output.code") == "InvalidParameter")
            #expect(reply.text("output.message") == "Field required: input.media")
            #expect(simulator.paid().first?.cny == 0)
        }
        try await simulating {
            $0.switches.missingMedia = .submit
        } _: { simulator in
            let reply = try await APIClient(simulator).submit(Path.video, old)
            #expect(reply.status == 400)
            #expect(reply.text("message") == "Field required: input.media")
        }
    }

    @Test(arguments: [Path.video, Path.imageToVideo, Path.outPainting, Path.background, Path.background + "/"])
    func `these paths run in the background only`(path: String) async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(path, body("wan2.7-t2v", #""prompt":"x""#))
            #expect(reply.status == 403)
            #expect(reply.text("message") == "current user api does not support synchronous calls.")
        }
    }

    @Test func `a film on a path of pictures, and the other way round, is a wrong address`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            for (path, model) in [
                (Path.textToImage, "wan2.7-t2v"), (Path.imageToVideo, "wan2.7-t2v"), (Path.video, "wan2.2-kf2v-flash"),
                (Path.video, "wan2.2-t2i-plus"),
            ] {
                let reply = try await client.submit(path, body(model, #""prompt":"x""#))
                #expect(reply.status == 400)
                #expect(reply.text("message") == "url error, please check url！")
            }
            let sync = try await client.post(Path.multimodal, body("wan2.7-t2v", #""prompt":"x""#))
            #expect(sync.status == 403)
        }
    }

    @Test func `films and sounds are looked at`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            func edit(_ file: Data, _ name: String) async throws -> String? {
                let link = try await client.uploaded(file, named: name, for: "wan2.7-videoedit")
                let input = #""prompt":"x","media":[{"type":"video","url":"\#(link)"}]"#
                let reply = try await client.submit(
                    Path.video, body("wan2.7-videoedit", input), headers: APIClient.resolving)
                return reply.text("code")
            }
            let films = [
                try await edit(InputFile.film, "short.mp4"), try await edit(InputFile.picture(800, 600), "picture.mp4"),
                try await edit(InputFile.film.prefix(1000), "cut.mp4"),
            ]
            #expect(films == ["InvalidFile.Duration", "InvalidFile.Format", "InvalidFile.Format"])

            func sing(_ file: Data, _ name: String) async throws -> String? {
                let link = try await client.uploaded(file, named: name, for: "wan2.7-t2v")
                let reply = try await client.submit(
                    Path.video, body("wan2.7-t2v", #""prompt":"x","audio_url":"\#(link)""#),
                    headers: APIClient.resolving)
                return reply.text("code")
            }
            let sounds = [
                try await sing(InputFile.sound(seconds: 5), "good.wav"),
                try await sing(InputFile.sound(seconds: 40), "long.wav"),
                try await sing(Data("ID3 and no more".utf8), "bad.mp3"),
                try await sing(Data(count: 100), "zeros.wav"),
            ]
            #expect(sounds == [nil, "InvalidFile.Duration", "InvalidFile.Format", "InvalidFile.Format"])
        }
    }
}
