extension ModelTable {
    static func wan(_ region: SimulatorRegion, _ switches: SimulatorSwitches) -> [ModelRow] {
        let opaque: Set<ImageHeader.Format> = [.jpeg, .png, .bmp, .webp]
        let five = ModelRow.Rate(count: 5, seconds: 1)
        let kilo = 1024 * 1024
        let large = 2048 * 2048

        let generation = ModelRow(
            id: "wan2.7-image", family: .messages, dialect: .wan(tokens: true), async: .imageGeneration,
            references: 0...9,
            size: SizeRule(
                area(768, 2048, ratio: 8), default: .area(large),
                keywords: ["1K": (kilo, false), "2K": (large, false)]),
            count: 1...4, defaultCount: switches.wan27DefaultCount, promptLimit: .characters(5000),
            negativeLimit: .none, submitRate: five, running: 5,
            media: .init(
                formats: opaque, sides: 240...8000, ratioMax: 8, bytesMax: 20 * megabyte, refusesAlpha: true),
            price: .init(beijing: 0.2, elsewhere: 0.220177), pace: .init(queueSeconds: 0.05, runSeconds: 21))
        let generationPro = generation.with {
            $0.size.areaMaxWithoutReferences = 4096 * 4096
            $0.size.keywords["4K"] = (4096 * 4096, true)
            $0.price = .init(beijing: 0.5, elsewhere: 0.562065)
        }
        let edit = generation.with {
            $0.dialect = .wan(tokens: false)
            // Frankfurt deploys the 2.6 images as asynchronous only.
            $0.sync = region != .frankfurt
            $0.references = 1...4
            $0.size = SizeRule(
                area(768, 2048, ratio: 4), default: .area(1280 * 1280),
                keywords: ["1K": (1280 * 1280, false), "2K": (large, false)])
            $0.defaultCount = 4
            $0.promptLimit = .characters(2000)
            $0.negativeLimit = .characters(500)
            $0.extendsPrompt = true
            $0.media?.bytesMax = 10 * megabyte
            $0.media?.ratioMax = nil
            $0.pace = .init(queueSeconds: 0.03, runSeconds: 27)
        }
        let text = edit.with {
            $0.references = 0...0
            $0.size = SizeRule(area(1280, 1440, ratio: 4), default: .exact(PixelSize(1280, 1280)))
            $0.size.recommended = [
                PixelSize(1104, 1472), PixelSize(1472, 1104), PixelSize(960, 1696), PixelSize(1696, 960),
            ]
            $0.promptLimit = .characters(2100)
            $0.media = nil
            $0.submitRate = region == .beijing ? .init(count: 1, seconds: 1) : five
        }
        let older = text.with {
            $0.family = .prompt
            $0.dialect = .legacyWan
            $0.sync = false
            $0.async = .textToImage
            $0.promptLimit = .characters(2000)
            $0.submitRate = five
            $0.pace = .init(queueSeconds: 0.03, runSeconds: 20)
        }
        let olderEdit = older.with {
            $0.async = .imageToImage
            $0.references = 1...3
            $0.size = SizeRule(area(768, 1280, ratio: 4), default: .area(1280 * 1280))
            $0.media = .init(formats: opaque, sides: 384...5000, bytesMax: 10 * megabyte, refusesAlpha: true)
            $0.pace = .init(queueSeconds: 0.028, runSeconds: 60)
        }
        let sides = older.with {
            $0.size = SizeRule(.sides(512...1440), default: .exact(PixelSize(1024, 1024)))
            $0.promptLimit = .characters(500)
            $0.submitRate = .init(count: 2, seconds: 1)
            $0.running = 2
            $0.price = .init(beijing: 0.14, elsewhere: 0.183481)
            $0.pace = .init(queueSeconds: 0.02, runSeconds: 11.5)
        }
        let sidesPlus = sides.with { $0.price = .init(beijing: 0.2, elsewhere: 0.366962) }
        let beijingOnly: Set<SimulatorRegion> = [.beijing]
        let first = sides.with {
            $0.dialect = .wanxV1
            $0.references = 0...1
            $0.size = SizeRule(
                .listed([PixelSize(1024, 1024), PixelSize(720, 1280), PixelSize(768, 1152), PixelSize(1280, 720)]),
                default: .exact(PixelSize(1024, 1024)))
            $0.promptLimit = .characters(800)
            $0.extendsPrompt = nil
            $0.running = 1
            $0.media = .init(
                formats: [.jpeg, .png, .bmp, .webp, .tiff], sides: 256...4096, bytesMax: 10 * megabyte)
            $0.price = .init(beijing: 0.16, elsewhere: 0.16)
            $0.regions = beijingOnly
        }
        // International deployments drop the x of the 2.1 names.
        let prefix = region == .beijing ? "wanx2.1" : "wan2.1"

        return [
            generation, generationPro.renamed("wan2.7-image-pro"), edit.renamed("wan2.6-image"),
            text.renamed("wan2.6-t2i"), older.renamed("wan2.5-t2i-preview"), olderEdit.renamed("wan2.5-i2i-preview"),
            sides.renamed("wan2.2-t2i-flash"), sidesPlus.renamed("wan2.2-t2i-plus"),
            sides.renamed("\(prefix)-t2i-turbo"), sidesPlus.renamed("\(prefix)-t2i-plus"),
            sides.renamed("wanx2.0-t2i-turbo").with {
                $0.promptLimit = .characters(800)
                $0.price = .init(beijing: 0.04, elsewhere: 0.04)
                $0.regions = beijingOnly
            },
            first.renamed("wanx-v1"), first.renamed("wanx-v1-0521"),
        ]
    }
}
