import DashScopeSimulator
import Foundation
import Testing

/// A film, how it is asked for, and what its answer holds.
struct FilmShape: Sendable, CustomTestStringConvertible {
    var model: String
    var path = Path.video
    var input: String
    var parameters = "{}"
    var output: Set<String> = ["orig_prompt", "video_url"]
    var usage: Set<String>
    var cny: Double
    var testDescription: String { model }

    private static let prompt = #""prompt":"a paper boat""#
    private static let picture = "https://assets.example.com/a.png"
    private static let clip = "https://assets.example.com/a.mp4"
    private static let sound = "https://assets.example.com/a.mp3"
    private static let wan27: Set<String> = [
        "duration", "input_video_duration", "output_video_duration", "video_count", "SR", "ratio",
    ]
    private static let wan26 = wan27.subtracting(["ratio"])
    private static let both: Set<String> = ["orig_prompt", "actual_prompt", "video_url"]

    private static func media(_ items: (String, String)...) -> String {
        #""media":["# + items.map { #"{"type":"\#($0)","url":"\#($1)"}"# }.joined(separator: ",") + "]"
    }

    static let all: [FilmShape] = wan + older + special + partners

    private static let wan = [
        FilmShape(
            model: "wan3.0-video", input: prompt + "," + media(("reference_video", clip)),
            parameters: #"{"resolution":"480P","duration":10}"#, usage: wan27, cny: 4.5),
        FilmShape(
            model: "wan2.7-t2v", input: prompt + #","audio_url":"\#(sound)""#,
            parameters: #"{"resolution":"720P","ratio":"16:9","duration":5}"#, usage: wan27, cny: 3),
        FilmShape(
            model: "wan2.7-i2v", input: media(("first_frame", picture), ("driving_audio", sound)),
            parameters: #"{"duration":6}"#, output: ["video_url"], usage: wan27, cny: 6),
        FilmShape(
            model: "wan2.7-r2v", input: prompt + "," + media(("reference_image", picture), ("reference_video", clip)),
            parameters: #"{"resolution":"720P","duration":8}"#, usage: wan27, cny: 7.8),
        FilmShape(
            model: "wan2.7-videoedit", input: prompt + "," + media(("video", clip)),
            parameters: #"{"resolution":"720P"}"#, usage: wan26, cny: 6),
        FilmShape(
            model: "wan2.6-t2v", input: prompt, parameters: #"{"size":"1280*720","duration":2}"#,
            usage: wan26.union(["size"]), cny: 1.2),
        FilmShape(
            model: "wan2.6-i2v-flash", input: prompt + #","img_url":"\#(picture)""#,
            parameters: #"{"resolution":"720P","duration":5,"audio":false}"#, usage: wan26.union(["audio"]), cny: 0.75),
        FilmShape(
            model: "wan2.6-r2v", input: prompt + #","reference_urls":["\#(clip)","\#(picture)"]"#,
            parameters: #"{"size":"1280*720"}"#, usage: wan26.union(["size"]), cny: 6),
        FilmShape(
            model: "wan2.5-t2v-preview", input: prompt, parameters: #"{"size":"832*480"}"#, output: both,
            usage: ["duration", "video_count", "SR", "size"], cny: 1.5),
    ]

    private static let older = [
        FilmShape(
            model: "wan2.2-i2v-flash", input: prompt + #","img_url":"\#(pngURI(800, 600))""#, output: both,
            usage: ["video_duration", "video_count", "SR"], cny: 1),
        FilmShape(
            model: "wan2.2-t2v-plus", input: prompt, parameters: #"{"prompt_extend":false}"#,
            usage: ["video_duration", "video_count", "SR"], cny: 3.5),
        FilmShape(
            model: "wanx2.1-t2v-turbo", input: prompt, output: both,
            usage: ["video_duration", "video_count", "video_ratio"], cny: 1.2),
        FilmShape(
            model: "wan2.2-kf2v-flash", path: Path.imageToVideo,
            input: prompt + #","first_frame_url":"\#(picture)","last_frame_url":"\#(picture)""#, output: both,
            usage: ["video_duration", "video_count", "SR"], cny: 1),
        FilmShape(
            model: "wanx2.1-kf2v-plus", path: Path.imageToVideo, input: #""first_frame_url":"\#(picture)""#,
            output: ["video_url"], usage: ["video_duration", "video_count", "video_ratio"], cny: 3.5),
        FilmShape(
            model: "wanx2.1-vace-plus",
            input: prompt + #","function":"image_reference","ref_images_url":["\#(picture)","\#(picture)"]"#,
            parameters: #"{"obj_or_bg":["obj","bg"]}"#, output: both,
            usage: ["video_duration", "video_count", "video_ratio"], cny: 3.5),
    ]

    private static let special = [
        FilmShape(
            model: "wan2.2-s2v", path: Path.imageToVideo,
            input: #""image_url":"\#(picture)","audio_url":"\#(sound)""#, output: ["results"],
            usage: ["duration", "size", "SR"], cny: 2.5),
        FilmShape(
            model: "wan2.2-animate-mix", path: Path.imageToVideo,
            input: #""image_url":"\#(picture)","video_url":"\#(clip)""#, parameters: #"{"mode":"wan-pro"}"#,
            output: ["results"], usage: ["video_duration", "video_ratio"], cny: 4.5),
        FilmShape(
            model: "video-style-transform", input: #""video_url":"\#(clip)""#,
            parameters: #"{"style":1,"min_len":540}"#, output: ["output_video_url"], usage: ["duration", "SR"], cny: 1),
    ]

    private static let partners: [FilmShape] = {
        let usage: Set<String> = ["duration", "size", "fps", "video_count", "audio", "SR"]
        return [
            FilmShape(
                model: "happyhorse-1.0-r2v", input: prompt + "," + media(("reference_image", picture)),
                parameters: #"{"resolution":"720P","duration":3}"#, usage: wan27, cny: 2.7),
            FilmShape(
                model: "happyhorse-1.1-t2v", input: prompt, parameters: #"{"duration":3}"#, usage: wan27, cny: 3.6),
            FilmShape(
                model: "kling/kling-v3-omni-video-generation", input: prompt + "," + media(("refer", picture)),
                parameters: #"{"mode":"std","aspect_ratio":"1:1","duration":3,"audio":true}"#, usage: usage, cny: 2.7),
            FilmShape(
                model: "vidu/viduq3-turbo_text2video", input: prompt,
                parameters: #"{"size":"1024*576","resolution":"540P","duration":4}"#,
                usage: usage.union(["output_video_duration"]), cny: 1),
            FilmShape(
                model: "vidu/viduq2-turbo_start-end2video",
                input: prompt + "," + media(("image", picture), ("image", picture)),
                parameters: #"{"resolution":"720P","duration":2}"#,
                usage: usage.subtracting(["audio"]).union(["output_video_duration"]), cny: 0.75),
            FilmShape(
                model: "vidu/viduq2-pro_reference2video",
                input: prompt + "," + media(("image", picture), ("image", picture), ("video", clip)),
                parameters: #"{"resolution":"540P","duration":0}"#,
                usage: usage.subtracting(["audio"]).union(["output_video_duration"]), cny: 1.5625),
            FilmShape(
                model: "pixverse/pixverse-v5.6-r2v",
                input: prompt + "," + media(("image_url", picture), ("image_url", picture)),
                parameters: #"{"size":"640*360","duration":5,"audio":true}"#, usage: usage, cny: 1.05),
            FilmShape(
                model: "pixverse/pixverse-v6-it2v", input: media(("image_url", picture)),
                parameters: #"{"resolution":"360P","duration":2}"#, output: ["video_url"], usage: usage, cny: 0.3),
        ]
    }()
}

@Suite struct FilmShapeTests {
    @Test(arguments: FilmShape.all)
    func `each group of films has its own output, usage and price`(shape: FilmShape) async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.accepted(shape.path, body(shape.model, shape.input, shape.parameters))
            simulator.advance(seconds: 3600)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.text("output.task_status") == "SUCCEEDED", "\(done.string)")
            let always: Set<String> = ["task_id", "task_status", "submit_time", "scheduled_time", "end_time"]
            #expect(done.keys("output") == shape.output.union(always))
            #expect(done.keys("usage") == shape.usage)
            let paid = try #require(simulator.paid().first)
            #expect(paid.cny == shape.cny)
            #expect(paid.films == 1)
            #expect(paid.images == 0)
            #expect(paid.models == [shape.model: 1])
        }
    }

    @Test func `a film is asked for, waits, runs and is answered as documented`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let ack = try await client.submit(
                Path.video,
                body(
                    "wan2.7-t2v",
                    #""prompt":"A paper boat drifts past a stone bridge at dusk","negative_prompt":"text""#,
                    #"{"resolution":"720P","ratio":"9:16","duration":10,"prompt_extend":true,"watermark":false,"seed":12}"#
                ))
            #expect(ack.keys("output") == ["task_status", "task_id"])
            let id = try #require(ack.text("output.task_id"))
            #expect(try await client.get("/tasks/\(id)").text("output.task_status") == "PENDING")
            simulator.advance(seconds: 10)
            let running = try await client.get("/tasks/\(id)")
            #expect(running.text("output.task_status") == "RUNNING")
            #expect(!running.has("usage"))
            simulator.advance(seconds: 700)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.text("output.task_status") == "SUCCEEDED")
            #expect(done.text("output.orig_prompt") == "A paper boat drifts past a stone bridge at dusk")
            #expect(done.text("output.video_url")?.contains(".mp4?Expires=") == true)
            #expect(done.number("usage.duration") == 10)
            #expect(done.number("usage.input_video_duration") == 0)
            #expect(done.number("usage.output_video_duration") == 10)
            #expect(done.number("usage.video_count") == 1)
            #expect(done.number("usage.SR") == 720)
            #expect(done.text("usage.SR") == nil)
            #expect(done.text("usage.ratio") == "9:16")
            #expect(simulator.tasks().first?.films == 1)
            #expect(simulator.tasks().first?.images == 0)
        }
    }

    @Test func `edited films are billed with what was given, to the hundredth of a second`() async throws {
        try await simulating {
            $0.switches.linkSeconds = 5.02
            $0.switches.resolutionAsText = true
        } _: { simulator in
            let client = APIClient(simulator)
            let input = #""prompt":"x","media":[{"type":"video","url":"https://assets.example.com/a.mp4"}]"#
            let id = try await client.accepted(
                Path.video, body("wan2.7-videoedit", input, #"{"resolution":"720P","duration":0}"#))
            simulator.advance(seconds: 3600)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.decimal("usage.duration") == 10.04)
            #expect(done.decimal("usage.input_video_duration") == 5.02)
            #expect(done.decimal("usage.output_video_duration") == 5.02)
            #expect(done.text("usage.SR") == "720")
            #expect(simulator.paid().first?.seconds == 10.04)
            #expect(simulator.paid().first?.cny == 6.024)
        }
    }

    @Test func `animations put the link into an object, at the length of their film`() async throws {
        try await simulating {
            $0.switches.linkSeconds = 5.2
        } _: { simulator in
            let client = APIClient(simulator)
            let input = #""image_url":"https://a.example.com/a.png","video_url":"https://a.example.com/a.mp4""#
            let id = try await client.accepted(
                Path.imageToVideo,
                body("wan2.2-animate-move", input, #"{"mode":"wan-std","check_image":true}"#))
            simulator.advance(seconds: 3600)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.keys("output.results") == ["video_url"])
            #expect(done.decimal("usage.video_duration") == 5.2)
            #expect(done.text("usage.video_ratio") == "standard")
            #expect(simulator.paid().first?.cny == 2.08)
        }
    }

    @Test func `what a film follows is measured where it was uploaded`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let speech = try await client.uploaded(
                InputFile.sound(seconds: 7.5), named: "speech.wav", for: "wan2.2-s2v")
            let face = try await client.uploaded(
                InputFile.picture(600, 800), named: "face.png", for: "wan2.2-s2v")
            let id = try await client.accepted(
                Path.imageToVideo, body("wan2.2-s2v", #""image_url":"\#(face)","audio_url":"\#(speech)""#),
                headers: APIClient.resolving)
            simulator.advance(seconds: 3600)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.decimal("usage.duration") == 7.5)
            #expect(done.number("usage.SR") == 480)
            #expect(done.text("usage.size") == "560*736")
            #expect(simulator.paid().first?.cny == 3.75)
        }
    }

    @Test func `references of a film are billed up to five seconds`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let dog = try await client.uploaded(InputFile.film, named: "dog.mp4", for: "wan2.7-r2v")
            let girl =
                #"{"type":"reference_image","url":"https://a.example.com/girl.jpg","reference_voice":"https://a.example.com/girl.mp3"}"#
            let input = #""prompt":"x","media":[\#(girl),{"type":"reference_video","url":"\#(dog)"}]"#
            let id = try await client.accepted(
                Path.video, body("wan2.7-r2v", input, #"{"resolution":"720P","ratio":"16:9","duration":8}"#),
                headers: APIClient.resolving)
            simulator.advance(seconds: 3600)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.decimal("usage.duration") == 9.5)
            #expect(done.decimal("usage.input_video_duration") == 1.5)
            #expect(simulator.paid().first?.cny == 5.7)
        }
    }

    @Test func `the models of one maker share their places`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            var ids: [String] = []
            for round in 0..<11 {
                let model = round % 2 == 0 ? "kling/kling-v3-video-generation" : "kling/kling-v3-omni-video-generation"
                ids.append(try await client.accepted(Path.video, body(model, #""prompt":"x""#)))
                simulator.advance(seconds: 1)
            }
            #expect(try await client.get("/tasks/\(ids[9])").text("output.task_status") == "RUNNING")
            #expect(try await client.get("/tasks/\(ids[10])").text("output.task_status") == "PENDING")
        }
    }

    @Test func `films are listed and cancelled like pictures`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let input = #""first_frame_url":"https://a.example.com/a.png","prompt":"x""#
            let id = try await client.accepted(Path.imageToVideo, body("wanx2.1-kf2v-plus", input))
            let list = try await client.get("/tasks?model_name=wanx2.1-kf2v-plus")
            #expect(list.text("data.0.task_id") == id)
            #expect(
                list.text("data.0.user_api_unique_key")
                    == "apikey:v1:aigc:image2video:video-synthesis:wanx2.1-kf2v-plus")
            #expect(try await client.send("POST", "/api/v1/tasks/\(id)/cancel").status == 200)
            simulator.advance(seconds: 3600)
            #expect(try await client.get("/tasks/\(id)").text("output.task_status") == "CANCELED")
            #expect(simulator.paid().first?.films == 0)
            let foreign = try simulator.addForeignTask(ForeignTask(model: "wan2.7-t2v", ageSeconds: 3600))
            #expect(try await client.get("/tasks/\(foreign)").has("output.video_url"))
        }
    }
}
