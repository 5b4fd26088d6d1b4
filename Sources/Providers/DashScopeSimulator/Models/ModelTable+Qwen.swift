extension ModelTable {
    static func qwen(_ switches: SimulatorSwitches) -> [ModelRow] {
        let media = MediaLimits(
            formats: [.jpeg, .png, .bmp, .tiff, .webp, .gif], sides: 384...3072, sidesAreAdvice: true,
            bytesMax: 10 * megabyte)
        let five = SizeLimits(
            .listed([
                FrameSize(1664, 928), FrameSize(1472, 1104), FrameSize(1328, 1328), FrameSize(1104, 1472),
                FrameSize(928, 1664),
            ]), default: .exact(FrameSize(1664, 928)))
        let square = 1024 * 1024

        let image = ModelRow(
            id: "qwen-image", paths: [.multimodalGeneration: .messages, .textToImage: .prompt], dialect: .qwen,
            echo: .both, size: five, promptLimit: .characters(800), extendsPrompt: true,
            watermarkText: "Qwen-Image", price: Tariff(each: Yuan(0.25, 0.256873)),
            pace: .init(queueSeconds: 0.04, runSeconds: 20))
        let plus = image.with { $0.price.each = Yuan(0.2, 0.220177) }
        let max = image.with {
            $0.paths = [.multimodalGeneration: .messages]
            $0.submitRate = perMinute
            $0.price.each = Yuan(0.5, 0.550443)
        }
        let second = max.with {
            $0.inputs = [.image(.content, 0...3, media)]
            $0.size = SizeLimits(
                area(512, 2048, ratio: 8), default: .exact(FrameSize(2048, 2048)), withReferences: .area(square))
            $0.count = 1...6
            $0.promptLimit = .tokens(1300)
            $0.submitRate = .init(count: 2, seconds: 1)
            $0.price.each = Yuan(0.2, 0.256873)
            $0.pace.runSeconds = 18
        }
        let secondPro = second.with {
            $0.submitRate = perMinute
            $0.price.each = Yuan(0.5, 0.550443)
        }
        let third = second.with {
            $0.dialect = .qwen3
            if switches.qwen3Async == .accept { $0.paths[.imageGeneration] = .messages }
            var media = media
            media.ratioMax = 8
            media.sides = 384...2048
            $0.inputs = [.image(.content, 0...switches.qwen3ReferencesMax, media)]
            $0.size.allowed = .area(512 * 512...switches.qwen3AreaMax, ratioMax: 8)
            $0.promptLimit = .tokens(4500)
            $0.parameters = [ParameterRule("prompt_extend_mode", .choice(["direct", "agent"]))]
            $0.submitRate = .init(count: 20, seconds: 60)
            $0.running = 10
            $0.price = Tariff(each: Yuan(0.18, 0.224826), input: Yuan(0.02, 0.022483))
            $0.pace.runSeconds = 45
        }
        let thirdPro = third.with {
            $0.submitRate = .init(count: 5, seconds: 60)
            $0.price = Tariff(
                each: Yuan(0.25, 0.299768), large: Yuan(0.5, 0.562065), input: Yuan(0.02, 0.022483))
        }
        // Its parameters are not published.
        let transparent = second.with {
            $0.inputs = [.image(.content, 0...10, media)]
            $0.size.keywords = ["1K": (square, false), "2K": (2048 * 2048, false)]
            $0.submitRate = .init(count: 20, seconds: 60)
            $0.running = 10
            $0.isTransparent = true
            $0.price.each = Yuan(0.25, 0.283404)
        }
        let turbo = transparent.with {
            $0.submitRate = .init(count: 120, seconds: 60)
            $0.price.each = Yuan(0.1, 0.113362)
        }
        let editPlus = second.with {
            $0.inputs = [.image(.content, 1...3, media)]
            $0.size = SizeLimits(.sides(512...2048), default: .area(square))
            $0.promptLimit = .characters(800)
            $0.price.each = Yuan(0.2, 0.220177)
        }
        let editMax = editPlus.with {
            $0.submitRate = perMinute
            $0.price.each = Yuan(0.5, 0.550443)
        }
        let edit = editPlus.with {
            $0.size.allowed = .notSettable
            $0.count = 1...1
            $0.extendsPrompt = nil
            $0.price.each = Yuan(0.3, 0.330266)
        }
        let zImage = ModelRow(
            id: "z-image-turbo", paths: [.multimodalGeneration: .messages], dialect: .zImage,
            size: SizeLimits(area(512, 2048, ratio: 8), default: .exact(FrameSize(1024, 1536))),
            promptLimit: .characters(800), extendsPrompt: false,
            price: Tariff(each: Yuan(0.1, 0.110089), extendFactor: 2), pace: .init(queueSeconds: 0.04, runSeconds: 8))

        return named(["qwen-image"], image)
            + named(["qwen-image-plus", "qwen-image-plus-2026-01-09"], plus)
            + named(["qwen-image-max", "qwen-image-max-2025-12-30"], max)
            + named(["qwen-image-2.0", "qwen-image-2.0-2026-03-03"], second)
            + named(
                [
                    "qwen-image-2.0-pro", "qwen-image-2.0-pro-2026-03-03", "qwen-image-2.0-pro-2026-04-22",
                    "qwen-image-2.0-pro-2026-06-22",
                ], secondPro)
            + named(["qwen-image-2.1-pro"], transparent) + named(["qwen-image-2.1-turbo"], turbo)
            + named(["qwen-image-3.0"], third)
            + named(["qwen-image-3.0-pro"], thirdPro) + named(["qwen-image-edit"], edit)
            + named(
                ["qwen-image-edit-plus", "qwen-image-edit-plus-2025-10-30", "qwen-image-edit-plus-2025-12-15"],
                editPlus)
            + named(["qwen-image-edit-max", "qwen-image-edit-max-2026-01-16"], editMax)
            + [zImage]
    }
}
