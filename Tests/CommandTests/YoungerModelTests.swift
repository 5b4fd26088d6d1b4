import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Each model of summer and autumn 2026, rendered once.
@Suite(.timeLimit(.minutes(15))) struct YoungerModelTests {
    private static let picture = "https://a.example/cat.jpg"
    private static let film = "https://a.example/clip.mp4"
    private static let jobs = [
        "turbo": "model: qwen-image-2.1-turbo\nprompt: a",
        "sign": "model: qwen-mt-image-2.0\nreferences: [cat.jpg]\nparameters: {target_lang: ja}",
        "vidu-image": "model: vidu/vidu-image_reference2image\nprompt: a\nsize: 1440*2880",
        "vidu-pro": "model: vidu/vidu-image-pro_reference2image\nprompt: a\nreferences: [\"\(picture)\"]",
        "vidu-lite": "model: vidu/vidu-image-lite_reference2image\nprompt: a\nsize: 2K",
        "vidu-third": "model: vidu/viduq3-fast_reference2image\nprompt: a\nsize: 2064*512",
        "vidu-second": "model: vidu/viduq2-pro_reference2image\nprompt: a\nsize: 1K 16:9",
        "vidu-fast": "model: vidu/viduq2-fast_reference2image\nprompt: a",
        "ad": "model: vidu/viduq3-ad_reference2video\nprompt: a\nreferences: [\"\(picture)\"]\nratio: 3:4\nduration: 3",
        "drama": "model: vidu/viduq3-drama_reference2video\nprompt: a\nreferences: [\"\(picture)\"]\nduration: 2",
        "quick": "model: vidu/viduq3-pro-fast_img2video\nfirst_frame: \"\(picture)\"\nduration: 2",
        "kling": "model: kling/kling-v3-turbo-video-generation\nprompt: a\nresolution: 720P\nduration: 3",
        "minimax": "model: MiniMax/MiniMax-H3\nprompt: a\nduration: 4",
        "minimax-film": "model: MiniMax/MiniMax-H3\nprompt: a\nreferences: [\"\(film)\"]\nduration: 4",
        "verse": "model: pixverse/pixverse-v6-r2v\nprompt: a\nreferences: [\"\(picture)\"]\nduration: 2",
        "omni": "model: pixverse/pixverse-v6-r2v-omni\nprompt: a\nreferences: [\"\(film)\"]",
        "large": "model: pixverse/pixverse-upscale\nvideo: \"\(film)\"",
        "moves": "model: pixverse/pixverse-motioncontrol\nreferences: [\"\(picture)\"]\nvideo: \"\(film)\"",
        "lips": "model: pixverse/pixverse-lipsync\nvideo: \"\(film)\"\naudio: \"https://a.example/voice.mp3\"",
    ]

    @Test func `every one of them is sent so that it is taken, and settled at its price`() async throws {
        try await withWorkplace { place, simulator in
            try place.dropCat()
            for (name, job) in Self.jobs { try place.drop(name + ".yaml", job + "\n") }
            let ended = try await place.run()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(simulator.paidSubmits == Self.jobs.count)
            for name in Self.jobs.keys {
                guard place.has("outbox/\(name)/\(name).json") else {
                    Issue.record("\(name) was not delivered: \(place.files("failed"))")
                    continue
                }
                let cost = try place.json("outbox/\(name)/\(name).json")["cost"]
                #expect(cost?["actual"]?.double != nil, "\(name)")
            }
            func cost(_ name: String) throws -> Double? {
                try place.json("outbox/\(name)/\(name).json")["cost"]?["actual"]?.double
            }
            #expect(try cost("vidu-image") == 1.46875 && cost("sign") == 0.004 && cost("turbo") == 0.1)
            // Seconds of the film that is given count as well.
            #expect(try cost("minimax") == 2 && cost("minimax-film") ?? 0 > 2)
        }
    }
}
