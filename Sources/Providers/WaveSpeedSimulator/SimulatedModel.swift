import SimulatorSupport

/// What a model takes and costs, as the provider's schema has it.
struct SimulatedModel: Sendable {
    enum Field: Sendable {
        case text, flag, number, file
        case files(Int)
        case whole(ClosedRange<Int>)
        case choice([String])
        /// `W*H`, each side in the range.
        case sides(ClosedRange<Int>)
    }

    var path: String
    var isFilm: Bool
    var fields: [String: Field]
    var required: [String]
    /// The floor, which a quote without its inputs gets.
    var floor: Double
    /// The price of one request with these inputs, in dollars.
    var price: @Sendable (WireValue) -> Double

    /// - Returns: why a request is refused: the code of the envelope and the provider's words; nil: it is taken.
    func refusal(of inputs: WireValue, _ options: WaveSpeedSimulatorOptions) -> (code: Int, message: String)? {
        guard let members = inputs.members else { return (400, "request body must be a JSON object") }
        for name in required where inputs[name] == nil { return (400, "property \"\(name)\" is missing") }
        for (name, value) in members {
            guard let field = fields[name] else {
                if options.unknownFields == .refuse { return (400, "property \"\(name)\" is unsupported") }
                continue
            }
            if let why = Self.mistake(value, field) { return (400, "property \"\(name)\" \(why)") }
            for link in (value.items ?? [value]).compactMap(\.string) where link.hasPrefix("data:") {
                if link.utf8.count > options.dataURIBytesMax { return (413, "request entity too large") }
            }
        }
        return nil
    }

    private static func mistake(_ value: WireValue, _ field: Field) -> String? {
        switch field {
        case .text: value.string == nil ? "must be a string" : nil
        case .flag: value.bool == nil ? "must be a boolean" : nil
        case .number: value.number == nil ? "must be a number" : nil
        case .file: isFile(value) ? nil : "must be a URL or base64 data"
        case .files(let most):
            if let items = value.items, !items.isEmpty, items.count <= most, items.allSatisfy(isFile) {
                nil
            } else {
                "must be an array of 1 to \(most) URLs"
            }
        case .whole(let range): value.whole.map(range.contains) == true ? nil : "must be an integer in \(range)"
        case .choice(let words): value.string.map(words.contains) == true ? nil : "must be one of \(words)"
        case .sides(let range):
            if let parts = value.string?.split(separator: "*").map({ Int($0) }), parts.count == 2,
                parts.allSatisfy({ $0.map(range.contains) ?? false })
            {
                nil
            } else {
                "must be WIDTH*HEIGHT with sides in \(range)"
            }
        }
    }

    private static func isFile(_ value: WireValue) -> Bool {
        value.string.map { text in ["http://", "https://", "data:"].contains { text.hasPrefix($0) } } ?? false
    }
}

/// The models, copied from the provider's pages and schemas as read on 2026-11-21, and not from the client's catalogue.
enum SimulatedModels {
    static func model(_ path: String) -> SimulatedModel? { all[path] }

    private typealias Field = SimulatedModel.Field
    private static let seed = Field.whole(-1...2_147_483_647)
    private static let base: [String: Field] = [
        "prompt": .text, "enable_sync_mode": .flag, "enable_base64_output": .flag,
    ]
    private static let pictureKinds = Field.choice(["jpeg", "png", "webp"])

    private static func picture(
        _ path: String, _ inputs: [String: Field], _ fields: [String: Field], _ price: Double,
        each: (@Sendable (WireValue) -> Double)? = nil
    ) -> SimulatedModel {
        SimulatedModel(
            path: path, isFilm: false, fields: base.merging(inputs) { $1 }.merging(fields) { $1 },
            required: ["prompt"] + inputs.keys.filter { $0 == "image" || $0 == "images" },
            floor: price, price: each ?? { _ in price })
    }

    private static func film(_ path: String, _ inputs: [String], _ fields: [String: Field], _ base: Double)
        -> SimulatedModel
    {
        var all: [String: Field] = ["prompt": .text]
        for name in inputs + ["last_image", "audio"] { all[name] = .file }
        // By the second, and dearer with the resolution: the formula itself is not in the sources.
        return SimulatedModel(
            path: path, isFilm: true, fields: all.merging(fields) { $1 }, required: ["prompt"] + inputs, floor: base,
            price: { request in
                let seconds = Double(request["duration"]?.whole ?? 5)
                let size = request["resolution"]?.string ?? request["size"]?.string ?? "720p"
                let isLarge = size.contains("1080") || size.contains("1920") || size == "4k"
                return base * seconds / 5 * (isLarge ? 1.5 : 1)
            })
    }

    private static let ratios = Field.choice(["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"])

    private static let all: [String: SimulatedModel] = {
        let models = [
            picture(
                "wavespeed-ai/qwen-image/edit", ["image": .file],
                ["size": .sides(256...1536), "seed": seed, "output_format": pictureKinds], 0.02),
            picture(
                "wavespeed-ai/qwen-image/edit-plus", ["images": .files(3)],
                ["size": .sides(256...1536), "seed": seed, "output_format": pictureKinds], 0.02),
            picture(
                "google/nano-banana-pro/edit-ultra", ["images": .files(14)],
                [
                    "aspect_ratio": .choice(["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]),
                    "resolution": .choice(["4k", "8k"]), "output_format": .choice(["png", "jpeg"]),
                ], 0.15, each: { $0["resolution"]?.string == "8k" ? 0.18 : 0.15 }),
            picture("bytedance/seedream-v4.5/edit", ["images": .files(10)], ["size": .sides(1024...4096)], 0.04),
            picture(
                "wavespeed-ai/flux-kontext-pro", ["image": .file], ["aspect_ratio": ratios, "guidance_scale": .number],
                0.04),
            picture(
                "wavespeed-ai/flux-kontext-pro/multi", ["images": .files(5)],
                ["aspect_ratio": ratios, "guidance_scale": .number, "seed": seed], 0.04,
                each: { 0.04 * Double(max(1, $0["images"]?.items?.count ?? 1)) }),
            picture(
                "wavespeed-ai/flux-kontext-max", ["image": .file], ["aspect_ratio": ratios, "guidance_scale": .number],
                0.08),
            picture(
                "alibaba/wan-2.5/image-edit", ["images": .files(2)],
                ["size": .sides(384...2560), "negative_prompt": .text, "seed": seed], 0.03),
            picture(
                "wavespeed-ai/step1x-edit", ["image": .file],
                [
                    "negative_prompt": .text, "seed": seed, "guidance_scale": .number,
                    "num_inference_steps": .whole(1...50),
                ], 0.03),
            picture(
                "wavespeed-ai/hidream-e1-full", ["image": .file], ["seed": seed, "output_format": pictureKinds], 0.024),
            picture("bytedance/seededit-v3", ["image": .file], ["guidance_scale": .number, "seed": seed], 0.027),
            picture(
                "openai/gpt-image-1", ["image": .file],
                [
                    "size": .choice(["auto", "1024*1024", "1024*1536", "1536*1024"]),
                    "quality": .choice(["low", "medium", "high"]), "mask_image": .file,
                ], 0.042),
            film(
                "alibaba/wan-2.5/text-to-video", [],
                [
                    "negative_prompt": .text, "duration": .choiceOf([5, 10]), "seed": seed,
                    "enable_prompt_expansion": .flag,
                    "size": .choice(["832*480", "480*832", "1280*720", "720*1280", "1920*1080", "1080*1920"]),
                ], 0.25),
            film(
                "alibaba/wan-2.5/image-to-video", ["image"],
                [
                    "negative_prompt": .text, "duration": .whole(3...10), "seed": seed,
                    "enable_prompt_expansion": .flag,
                    "resolution": .choice(["480p", "720p", "1080p"]),
                ], 0.25),
            film(
                "wavespeed-ai/wan-2.2/i2v-480p", ["image"],
                ["negative_prompt": .text, "duration": .choiceOf([5, 8]), "seed": seed], 0.15),
        ]
        return Dictionary(models.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }()
}

extension SimulatedModel.Field {
    /// One of a few whole numbers: the range that holds them.
    fileprivate static func choiceOf(_ numbers: [Int]) -> SimulatedModel.Field {
        .whole((numbers.min() ?? 0)...(numbers.max() ?? 0))
    }
}
