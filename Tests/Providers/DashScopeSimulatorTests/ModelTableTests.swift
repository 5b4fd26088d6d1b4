import Foundation
import Testing

@testable import DashScopeSimulator

@Suite struct ModelTableTests {
    @Test func `every model of a family stands on its path`() {
        let table = ModelTable(region: .beijing, switches: SimulatorSwitches())
        let paths: [SubmitPath: [String]] = [
            .multimodalGeneration: [
                "qwen-image-3.0-pro", "qwen-image-2.1-pro", "qwen-image-2.1-turbo", "z-image-turbo", "wan2.7-image-pro",
            ],
            .imageGeneration: [
                "wan2.6-t2i", "wan2.6-image", "wan2.7-image", "qwen-image-3.0", "wanx-style-repaint-v1",
                "kling/kling-v3-image-generation", "kling/kling-v3-omni-image-generation",
                "vidu/vidu-image_reference2image", "vidu/viduq2-fast_reference2image",
            ],
            .textToImage: [
                "qwen-image", "qwen-image-plus", "wan2.5-t2i-preview", "wan2.2-t2i-plus", "wan2.2-t2i-flash",
                "wanx2.1-t2i-plus", "wanx2.1-t2i-turbo", "wanx2.0-t2i-turbo", "wanx-v1",
            ],
            .imageToImage: [
                "wan2.5-i2i-preview", "wanx2.1-imageedit", "wanx-sketch-to-image-lite", "qwen-mt-image",
                "qwen-mt-image-2.0",
            ],
            .outPainting: ["image-out-painting"], .background: ["wanx-background-generation-v2"],
            .video: [
                "wan3.0-video", "wan3.0-video-prime", "wan2.7-t2v", "wan2.7-i2v", "wan2.7-r2v", "wan2.7-videoedit",
                "wan2.6-t2v", "wan2.6-i2v", "wan2.6-i2v-flash", "wan2.6-r2v", "wan2.6-r2v-flash",
                "wan2.5-t2v-preview", "wan2.5-i2v-preview", "wan2.2-t2v-plus", "wan2.2-i2v-flash",
                "wan2.2-i2v-plus", "wanx2.1-t2v-turbo", "wanx2.1-t2v-plus", "wanx2.1-i2v-turbo", "wanx2.1-i2v-plus",
                "wanx2.1-vace-plus", "happyhorse-1.0-t2v", "happyhorse-1.0-i2v", "happyhorse-1.0-r2v",
                "happyhorse-1.0-video-edit", "happyhorse-1.1-t2v", "happyhorse-1.1-i2v", "happyhorse-1.1-r2v",
                "kling/kling-v3-video-generation", "kling/kling-v3-omni-video-generation",
                "vidu/viduq3-pro_text2video", "vidu/viduq3-pro_img2video", "vidu/viduq3-pro_start-end2video",
                "vidu/viduq3-turbo_text2video", "vidu/viduq3_reference2video", "pixverse/pixverse-v6-t2v",
                "pixverse/pixverse-v6-it2v", "pixverse/pixverse-v6-kf2v", "pixverse/pixverse-c1-t2v",
                "pixverse/pixverse-v5.6-t2v", "video-style-transform", "MiniMax/MiniMax-H3",
                "kling/kling-v3-turbo-video-generation", "vidu/viduq3-ad_reference2video",
                "vidu/viduq3-drama_reference2video", "vidu/viduq3-pro-fast_img2video", "pixverse/pixverse-v6-r2v",
                "pixverse/pixverse-v6-r2v-omni", "pixverse/pixverse-upscale", "pixverse/pixverse-motioncontrol",
                "pixverse/pixverse-lipsync",
            ],
            .imageToVideo: [
                "wan2.2-kf2v-flash", "wanx2.1-kf2v-plus", "wan2.2-animate-move", "wan2.2-animate-mix", "wan2.2-s2v",
            ],
        ]
        for (path, ids) in paths {
            for id in ids { #expect(table[id]?.paths[path] != nil, "\(id)") }
        }
    }

    @Test func `ids are there once, and every film has a price for each of its classes`() {
        for region in SimulatorRegion.allCases {
            let table = ModelTable(region: region, switches: SimulatorSwitches())
            #expect(Set(table.ids).count == table.ids.count)
            for row in table.ids.compactMap({ table[$0] }) {
                for film in row.film?.classes ?? [] {
                    let price = row.price.classes[film.name] ?? row.price.each
                    #expect(price.here(region) > 0, "\(row.id) \(film.name)")
                }
                if row.film == nil { #expect(row.price.each.here(region) > 0, "\(row.id)") }
                #expect(row.paths.keys.count { $0.isAsync } <= 1, "\(row.id)")
            }
        }
    }

    @Test func `qwen pictures have a watermark of their own`() {
        let table = ModelTable(region: .beijing, switches: SimulatorSwitches())
        #expect(table["qwen-image-3.0-pro"]?.watermarkText == "Qwen-Image")
        #expect(table["wan2.7-image"]?.watermarkText == "AI-generated")
    }

    @Test func `regions have their own models`() {
        func ids(_ region: SimulatorRegion) -> Set<String> {
            Set(ModelTable(region: region, switches: SimulatorSwitches()).ids)
        }
        #expect(ids(.beijing).contains("wanx2.1-vace-plus"))
        #expect(ids(.singapore).contains("wan2.1-vace-plus"))
        #expect(!ids(.singapore).contains("wanx2.1-vace-plus"))
        #expect(!ids(.singapore).contains("kling/kling-v3-video-generation"))
        #expect(ids(.virginia).contains("wan2.6-i2v-us"))
        #expect(!ids(.beijing).contains("wan2.6-i2v-us"))
    }

    @Test func `the limits that are asked for follow the table, where they are published`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let quotas = try await client.get("/quotas?name=pixverse-v5.6&page_size=2")
            #expect(quotas.number("output.total") == 4)
            #expect(quotas.count("output.quotas") == 2)
            let limit = "output.quotas.0.model_limit"
            #expect(quotas.number("\(limit).request_limit") == 5)
            #expect(quotas.number("\(limit).request_limit_period") == 1)
            let kling = try await client.get("/quotas?model=kling%2Fkling-v3-video-generation")
            #expect(kling.number("\(limit).async_user_concurrency_limit") == 10)
        }
        try await simulating {
            $0.switches.quotas = .refuse
        } _: { simulator in
            let reply = try await APIClient(simulator).get("/quotas")
            #expect(reply.status == 404)
            #expect(reply.text("code") == "NotFound")
        }
    }
}
