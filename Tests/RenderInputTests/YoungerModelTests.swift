import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Models of summer and autumn 2026: what they cost, and what they are sent.
@Suite struct YoungerModelTests {
    private static let pictures = (1...7).map { "\"https://a.example/\($0).jpg\"" }.joined(separator: ", ")
    private static let film = "\"https://a.example/x.mp4\""

    @Test(arguments: [
        ("model: qwen-image-2.1-turbo", "0.10 CNY"),
        ("model: vidu/vidu-image_reference2image", "0.625 CNY"),
        ("model: vidu/vidu-image_reference2image\nsize: 2K", "1.00 CNY"),
        ("model: vidu/vidu-image_reference2image\nsize: 1440*2880", "1.46875 CNY"),
        ("model: vidu/vidu-image_reference2image\nsize: 3072*2048", "1.00 CNY"),
        ("model: vidu/vidu-image-pro_reference2image\nsize: 4K 16:9", "5.125 CNY"),
        ("model: vidu/viduq2-fast_reference2image\nsize: 4:3", "0.28125 CNY"),
        ("model: kling/kling-v3-turbo-video-generation", "5.00 CNY"),
        ("model: kling/kling-v3-turbo-video-generation\nresolution: 720P\nduration: 3", "2.40 CNY"),
        ("model: kling/kling-v3-video-generation\nresolution: 4K", "15.00 CNY"),
        ("model: MiniMax/MiniMax-H3", "2.50 CNY"),
        ("model: MiniMax/MiniMax-H3\nresolution: 2K\nduration: 10", "8.00 CNY"),
        // Two pictures beyond five.
        ("model: MiniMax/MiniMax-H3\nreferences: [\(pictures)]", "2.90 CNY"),
        ("model: vidu/viduq3-drama_reference2video\nreferences: [\"https://a.example/1.jpg\"]", "4.375 CNY"),
        ("model: vidu/viduq3-ad_reference2video\nreferences: [\"https://a.example/1.jpg\"]\nratio: 1:1", "3.75 CNY"),
        ("model: vidu/viduq3-pro-fast_img2video\nfirst_frame: \"https://a.example/1.jpg\"", "1.875 CNY"),
        ("model: pixverse/pixverse-v6-r2v\nreferences: [\(pictures)]\naudio: yes", "1.80 CNY"),
        ("model: pixverse/pixverse-v6-r2v-omni\nreferences: [\(pictures)]", "1.35 CNY"),
    ])
    func `a price is what the page says`(job: String, price: String) {
        let outcome = plan("prompt: a\n" + job)
        #expect(outcome.diagnostics.map(\.message) == [])
        #expect(outcome.plans.first?.estimate?.description == price)
    }

    @Test func `a class of size is found by its word, its ratio or its sides`() throws {
        func size(_ words: String) -> String? {
            plan("prompt: a\nmodel: vidu/vidu-image_reference2image\n\(words)").plans.first?.size
        }
        #expect(
            size("size: 4K") == "2880*2880" && size("size: 16:9 2K") == "2560*1440" && size("size: 1:2") == "720*1440")
        let wrong = plan("prompt: a\nmodel: vidu/vidu-image_reference2image\nsize: 1000*1000").diagnostics.first
        #expect(wrong?.message == "size 1000*1000 is not one that vidu/vidu-image_reference2image can make")
    }

    @Test func `with a film the omni model follows it, and says so with 0 seconds`() throws {
        let job = "prompt: a\nmodel: pixverse/pixverse-v6-r2v-omni\nreferences: [\(Self.film)]\n"
        let one = try #require(plan(job).plans.first)
        #expect(one.duration == 0 && one.resolution == "720P" && one.parameters["aspect_ratio"] == "auto")
        #expect(one.quote?.price.amount(area: 1280 * 720).description == "0.54 CNY")
        let sound = try #require(plan(job + "audio: yes\nresolution: 1080P").plans.first)
        #expect(sound.quote?.price.amount(area: 1920 * 1080).description == "1.36 CNY")
        #expect(plan(job + "duration: 5").diagnostics.contains { $0.severity == .error })
    }

    @Test func `a film of words needs a ratio, one of frames has none, one of references follows them`() throws {
        func planned(_ words: String) -> RenderPlan? {
            plan("prompt: a\nmodel: MiniMax/MiniMax-H3\n\(words)").plans.first
        }
        let words = try #require(planned(""))
        #expect(words.parameters["ratio"] == "16:9" && words.resolution == "768P" && words.duration == 5)
        #expect(planned("ratio: 9:16")?.ratio == "9:16")
        let frame = try #require(planned("last_frame: \"https://a.example/1.jpg\""))
        #expect(frame.parameters["ratio"] == nil && frame.ratio == nil)
        #expect(planned("first_frame: \"https://a.example/1.jpg\"\nratio: 9:16") == nil)
        #expect(planned("references: [\(Self.film)]\nratio: adaptive")?.ratio == "adaptive")
        let mixed = "first_frame: \"https://a.example/1.jpg\"\nreferences: [\(Self.film)]"
        #expect(planned(mixed) == nil)
    }

    @Test func `what settles a picture's price is the class that the provider billed`() throws {
        let quote = try #require(
            plan("prompt: a\nmodel: vidu/vidu-image_reference2image\nsize: 1440*2880").plans.first?.quote)
        // By its pixels alone this one would be of 2K.
        let area = try #require(ResolutionClass(named: "4K")).area
        #expect(quote.actual(Quote.Usage(pictures: 1, area: area), made: 1).description == "1.46875 CNY")
    }
}
