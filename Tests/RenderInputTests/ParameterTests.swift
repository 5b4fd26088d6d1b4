import DashScope
import Foundation
import RenderCore
import RenderYAML
import Testing

@Suite struct ParameterTests {
    private static let files: Pictures = {
        var files = Pictures.all
        files.byName["small.png"] = .found(
            name: "small.png", bytes: 1000, probe: MediaProbe(ImageProbe(format: .png, width: 768, height: 768)))
        for seconds in [6.0, 8, 9] {
            files.byName["\(Int(seconds)).mp4"] = .film("\(Int(seconds)).mp4", seconds: seconds)
            files.byName["\(Int(seconds)).mp3"] = .sound("\(Int(seconds)).mp3", seconds: seconds)
        }
        files.byName["slow.mp4"] = .film("slow.mp4", seconds: 6, framesPerSecond: 12)
        files.byName["usual.mp4"] = .film("usual.mp4", seconds: 6, framesPerSecond: 23.976)
        files.byName["poster.ppm"] = .image("poster.ppm", .pnm)
        files.byName["unknown.mp4"] = .film("unknown.mp4", seconds: nil)
        return files
    }()

    private static let palette = """
        [{hex: "#C2D1E6", ratio: "50.00%"}, {hex: "#636574", ratio: "25.5%"}, {hex: "#cbd4e4", ratio: "24.50%"}]
        """

    private func found(_ text: String, _ severity: Diagnostic.Severity = .error) -> [String] {
        plan(text, Self.files).diagnostics.filter { $0.severity == severity }.map(\.message)
    }

    @Test(arguments: [
        "model: wan2.7-image\nparameters: {color_palette: \(palette)}",
        "model: wan2.7-image\nparameters: {color_palette: \(palette), enable_sequential: no}",
        "model: wan2.7-image\nreferences: [cat.jpg, room.jpg]\nparameters: {bbox_list: [[[0, 0, 5, 5], [1, 2, 3, 4]], []]}",
        "model: wan2.7-image\nreferences: [cat.jpg]\nparameters: {thinking_mode: off}",
        "model: wanx2.1-vace-plus\nfunction: image_reference\nreferences: [cat.jpg, room.jpg]\nparameters: {obj_or_bg: [obj, bg]}",
        "model: wanx2.1-vace-plus\nfunction: image_reference\nreferences: [cat.jpg]",
        "model: wanx-background-generation-v2\nreferences: [cut.png]\nparameters: {title: Monday, sub_title: At the sea}",
        "model: wan2.6-t2v\nparameters: {shot_type: multi}",
        "model: wan2.6-t2v\nprompt_extend: no\nparameters: {shot_type: single}",
        "model: wan3.0-video\nreferences: [6.mp4, 9.mp4, 6.mp3, 9.mp3]",
        "model: wan3.0-video\nreferences: [6.mp4, unknown.mp4]",
        "model: wan3.0-video\nduration: 24\nreferences: [6.mp4]", "model: wan3.0-video\nduration: 30",
        "model: wan3.0-video\nseed: -1", "model: happyhorse-1.1-t2v\nratio: 21:9\nresolution: 480P",
        "model: qwen-image-3.0\nnegative_prompt: blurry", "model: qwen-image-3.0-pro\nnegative_prompt: blurry",
        "model: kling/kling-v3-video-generation\nnegative_prompt: blurry\nparameters: {mode: 4k}\nratio: 1:1",
        "model: wan3.0-video\nreferences: [usual.mp4]",
        "model: vidu/viduq3-pro_text2video\nsize: 720*1280\nresolution: 720P",
        "model: vidu/viduq2_reference2video\nreferences: [\"https://example.com/a.png\"]\nratio: 1:1\nresolution: 540p",
        "model: \(omni)\nvideo: \"https://example.com/a.mp4\"\nreferences: [\(links)]\nparameters: {element_list: [{element_id: 1}]}",
        "model: pixverse/pixverse-v5.6-r2v\nreferences: [\"https://example.com/a.png\"]\nsize: 1108*830",
    ])
    func `what the reference allows is taken`(job: String) {
        let outcome = plan("prompt: a\n" + job, Self.files)
        #expect(outcome.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        #expect(outcome.plans.count == 1)
    }

    @Test func `a portable anymap is taken where the model takes it`() {
        let job = "references: [poster.ppm]\nparameters: {source_lang: zh, target_lang: en}\nmodel: "
        #expect(plan(job + "qwen-mt-image", Self.files).diagnostics.filter { $0.severity == .error } == [])
        #expect(
            found("prompt: a\nreferences: [poster.ppm]\nmodel: wan2.7-image")
                == ["poster.ppm is a pnm file, which wan2.7-image does not take"])
    }

    /// As YAML gives them: in quotes or not, a figure where a text is meant, nothing behind a key.
    @Test func `a value is read by its parameter's type`() throws {
        let outcome = plan(
            """
            prompt: a
            model: wanx-background-generation-v2
            references: [cut.png]
            parameters: {title: 618, noise_level: "300", ref_prompt_weight: "0.5", model_version: }
            """, Self.files)
        #expect(outcome.diagnostics.map(\.message) == [])
        let plan = try #require(outcome.plans.first)
        #expect(plan.body.input?["title"] == "618")
        #expect(plan.parameters["noise_level"] == 300 && plan.parameters["ref_prompt_weight"] == .double(0.5))
        #expect(plan.parameters["model_version"] == nil)
    }

    @Test(arguments: [
        (
            "resolution: 720P\nparameters: {mode: pro}",
            "`resolution: 720P` means `mode: std` for \(kling), and `parameters` says otherwise"
        ),
        ("ratio: 16:9\nsize: 9:16", "`size` cannot be combined with `ratio`"),
        ("size: 720P", "`720P` is not a size"),
    ])
    func `words that say two things are refused`(words: String, message: String) {
        #expect(found("prompt: a\nmodel: \(Self.kling)\n\(words)") == [message])
        #expect(found("prompt: a\nmodel: \(Self.kling)\nresolution: 720P\nparameters: {mode: std}").isEmpty)
    }

    private static let kling = "kling/kling-v3-video-generation"
    private static let omni = "kling/kling-v3-omni-video-generation"
    private static let links = (1...3).map { "\"https://example.com/\($0).jpg\"" }.joined(separator: ", ")
    private static let elements =
        "parameters: {element_list: [{element_id: 1}, {element_id: 2}, {element_id: 3}, {element_id: 4}]}"

    /// What several inputs, or an input and a list of subjects, may be together.
    @Test(arguments: [
        (
            "model: wan3.0-video\nreferences: [slow.mp4]",
            "slow.mp4 has 12 frames a second; wan3.0-video takes at least 16 for `reference_video`"
        ),
        (
            "model: \(kling)\nfirst_frame: \"https://example.com/a.jpg\"\n\(elements)",
            "4 files and items are given for `element_list`; \(kling) takes at most 3 beside `first_frame` or `last_frame`"
        ),
        (
            "model: \(omni)\nvideo: \"https://example.com/a.mp4\"\nreferences: [\(links)]\n\(elements)",
            "7 files and items are given for `reference_image` and `element_list`; \(omni) takes at most 4 beside `video` or `reference_video`"
        ),
        (
            "model: \(omni)\nreferences: [\(links), \(links)]\n\(elements)",
            "10 files and items are given for `reference_image` and `element_list`; \(omni) takes at most 7"
        ),
        (
            "model: \(omni)\nparameters: {keep_original_sound: yes}",
            "`keep_original_sound` describes a file for `video` or `reference_video`, and none is given"
        ),
        (
            "model: vidu/viduq3-pro_text2video\nsize: 720*1280\nresolution: 1080P",
            "720*1280 belongs to 720P, not to 1080P"
        ),
        (
            "model: vidu/viduq3-pro_text2video\nratio: 21:9", "vidu/viduq3-pro_text2video makes no film of 720P, 21:9"
        ),
        (
            "model: vidu/viduq3-mix_reference2video\nreferences: [\(links)]\nsize: 1024*576",
            "size 1024*576 is not one that vidu/viduq3-mix_reference2video can make"
        ),
    ])
    func `too many files and subjects, or a size of another class, are refused`(job: String, message: String) {
        #expect(found("prompt: a\n" + job) == [message])
    }

    /// A size needs its class beside it where the provider would ignore it otherwise, and is priced by that class.
    @Test(arguments: [
        ("vidu/viduq3-pro_text2video", "size: 9:16", "720*1280", "720P", "3.90625 CNY"),
        ("vidu/viduq3-pro_text2video", "size: 1808x1808", "1808*1808", "1080P", "4.6875 CNY"),
        ("vidu/viduq3-pro_text2video", "resolution: 540P\nratio: 4:3", "1024*768", "540P", "1.5625 CNY"),
        ("vidu/viduq3-pro_text2video", "resolution: 1080P", nil, "1080P", "4.6875 CNY"),
        ("vidu/viduq3-pro_text2video", "", nil, nil, "3.90625 CNY"),
        ("pixverse/pixverse-v5.6-t2v", "size: 1280*1280", "1280*1280", nil, "1.35 CNY"),
        ("pixverse/pixverse-v6-t2v", "resolution: 1080P\nratio: 1:1", "1440*1440", nil, "2.65 CNY"),
    ])
    func `sizes by class are sent and priced with their class`(
        model: String, words: String, size: String?, resolution: String?, price: String
    ) throws {
        let outcome = plan("prompt: a\nmodel: \(model)\n\(words)")
        let plan = try #require(outcome.plans.first)
        // What the provider wants said is said by default.
        #expect(plan.size == size || words.isEmpty)
        #expect(plan.resolution == resolution)
        #expect(plan.estimate?.description == price)
    }

    @Test func `a parameter of one file stands at that file`() throws {
        let outcome = plan(
            """
            prompt: a
            model: \(Self.omni)
            video: "https://example.com/a.mp4"
            references: [\(Self.links)]
            parameters: {keep_original_sound: yes}
            """)
        let plan = try #require(outcome.plans.first)
        #expect(plan.parameters["keep_original_sound"] == nil)
        #expect(
            plan.references.map(\.body.item)
                == plan.references.map { $0.role == "video" ? ["keep_original_sound": "yes"] : nil })
    }

    @Test(
        arguments: [
            ("bbox_list: [[[0, 0, 1024, 768]]]", nil),
            (
                "bbox_list: [[[0, 0, 1025, 768]]]",
                "a box of `bbox_list` reaches to 1025, 768, but cat.jpg is 1024 × 768 pixels"
            ),
            (
                "bbox_list: [[[0, 0, 5, 5], [1, 1, 9, 769]]]",
                "a box of `bbox_list` reaches to 9, 769, but cat.jpg is 1024 × 768 pixels"
            ),
        ] as [(String, String?)])
    func `a box lies within its picture`(parameter: String, message: String?) {
        let found = found("prompt: a\nmodel: wan2.7-image\nreferences: [cat.jpg]\nparameters: {\(parameter)}")
        #expect(found == (message.map { [$0] } ?? []))
    }

    @Test(arguments: [
        (
            "qwen-image-3.0\nreferences: [cat.jpg]\nparameters: {prompt_extend_mode: agent}",
            "`prompt_extend_mode` has a value that qwen-image-3.0 does not take"
        ),
        (
            "wanx2.1-vace-plus\nfunction: video_extension\nmedia: [{first_clip: 6.mp4}, {video: 6.mp4}]",
            "wanx2.1-vace-plus takes `video` only with `control_condition`"
        ),
        (
            "pixverse/pixverse-v5.6-t2v\nresolution: 1080p\nduration: 10",
            "pixverse/pixverse-v5.6-t2v makes no film of 10 s"
        ),
        (
            "pixverse/pixverse-v5.6-t2v\nresolution: 1080P\nduration: 10\naudio: yes",
            "pixverse/pixverse-v5.6-t2v makes no film of 10 s"
        ),
        (
            "pixverse/pixverse-v5.6-t2v\nsize: 1920x1080\nduration: 10",
            "pixverse/pixverse-v5.6-t2v makes no film of 10 s"
        ),
        ("pixverse/pixverse-v5.6-t2v\nsize: 1080P\nduration: 10", "pixverse/pixverse-v5.6-t2v makes no film of 10 s"),
        (
            "wanx2.1-vace-plus\nfunction: video_edit\nvideo: 6.mp4\nmask: mask.png",
            "mask.png is 1024 × 768 pixels and 6.mp4 1280 × 720; wanx2.1-vace-plus wants `mask` as large as `video`"
        ),
        (
            "wan2.6-image\nreferences: [cat.jpg]\nparameters: {max_images: 3}",
            "wan2.6-image takes `max_images` only with `enable_interleave: true`"
        ),
    ])
    func `what the pages say cannot be is refused here`(job: String, message: String) {
        #expect(found("prompt: a\nmodel: " + job) == [message])
    }

    @Test func `a whole number out of a few`() {
        let job = "model: video-style-transform\nvideo: 6.mp4\nparameters: {min_len: "
        #expect(found(job + "540}").isEmpty)
        #expect(found(job + "600}") == ["`min_len` has a value that video-style-transform does not take"])
    }

    @Test func `without its function a job still hears of everything else`() {
        let found = found("model: wanx2.1-imageedit\nreferences: [../x.png, away.png]")
        #expect(found.count == 4)
        #expect(found.contains("wanx2.1-imageedit has several functions, and the job does not name one"))
        #expect(found.contains("this job has no prompt"))
        #expect(found.contains { $0.hasPrefix("the reference `../x.png` cannot be used") })
        #expect(found.contains("away.png is neither beside the job file nor in assets/"))
    }

    @Test(arguments: [
        ("qwen-image-plus", "size: 720P", 3, "`720P` is not a size"),
        ("wanx-v1", "resolution: 720P", 3, "wanx-v1 takes a `size` and no `resolution`"),
        ("wan2.6-t2v", "size: 361P", 3, "wan2.6-t2v makes no film of 361P"),
        ("wan2.6-t2v", "resolution: 361P", 3, "wan2.6-t2v makes no film of 361P"),
    ])
    func `a class that is not made is shown where it stands`(model: String, word: String, line: Int, message: String) {
        let found = plan("prompt: a\nmodel: \(model)\n\(word)").diagnostics
        #expect(found.map(\.message) == [message])
        #expect(found.map(\.mark.line) == [line])
    }

    @Test(arguments: [
        "color_palette: red", "color_palette: [{hex: \"#C2D1E6\", ratio: \"100%\"}]",
        "color_palette: \(palette.replacingOccurrences(of: "24.50%", with: "24.49%"))",
        "color_palette: \(palette.replacingOccurrences(of: "#636574", with: "636574"))",
        "color_palette: \(palette.replacingOccurrences(of: "#636574", with: "#63657g"))",
        "color_palette: \(palette.replacingOccurrences(of: "\"50.00%\"", with: "0.5"))",
        "bbox_list: 5", "bbox_list: [[[1, 2, 3]]]", "bbox_list: [[1, 2, 3, 4]]", "bbox_list: [[[5, 2, 5, 4]]]",
        "bbox_list: [[[1, 4, 3, 2]]]", "bbox_list: [[[-1, 2, 3, 4]]]", "bbox_list: [[[1.5, 2, 3, 4]]]",
        "bbox_list: [[[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]]", "enable_sequential: maybe",
    ])
    func `a value of the wrong shape is refused`(parameter: String) {
        let name = parameter.prefix { $0 != ":" }
        let messages = found("prompt: a\nmodel: wan2.7-image\nreferences: [cat.jpg]\nparameters: {\(parameter)}")
        #expect(messages == ["`\(name)` has a value that wan2.7-image does not take"])
    }

    @Test(arguments: [
        (
            "model: wan2.7-image\nreferences: [cat.jpg, room.jpg]\nparameters: {bbox_list: [[]]}",
            "`bbox_list` has 1 item, but 2 files are given for `reference_image`"
        ),
        (
            "model: wanx2.1-vace-plus\nfunction: image_reference\nreferences: [cat.jpg]\nparameters: {obj_or_bg: [obj, bg]}",
            "`obj_or_bg` has 2 items, but 1 file is given for `reference_image`"
        ),
        (
            "model: wanx2.1-vace-plus\nfunction: image_reference\nreferences: [cat.jpg]\nparameters: {obj_or_bg: [thing]}",
            "`obj_or_bg` has a value that wanx2.1-vace-plus does not take"
        ),
        (
            "model: wan2.7-image\nn: 3\nparameters: {enable_sequential: yes, color_palette: \(palette)}",
            "wan2.7-image does not take `color_palette` and `enable_sequential` together"
        ),
        (
            "model: wan2.6-t2v\nprompt_extend: no\nparameters: {shot_type: multi}",
            "wan2.6-t2v takes `shot_type` only with `prompt_extend: true`"
        ),
        (
            "model: wanx-background-generation-v2\nreferences: [cut.png]\nparameters: {title: 123456789x}",
            "`title` has a value that wanx-background-generation-v2 does not take"
        ),
        (
            "model: wanx-background-generation-v2\nreferences: [cut.png]\nparameters: {sub_title: \"\"}",
            "`sub_title` has a value that wanx-background-generation-v2 does not take"
        ),
        (
            "model: wanx2.1-imageedit\nfunction: description_edit_with_mask\nreferences: [cat.jpg]\nmask: small.png",
            "small.png is 768 × 768 pixels and cat.jpg 1024 × 768; wanx2.1-imageedit wants `mask` as large as "
                + "`reference_image`"
        ),
        (
            "model: wan3.0-video\nduration: 25\nreferences: [6.mp4]",
            "the files for `reference_video` are 6 s long and the film 25 s; wan3.0-video takes at most 30 s together"
        ),
        (
            "model: wan3.0-video\nreferences: [8.mp4, 9.mp4]",
            "the files for `reference_video` are 17 s long together; wan3.0-video takes at most 15 s"
        ),
        (
            "model: wan3.0-video\nreferences: [unknown.mp4, 8.mp4, 9.mp4]",
            "the files for `reference_video` are 17 s long together; wan3.0-video takes at most 15 s"
        ),
        (
            "model: wan3.0-video\nreferences: [cat.jpg, 8.mp3, 9.mp3]",
            "the files for `reference_audio` are 17 s long together; wan3.0-video takes at most 15 s"
        ),
    ])
    func `what does not go together is refused`(job: String, message: String) {
        #expect(found("prompt: a\n" + job) == [message])
    }

    @Test(
        arguments: [
            ("x_scale: 2, y_scale: 1.5", nil), ("x_scale: 1.0, output_ratio: 4:3", nil),
            ("x_scale: 2, output_ratio: \"\"", nil), ("top_offset: 0, x_scale: 2", nil),
            ("x_scale: 2, output_ratio: 4:3", "`x_scale` and `output_ratio`"),
            ("left_offset: 20, output_ratio: 4:3", "`left_offset` and `output_ratio`"),
            ("left_offset: 20, y_scale: 2", "`left_offset` and `y_scale`"),
        ] as [(String, String?)])
    func `a canvas grows in one way`(parameters: String, pair: String?) {
        let messages = found("model: image-out-painting\nreferences: [cat.jpg]\nparameters: {\(parameters)}")
        #expect(messages == (pair.map { ["image-out-painting does not take \($0) together"] } ?? []))
    }

    @Test func `a switch that is on by itself is only warned of`() {
        let job = "prompt: a\nmodel: wan2.7-image\nreferences: [cat.jpg]\nparameters: {thinking_mode: on}"
        #expect(found(job).isEmpty)
        #expect(found(job, .warning).contains("`thinking_mode` has no effect beside `reference_image`"))
    }

    @Test(arguments: [("no", false), ("Off", false), ("yes", true), ("on", true), ("true", true)])
    func `switches below parameters read every word`(word: String, expected: Bool) throws {
        let one = try #require(
            plan("prompt: a\nmodel: wan2.7-image\nn: 2\nparameters: {enable_sequential: \(word)}").plans.first)
        #expect(one.parameters["enable_sequential"] == .bool(expected))
        // The condition is read from the same word: only a set leaves open how many pictures come.
        #expect(one.quote?.range.isExact == !expected)
    }

    @Test func `a word is not a switch where it is not known to be one`() throws {
        let text = "prompt: a\nmodel: wan2.7-image\nparameters: {brand_new: no}"
        #expect(try #require(plan(text).plans.first).parameters["brand_new"] == "no")
    }

    @Test(arguments: [
        ("happyhorse-1.0-t2v", String(repeating: "馬", count: 2500), false),
        ("happyhorse-1.0-t2v", String(repeating: "馬", count: 2501), true),
        ("happyhorse-1.0-t2v", String(repeating: "a", count: 5000), false),
        ("happyhorse-1.0-t2v", String(repeating: "a", count: 5001), true),
        ("wan2.7-t2v", String(repeating: "馬", count: 2501), false),
    ])
    func `a long text is warned of in its own script`(model: String, prompt: String, isLong: Bool) {
        let warnings = found("model: \(model)\nduration: 5\nprompt: \(prompt)", .warning)
        #expect(warnings.contains { $0.contains("silently drops the rest") } == isLong)
    }

    @Test func `a background's prompt is short in Chinese`() {
        let job = "model: wanx-background-generation-v2\nreferences: [cut.png]\nprompt: "
        #expect(
            found(job + String(repeating: "山", count: 101), .warning).contains {
                $0.hasPrefix("`prompt` has 101 Chinese, Japanese or Korean characters")
            })
        #expect(
            found(job + String(repeating: "山", count: 100), .warning).contains { $0.hasPrefix("`prompt` has") } == false
        )
    }

    @Test(arguments: [("wan2.6-t2v-us", 7, true), ("wan2.6-t2v-us", 15, true), ("wan2.6-i2v-us", 7, false)])
    func `only the American films from a frame have fixed lengths`(model: String, seconds: Int, isMade: Bool) {
        let frame = model.contains("i2v") ? "first_frame: cat.jpg\n" : ""
        let outcome = plan(
            "prompt: a\nmodel: \(model)\n\(frame)duration: \(seconds)", Self.files,
            configuration { $0.provider.region = "virginia" })
        #expect(outcome.diagnostics.contains { $0.message == "\(model) makes no film of \(seconds) s" } == !isMade)
        #expect(outcome.plans.isEmpty == !isMade)
    }

    @Test func `mistakes in the rules of a parameter are told`() throws {
        let text = """
            models:
              - id: own
                like: wan2.7-image
                prompt: 500 characters, 20 chinese
                parameters:
                  a: {type: list, one_each: reference_imge}
                  b: {type: text, not_with: [sizes]}
                  c: {type: boolean, needs: {thinking_mod: true}}
                  d: {type: list, items: rows}
                inputs:
                  mask: {count: 0..1, kind: image, key: mask, same_size_as: picture}
                together:
                  - {of: [reference_image], seconds: long}
            """
        let found = catalogue.extended(by: try parser.parse(text)).diagnostics.map { "\($0.mark.line) \($0.message)" }
        #expect(found.contains("4 `prompt` cannot be \"500 characters, 20 chinese\""))
        #expect(found.contains("6 unknown name `reference_imge` in `inputs`"))
        #expect(found.contains("7 unknown name `sizes` in `not_with`"))
        #expect(found.contains("8 unknown name `thinking_mod` in `needs`"))
        #expect(found.contains("9 `items` cannot be \"rows\""))
        #expect(found.contains("11 unknown name `picture` in `inputs`"))
        #expect(found.contains("13 `seconds` cannot be \"long\""))
    }
}
