/// Models of other makers: in Beijing only, and with public links only.
///
/// Bodies and defaults: the provider's pages for Kling, Vidu and PixVerse.
extension ModelTable {
    static func partners() -> [ModelRow] {
        (kling() + vidu() + viduPictures() + pixverse() + pixverseTools() + miniMax()).map {
            $0.with {
                $0.links = .published
                $0.regions = beijingOnly
            }
        }
    }

    static let seeds = 0...2_147_483_647

    // MARK: Kling

    private static func kling() -> [ModelRow] {
        let picture = MediaLimits(
            formats: [.jpeg, .png], sides: 300...8000, ratioMax: 2.5, bytesMax: 10 * megabyte, refusesAlpha: true)
        let clip = MediaLimits.film(3...15.5, sides: 700...4553, ratio: 2.5, megabytes: 200)
        let film = ModelRow(
            id: "kling/kling-v3-video-generation", paths: [.video: .filmMedia], dialect: .film(FilmUsage.partner),
            echo: .original,
            inputs: [
                .image(.media("first_frame"), 0...1, picture).settingRatio,
                .image(.media("last_frame"), 0...1, picture),
            ], combinations: [Combination(), Combination(all: ["first_frame"], any: ["last_frame"])],
            film: FilmRule(
                classes: [
                    FilmClass("std", 720, wide: FrameSize(1280, 720), square: FrameSize(960, 960)),
                    FilmClass("pro", 1080, wide: FrameSize(1920, 1080), square: FrameSize(1440, 1440)),
                    FilmClass("4k", 2160, wide: FrameSize(3840, 2160), square: FrameSize(2880, 2880)),
                ], frame: .named(["mode"], default: "pro"), ratioKey: "aspect_ratio",
                ratios: ["16:9", "9:16", "1:1"], length: .asked(.init(Array(3...15))), sound: false),
            promptLimit: .characters(2500), submitRate: fivePerSecond, running: 10, crowd: "kling",
            price: Tariff(classes: ["std": 0.9, "pro": 1.2, "4k": 3], silent: ["std": 0.6, "pro": 0.8, "4k": 3]),
            pace: .init(queueSeconds: 0.03, runSeconds: 0, runsPerSecond: 7.3))
        let omni = film.with {
            $0.itemKeys = ["keep_original_sound": ["yes", "no"]]
            $0.inputs += [
                .image(.media("refer"), 0...7, picture),
                InputRule.video(.media("base"), 0...1, clip).settingRatio,
                .video(.media("feature"), 0...1, clip),
            ]
            $0.combinations += [
                Combination(all: ["refer"], any: ["feature"]), Combination(all: ["feature"], any: ["first_frame"]),
                Combination(all: ["base"], any: ["refer"]),
            ]
            var length = FilmRule.Asked(Array(3...15))
            length.withVideo = Array(3...10)
            $0.film?.length = .asked(length)
        }
        let turbo = film.renamed("kling/kling-v3-turbo-video-generation").with {
            $0.inputs.removeLast()
            $0.combinations = [Combination(), Combination(all: ["first_frame"])]
            $0.film?.classes.removeLast()
            $0.film?.sound = nil
            $0.price = Tariff(classes: ["std": 0.8, "pro": 1])
        }
        let image = ModelRow(
            id: "kling/kling-v3-image-generation", paths: [.imageGeneration: .messages], dialect: .kling,
            inputs: [.image(.content, 0...10, picture)],
            frame: PictureFrame(classes: ["1k": 1024, "2k": 2048], ratios: ["16:9", "9:16", "1:1"]), count: 1...9,
            promptLimit: .characters(2500), submitRate: fivePerSecond, running: 10, crowd: "kling",
            price: Tariff(each: 0.2),
            pace: .init(queueSeconds: 0.04, runSeconds: 23))
        return [
            film, turbo, omni.renamed("kling/kling-v3-omni-video-generation"), image,
            image.renamed("kling/kling-v3-omni-image-generation").with {
                $0.frame?.classes["4k"] = 4096
                $0.price.classes["4k"] = 0.4
            },
        ]
    }

    // MARK: Vidu

    private static func vidu() -> [ModelRow] {
        let picture = MediaLimits(formats: [.jpeg, .png, .webp], ratioMax: 4, bytesMax: 50 * megabyte)
        let clip = MediaLimits.film(1...8, sides: nil, ratio: 4, formats: [.mp4, .mov, .avi], megabytes: 50)
        let classes = [
            FilmClass(
                "540P", 540, wide: FrameSize(1024, 576), square: FrameSize(1024, 1024), classic: FrameSize(1024, 768)),
            FilmClass(
                "720P", 720, wide: FrameSize(1280, 720), square: FrameSize(1280, 1280), classic: FrameSize(1280, 960)),
            FilmClass(
                "1080P", 1080, wide: FrameSize(1920, 1080), square: FrameSize(1808, 1808),
                classic: FrameSize(1920, 1440)),
        ]
        func row(_ kind: String, _ pictures: ClosedRange<Int>) -> ModelRow {
            let isSized = kind == "text2video" || kind == "reference2video"
            return ModelRow(
                id: kind, paths: [.video: .filmMedia], dialect: .film(FilmUsage.partner + [.outputDuration]),
                echo: .original, inputs: [.image(.media("image"), pictures, picture).settingRatio],
                film: FilmRule(
                    classes: classes,
                    frame: isSized
                        ? .namedAndSized(["resolution"], default: "720P") : .named(["resolution"], default: "720P"),
                    length: .asked(.init(Array(1...16))),
                    sound: false),
                seeds: seeds, promptLimit: .characters(5000), promptIsOptional: kind == "img2video",
                submitRate: fivePerSecond, running: 5, crowd: "vidu", price: Tariff(each: 0),
                pace: .init(queueSeconds: 0.05, runSeconds: 0, runsPerSecond: 6))
        }
        func version(_ name: String, _ kinds: [ModelRow], _ prices: [String: Yuan]) -> [ModelRow] {
            kinds.map { kind in
                kind.renamed("vidu/\(name)_\(kind.id)").with { $0.price.classes = prices }
            }
        }
        func withoutSmallest(_ row: ModelRow) -> ModelRow { row.with { $0.film?.classes.removeFirst() } }

        let (text, image) = (row("text2video", 0...0), row("img2video", 1...1))
        let (frames, references) = (row("start-end2video", 2...2), row("reference2video", 1...7))
        let pro: [String: Yuan] = ["540P": 0.3125, "720P": 0.78125, "1080P": 0.9375]
        let turbo: [String: Yuan] = ["540P": 0.25, "720P": 0.375, "1080P": 0.4375]
        let third =
            version("viduq3-pro", [text, image, frames], pro)
            + version("viduq3-turbo", [text, image, frames, references], turbo)
            // Guesses: the prices of references, of which the dearer one is taken, and the classes of the mix.
            + version("viduq3", [references], pro) + version("viduq3-mix", [withoutSmallest(references)], pro)

        // The pages that were read only name the second version. Guesses: films of up to ten seconds without sound, which
        // others' copies of its pages tell, and the prices of its sisters of the third.
        func second(_ row: ModelRow) -> ModelRow {
            row.with {
                $0.dialect = .film(FilmUsage.partner.filter { $0 != .audio } + [.outputDuration])
                $0.film?.length = .asked(.init(Array(1...10)))
                $0.film?.sound = nil
            }
        }
        let mixed = second(references).with {
            $0.inputs.append(.video(.media("video"), 0...2, clip))
            $0.totals = [Total(places: ["image"], count: 1...4, name: "image", with: "video")]
            var length = FilmRule.Asked(Array(1...10))
            length.adaptive = 0
            $0.film?.length = .asked(length)
        }
        let large: [String: Yuan] = ["720P": 0.375, "1080P": 0.46875]
        let drama = withoutSmallest(references).with {
            $0.film?.length = .asked(.init(Array(2...15)))
            $0.film?.sound = nil
            $0.film?.frame = .namedAndSized(["resolution"], default: "1080P")
            $0.film?.classes = [
                FilmClass("720P", 720, ["16:9": FrameSize(1280, 720), "9:16": FrameSize(720, 1280)]),
                FilmClass("1080P", 1080, ["16:9": FrameSize(1920, 1080), "9:16": FrameSize(1080, 1920)]),
            ]
        }
        let ad = withoutSmallest(references).with { $0.film?.length = .asked(.init(Array(3...15))) }
        let younger =
            version("viduq3-pro-fast", [withoutSmallest(image)], large)
            + version("viduq3-ad", [ad], ["720P": 0.75, "1080P": 0.90625])
            + version("viduq3-drama", [drama], ["720P": 0.875, "1080P": 0.875])
        return third + younger + version("viduq2", [second(text), second(references)], pro)
            + version("viduq2-pro", [second(image), second(frames), mixed], pro)
            + version("viduq2-pro-fast", [withoutSmallest(second(image))], turbo)
            + version("viduq2-turbo", [second(image), second(frames)], turbo)
    }

    // MARK: PixVerse

    private struct PixVerse {
        var name: String
        /// How long a film may be.
        var seconds: [Int]
        var promptMax: Int
        var rate: ModelRow.Rate
        /// How many pictures a film may be made after; nil: there is no such model.
        var references: ClosedRange<Int>?

        static let versions = [
            PixVerse(name: "v6", seconds: Array(1...15), promptMax: 5000, rate: fivePerSecond, references: 1...7),
            PixVerse(name: "c1", seconds: Array(1...15), promptMax: 5000, rate: fivePerSecond, references: 1...7),
            PixVerse(
                name: "v5.6", seconds: [5, 8, 10], promptMax: 2048, rate: fivePerSecond, references: 1...7),
        ]
    }

    /// The prices of v6; those of the other versions are not known, nor is silence above 360P.
    private static func pixverse() -> [ModelRow] {
        let picture = MediaLimits(
            formats: [.jpeg, .png, .webp], sides: 1...10_000, bytesMax: 20 * megabyte)
        let classes = [FilmClass("360P", 360), FilmClass("540P", 540), .p720, .p1080]
        let price = Tariff(
            classes: ["360P": 0.21, "540P": 0.27, "720P": 0.36, "1080P": 0.68],
            silent: ["360P": 0.15, "540P": 0.19, "720P": 0.26, "1080P": 0.49])
        return PixVerse.versions.flatMap { version -> [ModelRow] in
            var length = FilmRule.Asked(version.seconds)
            length.isRequired = true
            let name = "pixverse/pixverse-\(version.name)"
            let text = ModelRow(
                id: "\(name)-t2v", paths: [.video: .filmMedia], dialect: .film(FilmUsage.partner), echo: .original,
                parameters: [ParameterRule("shot_type", .choice(["single", "multi"]))],
                film: FilmRule(
                    classes: classes, frame: .anySize(default: FrameSize(1280, 720)), length: .asked(length),
                    sound: false),
                seeds: seeds, promptLimit: .characters(version.promptMax), submitRate: version.rate, running: 5,
                crowd: name, price: price, pace: .init(queueSeconds: 0.05, runSeconds: 0, runsPerSecond: 11))
            let image = text.renamed("\(name)-it2v").with {
                $0.inputs = [.image(.media("image_url"), 1...1, picture).settingRatio]
                $0.promptIsOptional = true
                $0.film?.frame = .named(["resolution"], default: nil)
            }
            let frames = image.renamed("\(name)-kf2v").with {
                $0.inputs = [
                    .image(.media("first_frame"), 1...1, picture).settingRatio,
                    .image(.media("last_frame"), 1...1, picture),
                ]
            }
            let references = version.references.map { count in
                text.renamed("\(name)-r2v").with {
                    $0.inputs = [.image(.media("image_url"), count, picture)]
                    $0.promptLimit = .characters(2048)
                }
            }
            var omni: [ModelRow] = []
            if version.name == "v6", let references {
                omni = [
                    references.renamed("\(name)-r2v-omni").with {
                        $0.inputs = [
                            .image(.media("image_url"), 0...7, picture),
                            .video(
                                .media("video_url"), 0...7, .film(0...3600, sides: nil, ratio: nil, formats: [.mp4])),
                        ]
                        $0.promptLimit = .characters(5000)
                        $0.totals = [Total(places: ["image_url", "video_url"], count: 1...7, name: "media")]
                        var length = FilmRule.Asked(version.seconds)
                        length.isRequired = true
                        length.withVideo = []
                        length.keeping = 0
                        $0.film?.length = .asked(length)
                        $0.film?.frame = .named(["resolution"], default: nil)
                        $0.film?.ratioKey = "aspect_ratio"
                        $0.film?.ratios = ["auto", "16:9", "4:3", "1:1", "3:4", "9:16", "3:2", "2:3", "21:9"]
                        $0.price.filmFactor = 2
                    }
                ]
            }
            return [text, image, frames] + (references.map { [$0] } ?? []) + omni
        }
    }
}
