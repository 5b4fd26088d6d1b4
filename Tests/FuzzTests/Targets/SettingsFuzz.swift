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
            _ = CostEstimate.of(model, region: "beijing", count: 4, references: 1, area: 1 << 20)
        }
    }
}
