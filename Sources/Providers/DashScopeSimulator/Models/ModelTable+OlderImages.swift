/// Pictures made from one picture, each model with a body of its own. Most are in Beijing only.
extension ModelTable {
    static func olderImages() -> [ModelRow] {
        ([edit(), outPainting(), background()] + small()).map { row in
            row.with { $0.regions = row.regions ?? beijingOnly }
        }
    }

    private static let formats: Set<MediaHeader.Format> = [.jpeg, .png, .bmp, .tiff, .webp]

    private static func scales(_ range: ClosedRange<Double>, _ names: String...) -> [ParameterRule] {
        names.map { ParameterRule($0, .number(range)) }
    }

    private static func edit() -> ModelRow {
        let media = MediaLimits(formats: formats, sides: 512...4096, bytesMax: 10 * megabyte)
        let strength = FunctionRule(parameters: scales(0...1, "strength"))
        return ModelRow(
            id: "wanx2.1-imageedit", paths: [.imageToImage: .edit], dialect: .counted, showsMetrics: true,
            inputs: [.image(.key("base_image_url"), 1...1, media)],
            functions: [
                "stylization_all": strength, "stylization_local": FunctionRule(), "description_edit": strength,
                "description_edit_with_mask": FunctionRule(
                    inputs: [
                        .image(.key("mask_image_url"), 1...1, media).needing(.sizeOf("base_image_url"))
                    ], parameters: scales(0...1, "strength")),
                "remove_watermark": FunctionRule(),
                "expand": FunctionRule(
                    parameters: scales(1...2, "top_scale", "bottom_scale", "left_scale", "right_scale"),
                    canvas: .sides),
                "super_resolution": FunctionRule(
                    parameters: [ParameterRule("upscale_factor", .integer(1...4))], canvas: .larger),
                "colorization": FunctionRule(),
                "doodle": FunctionRule(parameters: [ParameterRule("is_sketch", .flag)]),
                "control_cartoon_feature": FunctionRule(),
            ], count: 1...4, promptLimit: .characters(800), price: Tariff(each: 0.14),
            pace: .init(queueSeconds: 0.03, runSeconds: 11.5))
    }

    private static func outPainting() -> ModelRow {
        let offsets = ["top_offset", "bottom_offset", "left_offset", "right_offset"]
        let media = MediaLimits(
            formats: [.jpeg, .png, .heif, .webp], sides: 512...4096, bytesMax: 10 * megabyte)
        return ModelRow(
            id: "image-out-painting", paths: [.outPainting: .plain], dialect: .counted,
            result: .key("output_image_url"), showsMetrics: true,
            inputs: [.image(.key("image_url"), 1...1, media)],
            parameters: [
                ParameterRule("angle", .integer(0...359)),
                ParameterRule("output_ratio", .choice(["", "1:1", "3:4", "4:3", "9:16", "16:9"])),
                ParameterRule("best_quality", .flag), ParameterRule("limit_image_size", .flag),
                ParameterRule("add_watermark", .flag),
            ] + scales(1...3, "x_scale", "y_scale") + offsets.map { ParameterRule($0, .integer(0...65_536)) },
            canvas: .outPainting, countKey: nil, watermarkKey: "add_watermark", watermarks: true, links: .withoutData,
            running: 10, price: Tariff(each: 0.18), pace: .init(queueSeconds: 0.1, runSeconds: 26))
    }

    private static func background() -> ModelRow {
        let base = MediaLimits(formats: [.png], sides: 1...2048, bytesMax: 10 * megabyte)
        let reference = MediaLimits(formats: [.jpeg, .png, .webp], bytesMax: 10 * megabyte)
        let edge = MediaLimits(formats: [.png], bytesMax: 10 * megabyte)
        return ModelRow(
            id: "wanx-background-generation-v2", paths: [.background: .background], dialect: .counted,
            showsMetrics: true,
            inputs: [
                InputRule.image(.key("base_image_url"), 1...1, base).needing(.alpha),
                .image(.key("ref_image_url"), 0...1, reference),
                .image(.list("reference_edge.foreground_edge"), 0...10, edge),
                .image(.list("reference_edge.background_edge"), 0...10, edge),
            ],
            totals: [
                Total(
                    places: ["reference_edge.foreground_edge", "reference_edge.background_edge"], count: 0...10,
                    name: "reference_edge")
            ], needsOneOf: [["ref_prompt", "ref_image_url"]],
            parameters: [
                ParameterRule("title", .text(1...8), isInput: true),
                ParameterRule("sub_title", .text(1...10), isInput: true),
                ParameterRule("ref_prompt_weight", .number(0...1)),
                ParameterRule("model_version", .choice(["v2", "v3"])),
                ParameterRule("noise_level", .integer(0...999)),
            ], count: 1...4, promptLimit: .words(150), promptIsOptional: true, links: .withoutData, running: 1,
            price: Tariff(each: 0.08), pace: .init(queueSeconds: 0.035, runSeconds: 40))
    }

    private static func small() -> [ModelRow] {
        let media = MediaLimits(formats: formats, bytesMax: 10 * megabyte)
        let sketch = ModelRow(
            id: "wanx-sketch-to-image-lite", paths: [.imageToImage: .prompt], dialect: .counted, showsMetrics: true,
            inputs: [.image(.key("sketch_image_url"), 1...1, media)],
            size: SizeLimits(.listed([FrameSize(768, 768)]), default: .exact(FrameSize(768, 768))), count: 1...4,
            defaultCount: 4, promptLimit: .characters(75), running: 1, price: Tariff(each: 0.06),
            pace: .init(queueSeconds: 0.03, runSeconds: 15))
        let repaint = ModelRow(
            id: "wanx-style-repaint-v1", paths: [.imageGeneration: .plain], dialect: .counted, showsMetrics: true,
            inputs: [.image(.key("image_url"), 1...1, media), .image(.key("style_ref_url"), 0...1, media)],
            parameters: [ParameterRule("style_index", .integer(nil), isRequired: true, isInput: true)],
            countKey: nil, price: Tariff(each: 0.12), pace: .init(queueSeconds: 0.03, runSeconds: 15))
        let translation = ModelRow(
            id: "qwen-mt-image", paths: [.imageToImage: .plain], dialect: .counted, result: .key("image_url"),
            inputs: [.image(.key("image_url"), 1...1, media)], countKey: nil, watermarkText: "Qwen-Image",
            submitRate: .init(count: 1, seconds: 1),
            price: Tariff(each: 0.003), pace: .init(queueSeconds: 0.04, runSeconds: 10))
        let second = translation.renamed("qwen-mt-image-2.0").with {
            $0.submitRate = .init(count: 60, seconds: 60)
            $0.price.each = Yuan(0.004, 0.004375)
            $0.regions = [.beijing, .singapore]
        }
        return [sketch, repaint, translation, second]
    }
}
