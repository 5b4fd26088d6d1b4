/// Films that follow a sound or another film: digital people, motion, style.
extension ModelTable {
    static func wanSpecials(_ region: SimulatorRegion) -> [ModelRow] {
        let person = MediaLimits(
            formats: [.jpeg, .png, .bmp, .webp], sides: 200...4096, ratioMax: 3, bytesMax: 5 * megabyte)
        let speech = ModelRow(
            id: "wan2.2-s2v", paths: [.imageToVideo: .animation], dialect: .film([.duration, .size, .resolution]),
            inputs: [
                InputRule.image(.key("image_url"), 1...1, person).settingRatio,
                // "Under 20 seconds".
                .audio(.key("audio_url"), 1...1, .sound(0...20)),
            ],
            film: FilmRule(
                classes: [.p480, .p720], frame: .named(["resolution"], default: "480P"), length: .ofAudio),
            submitRate: fivePerSecond, running: 1, price: Tariff(classes: ["480P": 0.5, "720P": 0.9]),
            pace: .init(queueSeconds: 7, runSeconds: 30, runsPerSecond: 20))
        let move = speech.with {
            $0.dialect = .film([.videoDuration, .videoRatio])
            $0.inputs = [
                InputRule.image(.key("image_url"), 1...1, person).settingRatio,
                .video(
                    .key("video_url"), 1...1,
                    .film(2...30, sides: 200...2048, ratio: 3, formats: [.mp4, .mov, .avi], megabytes: 200)),
            ]
            $0.parameters = [ParameterRule("check_image", .flag)]
            $0.film = FilmRule(
                classes: [FilmClass("wan-std", 480), FilmClass("wan-pro", 720)],
                frame: .named(["mode"], default: nil), length: .ofVideo)
            $0.price = Tariff(classes: ["wan-std": 0.4, "wan-pro": 0.6])
        }
        let mix = move.with { $0.price.classes = ["wan-std": 0.6, "wan-pro": 0.9] }
        // The provider's own page names the lines with `min_len` and the result `output_video_url`.
        let style = ModelRow(
            id: "video-style-transform", paths: [.video: .plain], dialect: .film([.duration, .resolution]),
            result: .key("output_video_url"),
            inputs: [
                InputRule.video(
                    .key("video_url"), 1...1, .film(0...30, sides: 256...4096, ratio: nil, formats: [.mp4, .mov, .avi])
                ).settingRatio
            ],
            parameters: [
                ParameterRule("style", .integer(0...7)), ParameterRule("video_fps", .integer(15...25)),
            ],
            film: FilmRule(
                classes: [FilmClass("540P", 540), .p720],
                frame: .named(["resolution", "min_len"], default: "720P"), length: .ofVideo),
            submitRate: .init(count: 20, seconds: 1), running: 2, price: Tariff(classes: ["540P": 0.2, "720P": 0.5]),
            pace: .init(queueSeconds: 1, runSeconds: 20, runsPerSecond: 10), regions: beijingOnly)
        return [
            speech, move.renamed("wan2.2-animate-move"), mix.renamed("wan2.2-animate-mix"), style,
        ]
    }

    // MARK: HappyHorse

    static func happyHorse() -> [ModelRow] {
        let picture = MediaLimits(
            formats: [.jpeg, .png, .webp], sides: 300...100_000, ratioMax: 2.5, bytesMax: 20 * megabyte)
        let text = ModelRow(
            id: "happyhorse-1.0-t2v", paths: [.video: .film], dialect: .film(FilmUsage.wan27), echo: .original,
            film: FilmRule(
                classes: [.younger720, .younger1080], frame: .named(["resolution"], default: "1080P"),
                ratioKey: "ratio", ratios: fiveRatios + ["4:5", "5:4", "9:21", "21:9"],
                length: .asked(.init(Array(3...15)))),
            seeds: -1...2_147_483_647, promptLimit: .characters(5000), watermarks: true,
            submitRate: fivePerSecond, running: 5,
            price: Tariff(classes: ["720P": Yuan(0.9, 1.049188), "1080P": Yuan(1.6, 1.798608)]),
            pace: .init(queueSeconds: 9, runSeconds: 0, runsPerSecond: 30))
        let image = text.with {
            $0.paths = [.video: .filmMedia]
            $0.inputs = [.image(.media("first_frame"), 1...1, picture).settingRatio]
            $0.promptIsOptional = true
        }
        let references = image.with {
            $0.inputs = [
                .image(
                    .media("reference_image"), 1...9,
                    MediaLimits(formats: [.jpeg, .png, .webp], sides: 400...100_000, bytesMax: 20 * megabyte))
            ]
            $0.promptIsOptional = false
        }
        let edit = references.with {
            $0.inputs = [
                InputRule.video(.media("video"), 1...1, .film(3...60, sides: 360...4096, ratio: 2.5)).settingRatio,
                .image(.media("reference_image"), 0...5, picture),
            ]
            $0.parameters = [ParameterRule("audio_setting", .choice(["auto", "origin"]))]
            $0.price.inputSeconds = .whole
        }
        let first = [
            text, image.renamed("happyhorse-1.0-i2v"), references.renamed("happyhorse-1.0-r2v"),
            edit.renamed("happyhorse-1.0-video-edit"),
        ]
        return first
            + [("t2v", text), ("i2v", image), ("r2v", references)].map { kind, row in
                row.renamed("happyhorse-1.1-\(kind)").with {
                    $0.film?.classes = [.p480, .younger720, .younger1080]
                    $0.price.classes = [
                        "480P": Yuan(0.45, 0.524594), "720P": Yuan(0.9, 1.049188), "1080P": Yuan(1.2, 1.348956),
                    ]
                }
            }
    }
}
