import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What a film, or anything whose price is open, is expected to cost.
@Suite struct FilmPriceTests {
    @Test func `a budget refuses what it cannot count`() {
        let capped = configuration { $0.budget.day = "10.00" }
        let inDollars = configuration {
            $0.budget.month = "10.00"
            $0.budget.currency = "USD"
        }
        for (job, configuration, message) in [
            (
                "model: brand-new\nendpoint: E2", capped,
                "the price of brand-new in beijing is not known, so the budget cannot count it"
            ),
            (
                "model: wan2.6-t2i", inDollars,
                "the price of wan2.6-t2i is in CNY, so the budget, which is in USD, cannot count it"
            ),
        ] {
            let outcome = plan("prompt: a\n" + job, .none, configuration)
            #expect(outcome.plans.isEmpty && outcome.diagnostics.map(\.message) == [message])
        }
        #expect(plan("prompt: a\nmodel: qwen-image-2.1-pro").isWhole)
        #expect(plan("prompt: a\nmodel: wan2.6-t2i", .none, capped).isWhole)
    }

    @Test(arguments: [
        ("model: wan2.2-t2v-plus\nduration: 5", "3.50 CNY"), ("model: wan2.2-t2v-plus\nduration: 5 s", "3.50 CNY"),
        ("model: kling/kling-v3-omni-image-generation\nresolution: 2k\nn: 2", "0.40 CNY"),
        ("model: kling/kling-v3-omni-image-generation\nresolution: 4k", "0.40 CNY"),
        ("model: wan2.6-i2v-flash\nfirst_frame: cat.jpg\naudio: \"no\"", "1.25 CNY"),
    ])
    func `what is written settles the price`(job: String, price: String) {
        let outcome = plan("prompt: a\n" + job, .all)
        #expect(outcome.diagnostics.map(\.message) == [])
        #expect(outcome.plans.first?.estimate?.description == price)
        #expect(outcome.plans.first?.quote?.range.isExact == true)
    }

    @Test(arguments: [
        (
            "model: wanx2.1-vace-plus\nfunction: video_repainting\nvideo: clip.mp4\nparameters: {control_condition: depth}",
            "the length of the film is not known in advance: 0.70 to 3.50 CNY"
        ),
        (
            "model: wan2.7-r2v\nreferences: [\"https://a.example/x.mp4\"]\nduration: 10",
            "the length of the given films is not known in advance: 11.00 to 15.00 CNY"
        ),
    ])
    func `both ends are told where something is open, and what it is`(job: String, message: String) {
        let outcome = plan("prompt: a\n" + job, .all)
        #expect(outcome.diagnostics.map(\.message) == [message])
        #expect(outcome.isWhole)
    }

    @Test(arguments: [
        ("", "4.00 CNY"), ("audio: yes", "6.00 CNY"), ("resolution: 720P", "3.00 CNY"),
        ("resolution: 720P\naudio: yes", "4.50 CNY"), ("parameters: {mode: std}\naudio: yes", "4.50 CNY"),
    ])
    func `conditions that hold together have a price of their own`(words: String, price: String) throws {
        let outcome = plan("prompt: a\nmodel: kling/kling-v3-video-generation\nratio: 9:16\n\(words)")
        #expect(outcome.diagnostics.map(\.message) == [])
        let one = try #require(outcome.plans.first)
        #expect(one.estimate?.description == price)
        #expect(one.parameters["aspect_ratio"] == "9:16" && one.ratio == nil && one.resolution == nil)
    }
}
