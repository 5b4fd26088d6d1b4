import RenderCore
import RenderYAML

enum SettingsFuzz {
    /// Every model kind, a size, a reference and a price are looked at.
    private static let job = Array(
        """
        defaults: {max_cost: 100 CNY}
        jobs:
          - {prompt: a tin robot, size: "16:9", n: 1}
          - {prompt: blue, references: [cat.jpg], model: own}
          - {prompt: green, model: qwen-image-plus, size: 2K, seed: 7}
          - {prompt: a, model: own, function: f, mask: cat.jpg, video: clip.mp4, duration: 5, resolution: 720P, ratio: "16:9"}
        """.utf8)

    static func check(_ bytes: [UInt8]) throws(Broken) {
        let text: String
        let documents: [DocumentNode]
        do {
            text = try TextDecoding.text(of: bytes)
            documents = try Planning.parser.parse(text)
        } catch {
            return  // what is no YAML is the job target's
        }
        let settings = ConfigurationDecoding(root: "/srv/render").configuration(documents)
        try Shown.check(settings.diagnostics, text: text)
        if let configuration = settings.value {
            _ = try Planning.plan(job, configuration, Planning.catalogue)
        }
        let catalogue = Planning.catalogue.extended(by: documents)
        try Shown.check(catalogue.diagnostics, text: text)
        guard let own = catalogue.value, own.models.count >= Planning.catalogue.models.count else { return }
        _ = try Planning.plan(job, Configuration(root: "/srv/render"), own)
        for model in own.models.suffix(2) {
            for size in ["16:9", "1K", "1024*1024", "21:9 4K"] {
                // A size that the model does not take is refused in words.
                _ = try? SizeResolution(model).resolve(size)
            }
            for rules in [model] + model.functions.map(\.rules) + model.variants.map(\.rules) {
                for words in [("720P", "16:9"), ("1080p", nil), (nil, "9:16")] as [(String?, String?)] {
                    _ = try? FrameResolution(rules).resolve(size: nil, resolution: words.0, ratio: words.1)
                }
                for price in rules.prices.values {
                    let order = Quote.Order(count: 4, pictures: 1, area: 1 << 20, seconds: 0...30, inputSeconds: 2...9)
                    let quote = Quote(price, order)
                    guard quote.range.low.micros <= quote.range.high.micros else {
                        throw Broken(description: "a quote's ends lie the wrong way round")
                    }
                    _ = quote.actual(Quote.Usage(pictures: 3, area: 99, seconds: 5.2), made: 1)
                }
            }
        }
    }
}
