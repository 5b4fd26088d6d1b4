/// Pictures of the wan models that take text, alone or with pictures.
extension ModelTable {
    static func wan(_ region: SimulatorRegion, _ switches: SimulatorSwitches) -> [ModelRow] {
        younger(region, switches) + older(region)
    }

    private static func younger(_ region: SimulatorRegion, _ switches: SimulatorSwitches) -> [ModelRow] {
        let kilo = 1024 * 1024
        let large = 2048 * 2048
        let generation = ModelRow(
            id: "wan2.7-image", paths: [.multimodalGeneration: .messages, .imageGeneration: .messages],
            dialect: .wan(tokens: true), inputs: [.image(.content, 0...9, .opaque())],
            parameters: [ParameterRule("bbox_list", .boxes), ParameterRule("color_palette", .palette)],
            variants: [
                .init(flag: "enable_sequential") {
                    $0.makesSets = true
                    $0.count = 1...12
                    $0.defaultCount = 12
                }
            ],
            size: SizeLimits(
                area(768, 2048, ratio: 8), default: .area(large),
                keywords: ["1K": (kilo, false), "2K": (large, false)]),
            count: 1...4, defaultCount: switches.wan27DefaultCount, promptLimit: .characters(5000), streams: true,
            submitRate: fivePerSecond, running: 5, price: Tariff(each: Yuan(0.2, 0.224826)),
            pace: .init(queueSeconds: 0.05, runSeconds: 21))
        let generationPro = generation.with {
            $0.size.areaMaxWithoutReferences = 4096 * 4096
            $0.size.keywords["4K"] = (4096 * 4096, true)
            $0.price.each = Yuan(0.5, 0.562065)
        }
        let edit = generation.with {
            $0.dialect = .wan(tokens: false)
            // Frankfurt deploys the 2.6 images as asynchronous only.
            if region == .frankfurt { $0.paths[.multimodalGeneration] = nil }
            $0.inputs = [.image(.content, 1...4, .opaque(ratio: nil, megabytes: 10))]
            $0.parameters = []
            $0.variants = [
                .init(flag: "enable_interleave") {
                    $0.isArticle = true
                    $0.makesSets = true
                    $0.inputs = [.image(.content, 0...1, .opaque(ratio: nil, megabytes: 10))]
                    $0.size = SizeLimits(area(768, 1280, ratio: 4), default: .exact(FrameSize(1280, 1280)))
                    $0.parameters = [ParameterRule("n", .integer(1...1))]
                    $0.countKey = "max_images"
                    $0.count = 1...5
                    $0.defaultCount = 5
                    $0.extendsPrompt = nil
                    $0.pace.runSeconds = 224
                }
            ]
            $0.size = SizeLimits(
                area(768, 2048, ratio: 4), default: .area(1280 * 1280),
                keywords: ["1K": (1280 * 1280, false), "2K": (large, false)])
            $0.defaultCount = 4
            $0.promptLimit = .characters(2000)
            $0.extendsPrompt = true
            $0.price.each = Yuan(0.2, region == .virginia || region == .frankfurt ? 0.2 : 0.220177)
            $0.pace = .init(queueSeconds: 0.03, runSeconds: 27)
        }
        let text = edit.with {
            $0.inputs = []
            $0.variants = []
            $0.streams = false
            $0.size = SizeLimits(area(1280, 1440, ratio: 4), default: .exact(FrameSize(1280, 1280)))
            $0.size.recommended = recommended
            $0.promptLimit = .characters(2100)
            $0.submitRate = region == .beijing || region == .frankfurt ? .init(count: 1, seconds: 1) : fivePerSecond
        }
        return [
            generation, generationPro.renamed("wan2.7-image-pro"), edit.renamed("wan2.6-image"),
            text.renamed("wan2.6-t2i"),
        ]
    }

    private static let recommended: Set<FrameSize> = [
        FrameSize(1104, 1472), FrameSize(1472, 1104), FrameSize(960, 1696), FrameSize(1696, 960),
    ]

    private static func older(_ region: SimulatorRegion) -> [ModelRow] {
        var text = ModelRow(
            id: "wan2.5-t2i-preview", paths: [.textToImage: .prompt], dialect: .counted, echo: .both,
            showsMetrics: true,
            size: SizeLimits(area(1280, 1440, ratio: 4), default: .exact(FrameSize(1280, 1280))), count: 1...4,
            defaultCount: 4, promptLimit: .characters(2000), extendsPrompt: true, submitRate: fivePerSecond,
            running: 5, price: Tariff(each: Yuan(0.2, 0.220177)), pace: .init(queueSeconds: 0.03, runSeconds: 20))
        text.size.recommended = recommended
        let edit = text.with {
            $0.paths = [.imageToImage: .prompt]
            $0.inputs = [.image(.list("images"), 1...3, .opaque(384...5000, ratio: nil, megabytes: 10))]
            $0.size = SizeLimits(area(768, 1280, ratio: 4), default: .area(1280 * 1280))
            $0.pace = .init(queueSeconds: 0.028, runSeconds: 60)
        }
        let sides = text.with {
            $0.size = SizeLimits(.sides(512...1440), default: .exact(FrameSize(1024, 1024)))
            $0.promptLimit = .characters(500)
            $0.submitRate = .init(count: 2, seconds: 1)
            $0.running = 2
            $0.price.each = Yuan(0.14, 0.183481)
            $0.pace = .init(queueSeconds: 0.02, runSeconds: 11.5)
        }
        let sidesPlus = sides.with { $0.price.each = Yuan(0.2, 0.366962) }
        let first = sides.with {
            $0.echo = .nothing
            $0.inputs = [
                .image(
                    .key("ref_img"), 0...1,
                    MediaLimits(
                        formats: [.jpeg, .png, .bmp, .webp, .tiff], sides: 256...4096, bytesMax: 10 * megabyte))
            ]
            $0.parameters = [
                ParameterRule("ref_strength", .number(0...1)),
                ParameterRule("ref_mode", .choice(["repaint", "refonly"])),
                ParameterRule(
                    "style",
                    .choice(
                        [
                            "auto", "photography", "portrait", "3d cartoon", "anime", "oil painting", "watercolor",
                            "sketch", "chinese painting", "flat illustration",
                        ].map { "<\($0)>" })),
            ]
            $0.size = SizeLimits(
                .listed([FrameSize(1024, 1024), FrameSize(720, 1280), FrameSize(768, 1152), FrameSize(1280, 720)]),
                default: .exact(FrameSize(1024, 1024)))
            $0.promptLimit = .characters(800)
            $0.extendsPrompt = nil
            $0.running = 1
            $0.price.each = 0.16
            $0.regions = beijingOnly
        }
        // International deployments drop the x of the 2.1 names.
        let prefix = region == .beijing ? "wanx2.1" : "wan2.1"

        return [
            text, edit.renamed("wan2.5-i2i-preview"), sides.renamed("wan2.2-t2i-flash"),
            sidesPlus.renamed("wan2.2-t2i-plus"), sides.renamed("\(prefix)-t2i-turbo"),
            sidesPlus.renamed("\(prefix)-t2i-plus"),
            sides.renamed("wanx2.0-t2i-turbo").with {
                $0.promptLimit = .characters(800)
                $0.price.each = 0.04
                $0.regions = beijingOnly
            },
            first.renamed("wanx-v1"), first.renamed("wanx-v1-0521"),
        ]
    }
}
