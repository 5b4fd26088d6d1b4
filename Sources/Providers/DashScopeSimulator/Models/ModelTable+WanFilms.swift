extension FilmClass {
    static let p480 = FilmClass("480P", 480, wide: FrameSize(832, 480), square: FrameSize(624, 624))
    static let p720 = FilmClass(
        "720P", 720, wide: FrameSize(1280, 720), square: FrameSize(960, 960), classic: FrameSize(1088, 832))
    static let p1080 = FilmClass(
        "1080P", 1080, wide: FrameSize(1920, 1080), square: FrameSize(1440, 1440), classic: FrameSize(1632, 1248))
    /// From wan2.7 on.
    static let younger720 = FilmClass(
        "720P", 720, wide: FrameSize(1280, 720), square: FrameSize(960, 960), classic: FrameSize(1104, 832))
    static let younger1080 = FilmClass(
        "1080P", 1080, wide: FrameSize(1920, 1080), square: FrameSize(1440, 1440), classic: FrameSize(1648, 1248))
}

/// Films of wan2.5, 2.6, 2.7 and 3.0.
extension ModelTable {
    static func wanFilms(_ region: SimulatorRegion) -> [ModelRow] {
        wan30() + wan27() + wan26(region) + wan25()
    }

    static let fiveRatios = ["16:9", "9:16", "1:1", "4:3", "3:4"]
    /// In queue and at work for a film of ten seconds in 720P: 9 s and 700 s.
    static let filmPace = ModelRow.Pace(queueSeconds: 9, runSeconds: 0, runsPerSecond: 70)
    private static let olderFilmPace = ModelRow.Pace(queueSeconds: 7, runSeconds: 0, runsPerSecond: 28)

    private static func named(_ standard: String = "1080P") -> FilmRule.Frame {
        .named(["resolution"], default: standard)
    }

    // MARK: 3.0, mostly from third parties

    private static func wan30() -> [ModelRow] {
        var duration = FilmRule.Asked(Array(2...30))
        duration.adaptive = -1
        let film = ModelRow(
            id: "wan3.0-video", paths: [.video: .filmMedia], dialect: .film(FilmUsage.wan27), echo: .original,
            inputs: [
                .image(.media("first_frame"), 0...1, .opaque()).settingRatio,
                .image(.media("last_frame"), 0...1, .opaque()),
                .image(.media("reference_image"), 0...10, .opaque()),
                .video(.media("reference_video"), 0...5, .film(1...30)),
                .audio(.media("reference_audio"), 0...5, .sound(1...15)),
                .document(
                    .media("file"),
                    [
                        "docx", "doc", "xlsx", "xls", "pptx", "ppt", "pdf", "txt", "key", "pages", "numbers", "md",
                    ], megabytes: 100, pagesMax: 50),
                .page(.media("link")),
            ],
            combinations: [
                Combination(any: ["first_frame", "last_frame"]),
                Combination(any: ["reference_image", "reference_video", "reference_audio"]),
                Combination(
                    all: ["file"], any: ["reference_image", "reference_video", "reference_audio"],
                    needsExtension: true),
                Combination(
                    all: ["link"], any: ["reference_image", "reference_video", "reference_audio"],
                    needsExtension: true),
            ],
            film: FilmRule(
                classes: [.p480, .younger720, .younger1080], frame: named(), ratioKey: "ratio",
                ratios: [FilmRule.adaptive] + fiveRatios, length: .asked(duration), sound: true, secondsMax: 30),
            seeds: -1...2_147_483_647, promptLimit: .characters(20_000), extendsPrompt: true,
            submitRate: fivePerSecond, running: 5,
            price: Tariff(
                classes: [
                    "480P": Yuan(0.3, 0.37471), "720P": Yuan(0.6, 0.74942), "1080P": Yuan(1.2, 1.49884),
                ], inputSeconds: .whole), pace: filmPace)
        let prime = film.renamed("wan3.0-video-prime").with {
            $0.price.classes = [
                "480P": Yuan(0.45, 0.495838), "720P": Yuan(0.9, 1.020844), "1080P": Yuan(1.8, 2.041687),
            ]
        }
        return [film, prime]
    }

    // MARK: 2.7

    private static func wan27() -> [ModelRow] {
        let classes: [FilmClass] = [.younger720, .younger1080]
        var withVideo = FilmRule.Asked(Array(2...15))
        withVideo.withVideo = Array(2...10)
        var keeping = FilmRule.Asked(Array(2...10), standard: 0)
        keeping.keeping = 0

        let text = ModelRow(
            id: "wan2.7-t2v", paths: [.video: .film], dialect: .film(FilmUsage.wan27), echo: .original,
            inputs: [.audio(.key("audio_url"), 0...1, .sound(2...30))],
            film: FilmRule(
                classes: classes, frame: named(), ratioKey: "ratio", ratios: fiveRatios,
                length: .asked(.init(Array(2...15)))), seeds: -1...2_147_483_647, promptLimit: .characters(5000),
            extendsPrompt: true, submitRate: fivePerSecond, running: 5,
            price: Tariff(classes: ["720P": Yuan(0.6, 0.733924), "1080P": Yuan(1, 1.100886)]), pace: filmPace)
        let image = text.with {
            $0.paths = [.video: .filmMedia]
            $0.inputs = [
                .image(.media("first_frame"), 0...1, .opaque()).settingRatio,
                .image(.media("last_frame"), 0...1, .opaque()),
                .audio(.media("driving_audio"), 0...1, .sound(2...30)),
                InputRule.video(.media("first_clip"), 0...1, .film(2...10)).settingRatio,
            ]
            $0.combinations = [
                Combination(all: ["first_frame"], any: ["last_frame", "driving_audio"]),
                Combination(all: ["first_clip"], any: ["last_frame"]),
            ]
            $0.promptIsOptional = true
            $0.film = FilmRule(classes: classes, frame: named(), length: .asked(.init(Array(2...15))))
        }
        let references = text.with {
            $0.paths = [.video: .filmMedia]
            $0.inputs = [
                .image(.media("first_frame"), 0...1, .opaque()).settingRatio,
                .image(.media("reference_image"), 0...5, .opaque()),
                .video(.media("reference_video"), 0...5, .film(1...30)),
                .audio(.beside("reference_voice"), 0...5, .sound(1...10)),
            ]
            $0.totals = [
                Total(places: ["reference_image", "reference_video"], count: 1...5, name: "reference media")
            ]
            $0.film?.length = .asked(withVideo)
            $0.price.inputSeconds = .upTo(5)
            $0.pace = .init(queueSeconds: 11, runSeconds: 0, runsPerSecond: 43)
        }
        let edit = text.with {
            $0.paths = [.video: .filmMedia]
            $0.dialect = .film([.duration, .inputDuration, .outputDuration, .videoCount, .resolution])
            $0.inputs = [
                InputRule.video(.media("video"), 1...1, .film(2...10)).settingRatio,
                .image(.media("reference_image"), 0...4, .opaque()),
            ]
            $0.parameters = [ParameterRule("audio_setting", .choice(["auto", "origin"]))]
            $0.film?.length = .asked(keeping)
            $0.price.inputSeconds = .whole
        }
        return named(["wan2.7-t2v", "wan2.7-t2v-2026-04-25", "wan2.7-t2v-2026-06-12"], text)
            + named(["wan2.7-i2v", "wan2.7-i2v-2026-04-25"], image)
            + named(["wan2.7-r2v", "wan2.7-r2v-2026-06-12"], references) + [edit.renamed("wan2.7-videoedit")]
    }

    // MARK: 2.6

    private static func wan26(_ region: SimulatorRegion) -> [ModelRow] {
        let classes: [FilmClass] = [.p720, .p1080]
        let sized = FilmRule.Frame.listedSize(default: FrameSize(1920, 1080))
        let shots = ParameterRule("shot_type", .choice(["single", "multi"]))
        let silent: [String: Yuan] = ["720P": 0.15, "1080P": 0.25]

        let text = ModelRow(
            id: "wan2.6-t2v", paths: [.video: .film], dialect: .film(FilmUsage.wan26 + [.size]), echo: .original,
            inputs: [.audio(.key("audio_url"), 0...1, .sound(2...30))], parameters: [shots],
            film: FilmRule(classes: classes, frame: sized, length: .asked(.init(Array(2...15)))),
            seeds: -1...2_147_483_647, promptLimit: .characters(1500), extendsPrompt: true,
            submitRate: fivePerSecond, running: 5, price: Tariff(classes: ["720P": 0.6, "1080P": 1]), pace: filmPace)
        let image = text.with {
            $0.dialect = .film(FilmUsage.wan26)
            $0.inputs = [
                InputRule.image(.key("img_url"), 1...1, .opaque(ratio: nil)).settingRatio,
                .audio(.key("audio_url"), 0...1, .sound(3...30)),
            ]
            $0.promptIsOptional = true
            $0.film?.frame = named()
        }
        let imageFlash = image.with {
            $0.dialect = .film(FilmUsage.wan26 + [.audio])
            $0.film?.sound = true
            $0.price = Tariff(classes: ["720P": 0.3, "1080P": 0.5], silent: silent)
        }
        let references = text.with {
            var rule = InputRule(.list("reference_urls"), 1...5, [.image: .opaque(), .video: .film(1...30)])
            rule.videosMax = 3
            $0.inputs = [rule]
            $0.film?.length = .asked(.init(Array(2...10)))
            $0.price.inputSeconds = .upTo(5)
        }
        let referencesFlash = references.with {
            $0.film?.sound = true
            $0.price.classes = ["720P": 0.3, "1080P": 0.5]
            $0.price.silent = silent
        }
        let rows = [
            text, image.renamed("wan2.6-i2v"), imageFlash.renamed("wan2.6-i2v-flash"),
            references.renamed("wan2.6-r2v"), referencesFlash.renamed("wan2.6-r2v-flash"),
        ]
        // Inference that stays in the United States has ids of its own.
        let american: Set<SimulatorRegion> = [.virginia]
        return rows + [
            text.renamed("wan2.6-t2v-us").with { $0.regions = american },
            image.renamed("wan2.6-i2v-us").with {
                $0.film?.length = .asked(.init([5, 10, 15]))
                $0.regions = american
            },
        ]
    }

    // MARK: 2.5

    private static func wan25() -> [ModelRow] {
        let text = ModelRow(
            id: "wan2.5-t2v-preview", paths: [.video: .film], dialect: .film(FilmUsage.wan25), echo: .both,
            inputs: [.audio(.key("audio_url"), 0...1, .sound(2...30))],
            film: FilmRule(
                classes: [.p480, .p720, .p1080], frame: .listedSize(default: FrameSize(1920, 1080)),
                length: .asked(.init([5, 10]))), seeds: -1...2_147_483_647, promptLimit: .characters(1500),
            extendsPrompt: true, submitRate: fivePerSecond, running: 5,
            price: Tariff(classes: ["480P": 0.3, "720P": 0.6, "1080P": 1]), pace: olderFilmPace)
        let image = text.with {
            $0.inputs = [
                InputRule.image(.key("img_url"), 1...1, .opaque(ratio: nil)).settingRatio,
                .audio(.key("audio_url"), 0...1, .sound(3...30)),
            ]
            $0.promptIsOptional = true
            $0.film?.frame = named()
        }
        return [text, image.renamed("wan2.5-i2v-preview")]
    }
}
