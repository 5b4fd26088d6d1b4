/// What a render is called: as its files are, without the number among them and the extension. `cups-wood-neon`
public enum RenderTitle {
    /// - Parameters:
    ///   - template: of the configuration, for a plan without its own.
    ///   - total: of the job's renders.
    public static func of(_ plan: RenderPlan, job: String, of total: Int, template: String? = nil) -> String {
        var pattern = plan.outputName ?? template ?? OutputNaming.template(renders: total)
        for mark in ["-{index}", "_{index}", " {index}", "{index}", "-{date}", "_{date}", "{date}"] {
            pattern = pattern.replacing(mark, with: "")
        }
        let title = OutputNaming.expand(
            pattern,
            values: [
                "job": job, "render": OutputNaming.digits(plan.number), "seed": plan.seed.map(String.init) ?? "",
                "model": plan.model,
            ])
        return title.isEmpty ? OutputNaming.stem(job: job, render: plan.number, of: total) : OutputNaming.safe(title)
    }
}
