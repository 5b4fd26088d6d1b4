import DashScopeSimulator
import Foundation
import Testing

/// Pictures made from one picture, each model with a body of its own.
@Suite struct OlderImageTests {
    private static let link = "https://assets.example.com/a.png"

    /// A picture of 800x600 and its mask.
    private static func masked(_ mask: String) -> String {
        #""base_image_url":"\#(pngURI(800, 600))","mask_image_url":"\#(mask)""#
    }

    private func finished(
        _ simulator: RunningSimulator, _ path: String, _ body: String, headers: [String: String] = [:]
    ) async throws -> APIClient.Reply {
        let client = APIClient(simulator)
        let id = try await client.accepted(path, body, headers: headers)
        simulator.advance(seconds: 600)
        return try await client.get("/tasks/\(id)")
    }

    /// Dimensions of the picture behind a link.
    private func size(_ simulator: RunningSimulator, _ url: String?) async throws -> [Int] {
        let file = try await APIClient(simulator, key: nil).send("GET", try #require(url))
        return try PNGCheck(file.body).size
    }

    @Test(arguments: [
        ("stylization_all", #"{"strength":0.3}"#, [800, 600]), ("description_edit", #"{"n":1}"#, [800, 600]),
        ("super_resolution", #"{"upscale_factor":2}"#, [1600, 1200]),
        ("expand", #"{"left_scale":1.5,"top_scale":1.25}"#, [1200, 750]),
        ("doodle", #"{"is_sketch":true}"#, [800, 600]),
        ("colorization", "{}", [800, 600]), ("control_cartoon_feature", "{}", [800, 600]),
        ("remove_watermark", "{}", [800, 600]), ("stylization_local", "{}", [800, 600]),
    ])
    func `an edit answers links alone, at the size that its function makes`(
        function: String, parameters: String, expected: [Int]
    ) async throws {
        try await simulating { simulator in
            let input = #""function":"\#(function)","prompt":"blue","base_image_url":"\#(pngURI(800, 600))""#
            let done = try await finished(
                simulator, Path.imageToImage, body("wanx2.1-imageedit", input, parameters))
            #expect(done.keys("output.results.0") == ["url"])
            #expect(done.count("output.results") == 1)
            #expect(done.number("output.task_metrics.SUCCEEDED") == 1)
            #expect(done.keys("usage") == ["image_count"])
            #expect(try await size(simulator, done.text("output.results.0.url")) == expected)
            #expect(simulator.paid().first?.cny == 0.14)
        }
    }

    @Test(arguments: [
        (#""prompt":"x","base_image_url":"\#(link)""#, "{}", "Field required: input.function"),
        (#""function":"expand","base_image_url":"\#(link)""#, "{}", "Field required: input.prompt"),
        (#""function":"expand","prompt":"x""#, "{}", "Field required: input.base_image_url"),
        (
            #""function":"expand","prompt":"x","base_image_url":"\#(link)""#, #"{"top_scale":0.5}"#,
            "Range of top_scale should be [1.0, 2.0]"
        ),
        (
            #""function":"super_resolution","prompt":"x","base_image_url":"\#(link)""#, #"{"upscale_factor":5}"#,
            "Range of upscale_factor should be [1, 4]"
        ),
        (
            #""function":"stylization_all","prompt":"x","base_image_url":"\#(link)""#, #"{"strength":1.5}"#,
            "Range of strength should be [0.0, 1.0]"
        ),
        (
            #""function":"colorization","prompt":"x","base_image_url":"\#(link)""#, #"{"n":5}"#,
            "Range of n should be [1, 4]"
        ),
        (
            #""function":"description_edit_with_mask","prompt":"x","base_image_url":"\#(link)""#, "{}",
            "Field required: input.mask_image_url"
        ),
        (
            #""function":"description_edit_with_mask","prompt":"x","# + masked(pngURI(600, 800)),
            "{}", "The resolution of mask_image_url should be the same as base_image_url: 800*600."
        ),
        (
            #""function":"colorization","prompt":"x","base_image_url":"https://a.example.com/图.png""#, "{}",
            "url error, please check url！"
        ),
    ])
    func `a wrong edit is refused`(input: String, parameters: String, message: String) async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).submit(
                Path.imageToImage, body("wanx2.1-imageedit", input, parameters))
            #expect(reply.status == 400)
            #expect(reply.text("code") == "InvalidParameter")
            #expect(reply.text("message") == message)
        }
    }

    @Test func `a mask of the same size is taken`() async throws {
        try await simulating { simulator in
            let input =
                #""function":"description_edit_with_mask","prompt":"a blue door","# + Self.masked(pngURI(800, 600))
            let done = try await finished(
                simulator, Path.imageToImage, body("wanx2.1-imageedit", input, #"{"n":2}"#))
            #expect(done.count("output.results") == 2)
            #expect(simulator.paid().first?.cny == 0.28)
        }
    }

    @Test(arguments: [
        (#"{"x_scale":1.5,"y_scale":1.0}"#, [1200, 600]), (#"{"output_ratio":"1:1","x_scale":3.0}"#, [800, 800]),
        (#"{"left_offset":100,"bottom_offset":50}"#, [900, 650]), (#"{"angle":90}"#, [800, 600]),
    ])
    func `out-painting answers one link, on the canvas that was asked for`(parameters: String, expected: [Int])
        async throws
    {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let hill = try await client.uploaded(
                InputFile.picture(800, 600), named: "hill.png", for: "image-out-painting")
            let done = try await finished(
                simulator, Path.outPainting, body("image-out-painting", #""image_url":"\#(hill)""#, parameters),
                headers: APIClient.resolving)
            #expect(done.keys("output").contains("output_image_url"))
            #expect(!done.has("output.results"))
            #expect(done.number("output.task_metrics.TOTAL") == 1)
            #expect(done.number("usage.image_count") == 1)
            #expect(try await size(simulator, done.text("output.output_image_url")) == expected)
            #expect(simulator.paid().first?.cny == 0.18)
        }
    }

    @Test func `out-painting finds out at run time that a picture cannot be fetched, and knows no data`() async throws {
        try await simulating {
            $0.switches.remoteReferences = .refuse
        } _: { simulator in
            let done = try await finished(
                simulator, Path.outPainting, body("image-out-painting", #""image_url":"\#(Self.link)""#))
            #expect(done.text("output.task_status") == "FAILED")
            #expect(done.text("output.code") == "InvalidParameter.FileDownload")
            #expect(done.number("output.task_metrics.FAILED") == 1)
            let data = try await APIClient(simulator).submit(
                Path.outPainting, body("image-out-painting", #""image_url":"\#(pngURI(800, 600))""#))
            #expect(data.text("message") == "url error, please check url！")
        }
    }

    @Test(arguments: [Path.background, Path.background + "/"])
    func `a background answers links alone, with or without the slash`(path: String) async throws {
        try await simulating {
            $0.switches.undocumentedData = .accept
        } _: { simulator in
            let input = #""base_image_url":"\#(pngURI(800, 600, alpha: true))","ref_prompt":"on a marble counter""#
            let done = try await finished(
                simulator, path, body("wanx-background-generation-v2", input, #"{"n":2,"model_version":"v3"}"#))
            #expect(done.count("output.results") == 2)
            #expect(done.keys("output.results.1") == ["url"])
            let file = try await APIClient(simulator, key: nil).send(
                "GET", try #require(done.text("output.results.0.url")))
            let picture = try PNGCheck(file.body)
            #expect(picture.size == [800, 600])
            #expect(!picture.hasAlpha)
            #expect(simulator.paid().first?.cny == 0.16)
        }
    }

    @Test func `a background wants alpha, and something to go by`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let bottle = try await client.uploaded(
                InputFile.picture(800, 600), named: "bottle.png", for: "wanx-background-generation-v2")
            let done = try await finished(
                simulator, Path.background,
                body("wanx-background-generation-v2", #""base_image_url":"\#(bottle)","ref_prompt":"x""#),
                headers: APIClient.resolving)
            #expect(done.text("output.task_status") == "FAILED")
            #expect(done.text("output.code") == "BadRequest.UnsupportedFileFormat")
            #expect(simulator.paid().first?.images == 0)
            func refusal(_ input: String) async throws -> String? {
                simulator.advance(seconds: 2)
                return try await client.submit(
                    Path.background, body("wanx-background-generation-v2", input)
                ).text("message")
            }
            let base = #""base_image_url":"\#(Self.link)""#
            #expect(try await refusal(base) == "Field required: input.ref_prompt or input.ref_image_url")
            #expect(
                try await refusal(base + #","ref_prompt":"x","title":"far too long""#)
                    == "Range of title length should be [1, 8]")
            let edges = [String](repeating: #""\#(Self.link)""#, count: 6).joined(separator: ",")
            #expect(
                try await refusal(
                    base
                        + #","ref_prompt":"x","reference_edge":{"foreground_edge":[\#(edges)],"background_edge":[\#(edges)]}"#
                ) == "Range of reference_edge should be [0, 10]")
        }
    }

    @Test func `sketches, repainted portraits and translated pictures answer in their own places`() async throws {
        try await simulating { simulator in
            let sketch = try await finished(
                simulator, Path.imageToImage,
                body("wanx-sketch-to-image-lite", #""prompt":"a cat","sketch_image_url":"\#(Self.link)""#))
            #expect(sketch.count("output.results") == 4)
            #expect(try await size(simulator, sketch.text("output.results.0.url")) == [768, 768])
            let portrait = try await finished(
                simulator, Path.imageGeneration,
                body("wanx-style-repaint-v1", #""image_url":"\#(Self.link)","style_index":3"#))
            #expect(portrait.keys("output.results.0") == ["url"])
            #expect(!portrait.has("output.choices"))
            let translated = try await finished(
                simulator, Path.imageToImage,
                body("qwen-mt-image", #""image_url":"\#(Self.link)","source_lang":"zh","target_lang":"en""#))
            #expect(translated.has("output.image_url"))
            #expect(!translated.has("output.results"))
            #expect(simulator.paid().first?.cny == 0.363)
            let missing = try await APIClient(simulator).submit(
                Path.imageGeneration, body("wanx-style-repaint-v1", #""image_url":"\#(Self.link)""#))
            #expect(missing.text("message") == "Field required: input.style_index")
        }
    }

    @Test func `a transparent model answers pictures with an alpha channel`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("qwen-image-2.1-pro", "a sticker", parameters: #"{"size":"512*512"}"#))
            let url = try #require(reply.text("output.choices.0.message.content.0.image"))
            let file = try await APIClient(simulator, key: nil).send("GET", url)
            let picture = try PNGCheck(file.body)
            #expect(picture.size == [512, 512])
            #expect(picture.hasAlpha)
        }
    }

    @Test func `another maker's pictures are asked for by class and ratio`() async throws {
        try await simulating { simulator in
            let done = try await finished(
                simulator, Path.imageGeneration,
                messages(
                    "kling/kling-v3-omni-image-generation", "a kite",
                    parameters: #"{"n":2,"resolution":"4k","aspect_ratio":"1:1"}"#))
            #expect(done.count("output.choices") == 1)
            #expect(done.text("output.choices.0.message.content.1.type") == "image")
            #expect(done.keys("usage") == ["size", "image_count"])
            #expect(done.text("usage.size") == "4096*4096")
            #expect(simulator.paid().first?.cny == 0.8)
        }
    }
}
