/// The simulator's own table of models. It shares nothing with any client's catalogue, so that each checks the other.
///
/// Figures: Model Studio documentation as read on 2026-11-21.
struct ModelTable: Sendable {
    private let rows: [String: ModelRow]
    let ids: [String]

    init(region: SimulatorRegion, switches: SimulatorSwitches) {
        var rows: [String: ModelRow] = [:]
        var ids: [String] = []
        for row in Self.qwen(switches) + Self.wan(region, switches) where row.regions?.contains(region) ?? true {
            rows[row.id] = row
            ids.append(row.id)
        }
        self.rows = rows
        self.ids = ids
    }

    subscript(id: String) -> ModelRow? { rows[id] }

    static func named(_ ids: [String], _ row: ModelRow) -> [ModelRow] { ids.map { row.renamed($0) } }

    static let perMinute = ModelRow.Rate(count: 2, seconds: 60)
    static let megabyte = 1 << 20

    static func area(_ low: Int, _ high: Int, ratio: Double) -> SizeRule.Allowed {
        .area(low * low...high * high, ratioMax: ratio)
    }
}

extension ModelTable {
    static func qwen(_ switches: SimulatorSwitches) -> [ModelRow] {
        let formats: Set<ImageHeader.Format> = [.jpeg, .png, .bmp, .tiff, .webp, .gif]
        let media = ModelRow.Media(
            formats: formats, sides: 384...3072, sidesAreAdvice: true, bytesMax: 10 * megabyte)
        let five = SizeRule(
            .listed([
                PixelSize(1664, 928), PixelSize(1472, 1104), PixelSize(1328, 1328), PixelSize(1104, 1472),
                PixelSize(928, 1664),
            ]), default: .exact(PixelSize(1664, 928)))
        let square = 1024 * 1024

        let image = ModelRow(
            id: "qwen-image", family: .messages, dialect: .qwen, async: .textToImage, size: five, count: 1...1,
            defaultCount: 1, promptLimit: .characters(800), negativeLimit: .characters(500), extendsPrompt: true,
            price: .init(beijing: 0.25, elsewhere: 0.256873), pace: .init(queueSeconds: 0.04, runSeconds: 20))
        let plus = image.with { $0.price = .init(beijing: 0.2, elsewhere: 0.220177) }
        let max = image.with {
            $0.async = nil
            $0.submitRate = perMinute
            $0.price = .init(beijing: 0.5, elsewhere: 0.550443)
        }
        let second = ModelRow(
            id: "qwen-image-2.0", family: .messages, dialect: .qwen, references: 0...3,
            size: SizeRule(
                area(512, 2048, ratio: 8), default: .exact(PixelSize(2048, 2048)), withReferences: .area(square)),
            count: 1...6, defaultCount: 1, promptLimit: .tokens(1300), negativeLimit: .characters(500),
            extendsPrompt: true, media: media, price: .init(beijing: 0.2, elsewhere: 0.256873),
            pace: .init(queueSeconds: 0.04, runSeconds: 18))
        let secondPro = second.with {
            $0.submitRate = perMinute
            $0.price = .init(beijing: 0.5, elsewhere: 0.550443)
        }
        let third = second.with {
            $0.dialect = .qwen3
            $0.async = switches.qwen3Async == .accept ? .imageGeneration : nil
            $0.references = 0...switches.qwen3ReferencesMax
            $0.size.allowed = .area(512 * 512...switches.qwen3AreaMax, ratioMax: 8)
            $0.promptLimit = .tokens(4500)
            $0.negativeLimit = .none
            $0.submitRate = perMinute
            $0.running = 5
            $0.media?.ratioMax = 8
            $0.media?.sides = 384...2048
            $0.price = .init(beijing: 0.18, elsewhere: 0.224826, input: (0.02, 0.022483))
            $0.pace.runSeconds = 45
        }
        let thirdPro = third.with {
            $0.price = .init(
                beijing: 0.25, elsewhere: 0.299768, large: (0.5, 0.562065), input: (0.02, 0.022483))
        }
        let editPlus = second.with {
            $0.references = 1...3
            $0.size = SizeRule(.sides(512...2048), default: .area(square))
            $0.promptLimit = .characters(800)
            $0.price = .init(beijing: 0.2, elsewhere: 0.220177)
        }
        let editMax = editPlus.with {
            $0.submitRate = perMinute
            $0.price = .init(beijing: 0.5, elsewhere: 0.550443)
        }
        let edit = editPlus.with {
            $0.size.allowed = .notSettable
            $0.count = 1...1
            $0.extendsPrompt = nil
            $0.price = .init(beijing: 0.3, elsewhere: 0.330266)
        }
        let zImage = ModelRow(
            id: "z-image-turbo", family: .messages, dialect: .zImage,
            size: SizeRule(area(512, 2048, ratio: 8), default: .exact(PixelSize(1024, 1536))), count: 1...1,
            defaultCount: 1, promptLimit: .characters(800), negativeLimit: .none, extendsPrompt: false,
            price: .init(beijing: 0.1, elsewhere: 0.110089, extendFactor: 2),
            pace: .init(queueSeconds: 0.04, runSeconds: 8))

        return named(["qwen-image"], image)
            + named(["qwen-image-plus", "qwen-image-plus-2026-01-09"], plus)
            + named(["qwen-image-max", "qwen-image-max-2025-12-30"], max)
            + named(["qwen-image-2.0", "qwen-image-2.0-2026-03-03"], second)
            + named(
                [
                    "qwen-image-2.0-pro", "qwen-image-2.0-pro-2026-03-03", "qwen-image-2.0-pro-2026-04-22",
                    "qwen-image-2.0-pro-2026-06-22",
                ], secondPro)
            + named(["qwen-image-3.0"], third) + named(["qwen-image-3.0-pro"], thirdPro)
            + named(["qwen-image-edit"], edit)
            + named(
                ["qwen-image-edit-plus", "qwen-image-edit-plus-2025-10-30", "qwen-image-edit-plus-2025-12-15"],
                editPlus)
            + named(["qwen-image-edit-max", "qwen-image-edit-max-2026-01-16"], editMax)
            + [zImage]
    }
}
