/// Pictures of Vidu, tools of PixVerse, films of MiniMax: pages of July to September 2026.
extension ModelTable {
    static func viduPictures() -> [ModelRow] {
        let picture = MediaLimits(formats: [.jpeg, .png, .webp], ratioMax: 4, bytesMax: 50 * megabyte)
        func row(_ name: String, _ classes: [String: [FrameSize]], _ prices: [String: Yuan]) -> ModelRow {
            var size = SizeLimits(
                .listed(classes.values.flatMap { $0 }.sorted { ($0.area, $0.width) < ($1.area, $1.width) }),
                default: .exact(FrameSize(1024, 1024)))
            size.classes = classes
            return ModelRow(
                id: "vidu/\(name)_reference2image", paths: [.imageGeneration: .messages], dialect: .vidu,
                inputs: [.image(.content, 0...14, picture)], size: size, seeds: seeds,
                promptLimit: .characters(5000), submitRate: .init(count: 300, seconds: 60), running: 5,
                crowd: "vidu-image", price: Tariff(each: prices["1K"] ?? 0, classes: prices),
                pace: .init(queueSeconds: 0.05, runSeconds: 20))
        }
        func turned(_ sides: [(Int, Int)]) -> [FrameSize] {
            sides.flatMap { [FrameSize($0.0, $0.1), FrameSize($0.1, $0.0)] }
        }
        let own = [
            "1K": turned([(1024, 1024), (720, 1440), (1024, 768), (1920, 1088), (1536, 1024), (1920, 816)]),
            "2K": turned([(2048, 2048), (1088, 2160), (2736, 2048), (2560, 1440), (3072, 2048), (2560, 1104)]),
            "4K": turned([(2880, 2880), (1440, 2880), (3312, 2480), (3840, 2160), (3520, 2352), (3840, 1648)]),
        ]
        func times(_ sizes: [FrameSize], _ factor: Int) -> [FrameSize] {
            sizes.map { FrameSize($0.width * factor, $0.height * factor) }
        }
        let second = [
            (1024, 1024), (768, 1376), (848, 1264), (896, 1200), (928, 1152), (1152, 928), (1200, 896), (1264, 848),
            (1376, 768), (1584, 672),
        ].map { FrameSize($0.0, $0.1) }
        let third = second + turned([(512, 2064), (352, 2928)])
        func classes(_ sizes: [FrameSize]) -> [String: [FrameSize]] {
            ["1K": sizes, "2K": times(sizes, 2), "4K": times(sizes, 4)]
        }
        return [
            row("vidu-image", own, ["1K": 0.625, "2K": 1, "4K": 1.46875]),
            row("vidu-image-pro", own, ["1K": 1.6875, "2K": 3.1875, "4K": 5.125]),
            row("vidu-image-lite", own, ["1K": 0.3125, "2K": 0.34375, "4K": 0.40625]),
            row("viduq3-fast", classes(third), ["1K": 0.46875, "2K": 0.78125, "4K": 1.09375]),
            row("viduq2-pro", classes(second), ["1K": 0.9375, "2K": 0.9375, "4K": 1.71875]),
            row("viduq2-fast", ["1K": second], ["1K": 0.28125]),
        ]
    }

    static func pixverseTools() -> [ModelRow] {
        let film = MediaLimits.film(0...30, sides: nil, ratio: nil)
        let upscale = ModelRow(
            id: "pixverse/pixverse-upscale", paths: [.video: .filmMedia], dialect: .film(FilmUsage.partner),
            inputs: [InputRule.video(.media("video_url"), 1...1, film).settingRatio],
            film: FilmRule(
                classes: [FilmClass("4K", 2160)], frame: .named(["resolution"], default: "4K"), length: .ofVideo),
            seeds: seeds, promptIsOptional: true, submitRate: .init(count: 300, seconds: 60), running: 5,
            crowd: "pixverse-tools", price: Tariff(classes: ["4K": 0.15]),
            pace: .init(queueSeconds: 0.05, runSeconds: 0, runsPerSecond: 11))
        let motion = upscale.renamed("pixverse/pixverse-motioncontrol").with {
            $0.inputs = [
                InputRule.image(
                    .media("image_url"), 1...1,
                    MediaLimits(formats: [.jpeg, .png, .webp], sides: 1...10_000, bytesMax: 20 * megabyte)
                ).settingRatio,
                .video(.media("video_url"), 1...1, film),
            ]
            $0.film?.classes = [FilmClass("360P", 360), FilmClass("540P", 540), .p720]
            $0.film?.frame = .named(["resolution"], default: nil)
            $0.price.classes = ["360P": 0.27, "540P": 0.3, "720P": 0.36]
        }
        let lips = upscale.renamed("pixverse/pixverse-lipsync").with {
            $0.inputs = [
                InputRule.video(
                    .media("video_url"), 1...1, .film(0...300, sides: nil, ratio: nil, megabytes: 250)
                ).settingRatio,
                .audio(
                    .media("audio_url"), 1...1,
                    MediaLimits(formats: [.wav, .mp3], bytesMax: 100 * megabyte, seconds: 0...300)),
            ]
            $0.film?.classes = [.p720]
            $0.film?.frame = .named(["resolution"], default: "720P")
            $0.film?.length = .ofAudio
            $0.price.classes = ["720P": 0.12]
        }
        return [upscale, motion, lips]
    }

    static func miniMax() -> [ModelRow] {
        let picture = MediaLimits(
            formats: [.jpeg, .png, .webp, .heif], sides: 256...5760, ratioMax: 2.5, bytesMax: 30 * megabyte)
        let film = MediaLimits.film(2...15, sides: 256...5760, ratio: 2.5, megabytes: 50)
        var length = FilmRule.Asked(Array(4...15))
        length.isRequired = true
        return [
            ModelRow(
                id: "MiniMax/MiniMax-H3", paths: [.video: .filmMedia],
                dialect: .film([.duration, .inputDuration, .outputDuration, .size, .resolutionText]), echo: .original,
                inputs: [
                    .image(.media("first_frame"), 0...1, picture).settingRatio,
                    .image(.media("last_frame"), 0...1, picture), .image(.media("image_url"), 0...9, picture),
                    .video(.media("feature"), 0...3, film),
                    .audio(.media("driving_audio"), 0...3, .sound(2...15)),
                ],
                combinations: [
                    Combination(any: ["first_frame", "last_frame"]),
                    Combination(any: ["image_url", "feature", "driving_audio"]),
                ],
                film: FilmRule(
                    classes: [FilmClass("768P", 768), FilmClass("2K", 1440)],
                    frame: .named(["resolution"], default: nil),
                    ratioKey: "ratio", ratios: [FilmRule.adaptive, "16:9", "9:16", "1:1", "4:3", "3:4", "21:9"],
                    length: .asked(length)),
                promptLimit: .characters(7000), submitRate: .init(count: 300, seconds: 60), running: 5,
                price: Tariff(input: 0.2, inputFree: 5, classes: ["768P": 0.5, "2K": 0.8], inputSeconds: .whole),
                pace: .init(queueSeconds: 0.05, runSeconds: 0, runsPerSecond: 10))
        ]
    }
}
