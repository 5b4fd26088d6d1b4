/// Films of wan2.2 and 2.1: five seconds, no sound.
extension ModelTable {
    static func olderFilms(_ region: SimulatorRegion) -> [ModelRow] {
        let five = FilmRule.Length.asked(.init([5]))
        let old = region == .beijing ? "wanx2.1" : "wan2.1"
        let picture = MediaLimits.opaque(ratio: nil, megabytes: 10)
        func named(_ standard: String) -> FilmRule.Frame { .named(["resolution"], default: standard) }

        let text = ModelRow(
            id: "wan2.2-t2v-plus", paths: [.video: .film], dialect: .film(FilmUsage.wan22), echo: .both,
            film: FilmRule(
                classes: [.p480, .p1080], frame: .listedSize(default: FrameSize(1920, 1080)), length: five),
            seeds: -1...2_147_483_647, promptLimit: .characters(800), extendsPrompt: true,
            price: Tariff(classes: ["480P": 0.14, "1080P": 0.7]),
            pace: .init(queueSeconds: 7, runSeconds: 0, runsPerSecond: 20))
        let imagePlus = text.with {
            $0.inputs = [InputRule.image(.key("img_url"), 1...1, picture).settingRatio]
            $0.promptIsOptional = true
            $0.film?.frame = named("1080P")
        }
        let imageFlash = imagePlus.with {
            $0.film = FilmRule(classes: [.p480, .p720, .p1080], frame: named("720P"), length: five)
            $0.price.classes = ["480P": 0.1, "720P": 0.2, "1080P": 0.48]
        }
        let frames = imageFlash.with {
            $0.paths = [.imageToVideo: .film]
            $0.inputs = [
                InputRule.image(.key("first_frame_url"), 1...1, picture).settingRatio,
                .image(.key("last_frame_url"), 0...1, picture),
            ]
        }
        let oldText = text.with {
            $0.dialect = .film(FilmUsage.wan21)
            $0.film = FilmRule(
                classes: [.p720], frame: .listedSize(default: FrameSize(1280, 720)), length: five)
            $0.price = Tariff(each: 0.7)
        }
        let oldTextTurbo = oldText.with {
            $0.film?.classes = [.p480, .p720]
            $0.price = Tariff(each: 0.24)
        }
        let oldImage = imageFlash.with {
            $0.dialect = .film(FilmUsage.wan21)
            $0.film?.classes = [.p720]
            $0.price = Tariff(each: 0.7)
        }
        let oldImageTurbo = oldImage.with {
            $0.film?.classes = [.p480, .p720]
            $0.film?.length = .asked(.init([3, 4, 5]))
            $0.price = Tariff(each: 0.24)
        }
        let oldFrames = frames.with {
            $0.dialect = .film(FilmUsage.wan21)
            $0.film?.classes = [.p720]
            $0.price = Tariff(each: 0.7)
            if region == .singapore { $0.submitRate = .init(count: 1, seconds: 1) }
        }
        return [
            text, imagePlus.renamed("wan2.2-i2v-plus"), imageFlash.renamed("wan2.2-i2v-flash"),
            frames.renamed("wan2.2-kf2v-flash"), oldText.renamed("\(old)-t2v-plus"),
            oldTextTurbo.renamed("\(old)-t2v-turbo"), oldImage.renamed("\(old)-i2v-plus"),
            oldImageTurbo.renamed("\(old)-i2v-turbo"), oldFrames.renamed("\(old)-kf2v-plus"),
            vace().renamed("\(old)-vace-plus"),
        ]
    }

    // MARK: Five functions in one model

    private static func vace() -> ModelRow {
        let picture = MediaLimits.opaque(ratio: nil, megabytes: 10)
        let clip = MediaLimits.film(0...30, sides: nil, ratio: nil, megabytes: 50)
        let video = InputRule.video(.key("video_url"), 1...1, clip).settingRatio
        let control = ["posebodyface", "posebody", "depth", "scribble"]
        let scales = ["top_scale", "bottom_scale", "left_scale", "right_scale"]
        func references(_ count: ClosedRange<Int>) -> InputRule { .image(.list("ref_images_url"), count, picture) }

        return ModelRow(
            id: "wanx2.1-vace-plus", paths: [.video: .film], dialect: .film(FilmUsage.wan21), echo: .both,
            functions: [
                "image_reference": FunctionRule(
                    inputs: [references(1...3)],
                    parameters: [ParameterRule("obj_or_bg", .words(["obj", "bg"], asManyAs: "ref_images_url"))]),
                "video_repainting": FunctionRule(
                    inputs: [video, references(0...1)],
                    parameters: [
                        ParameterRule("control_condition", .choice(control), isRequired: true),
                        ParameterRule("strength", .number(0...1)),
                    ]),
                "video_edit": FunctionRule(
                    inputs: [
                        video, references(0...1), .image(.key("mask_image_url"), 0...1, picture),
                        .video(.key("mask_video_url"), 0...1, clip),
                    ],
                    parameters: [
                        ParameterRule("mask_frame_id", .integer(nil), isInput: true),
                        ParameterRule("control_condition", .choice(control + [""])),
                        ParameterRule("mask_type", .choice(["tracking", "fixed"])),
                        ParameterRule("expand_ratio", .number(0...1)),
                        ParameterRule("expand_mode", .choice(["hull", "bbox", "original"])),
                    ], needsOneOf: [["mask_image_url", "mask_video_url"]]),
                "video_extension": FunctionRule(
                    inputs: [
                        .image(.key("first_frame_url"), 0...1, picture).settingRatio,
                        .image(.key("last_frame_url"), 0...1, picture),
                        InputRule.video(.key("first_clip_url"), 0...1, clip).settingRatio,
                        .video(.key("last_clip_url"), 0...1, clip), .video(.key("video_url"), 0...1, clip),
                    ], parameters: [ParameterRule("control_condition", .choice(control))],
                    needsOneOf: [
                        ["first_frame_url", "last_frame_url", "first_clip_url", "last_clip_url", "video_url"]
                    ], needsWith: ["video_url": "control_condition"]),
                "video_outpainting": FunctionRule(
                    inputs: [video], parameters: scales.map { ParameterRule($0, .number(1...2)) }),
            ],
            film: FilmRule(
                classes: [.p720], frame: .listedSize(default: FrameSize(1280, 720)),
                length: .asked(.init([5]))), seeds: -1...2_147_483_647, promptLimit: .characters(800),
            extendsPrompt: true, price: Tariff(each: 0.7),
            pace: .init(queueSeconds: 7, runSeconds: 0, runsPerSecond: 40))
    }
}
