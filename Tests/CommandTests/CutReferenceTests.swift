import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// A reference that a copy left without its end is waited for and never paid.
@Suite(.timeLimit(.minutes(15))) struct CutReferenceTests {
    private static let files = [
        "baseline.jpg", "progressive.jpg", "lossy.webp", "still.gif", "rows.bmp", "packed.tiff", "still.heic",
    ]
    private static let model = "model: qwen-image-edit-plus\n"

    private static func cut(_ name: String, sparse: Bool) throws -> [UInt8] {
        let bytes = try sample("Tests/Fixtures/Media/" + name)
        let written = bytes.count * 6 / 10
        return Array(bytes.prefix(written)) + (sparse ? [UInt8](repeating: 0, count: bytes.count - written) : [])
    }

    @Test(arguments: [false, true])
    func `the first part of a picture is not sent, whether the rest is missing or was never written`(
        sparse: Bool
    ) async throws {
        try await withWorkplace { place, simulator in
            for name in Self.files {
                try place.drop(name, try Self.cut(name, sparse: sparse))
                try place.drop(name + ".yaml", "prompt: A red hat\nreferences: [\(name)]\n\(Self.model)")
            }
            #expect(try await place.run().code == 0)
            #expect(simulator.submits == 0)
            let lines = try place.text("inbox/_WAITING.txt").split(separator: "\n")
            for name in Self.files {
                #expect(
                    lines.contains { $0.hasPrefix(name + ".yaml: ") && $0.contains("waits for \(name)") }, "\(name)")
                let check = try await place.command("check", "--config", place.root, place("inbox/\(name).yaml"))
                #expect(check.code != 0 && (check.out + check.error).contains("\(name) is cut off"), "\(name)")
            }
        }
    }

    @Test func `a recording that lacks its end is not sent`() async throws {
        try await withWorkplace { place, simulator in
            for name in ["tone.wav", "uncounted.mp3"] {
                try place.drop(name, try Self.cut(name, sparse: false))
                try place.drop(name + ".yaml", "prompt: A drum\nmodel: wan2.6-t2v\naudio: \(name)\n")
            }
            #expect(try await place.run().code == 0)
            #expect(simulator.submits == 0)
            let waiting = try place.text("inbox/_WAITING.txt")
            #expect(waiting.contains("waits for tone.wav") && waiting.contains("waits for uncounted.mp3"))
        }
    }

    @Test func `once the rest has come the job is rendered`() async throws {
        try await withWorkplace { place, simulator in
            let cat = try sample("samples/photos/cat.jpg")
            try place.drop("cat.jpg", Array(cat.prefix(cat.count * 6 / 10)))
            place.forget("cat.jpg")
            try place.drop("hat.yaml", "prompt: A red hat\nreferences: [cat.jpg]\n\(Self.model)")
            #expect(try await place.run().code == 0)
            #expect(simulator.submits == 0)
            try place.drop("cat.jpg", cat)
            #expect(try await place.run().code == 0)
            #expect(place.has("outbox/hat/hat.json") && simulator.paidSubmits == 1)
        }
    }

    /// 512 × 512 pixels that are all black.
    private static let black: [UInt8] =
        Array("BM".utf8) + [0x36, 0x30, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0] + [0, 2, 0, 0, 0, 2, 0, 0]
        + [1, 0, 24, 0] + [UInt8](repeating: 0, count: 24 + 512 * 512 * 3)

    @Test func `a black picture is rendered, and where it is a hole its message names a way out`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("black.bmp", Self.black)
            try place.drop("night.yaml", "prompt: Stars\nreferences: [black.bmp]\n\(Self.model)")
            try place.drop("hole.bmp", Self.black.prefix(54))
            try #require(truncate(place("inbox/hole.bmp"), off_t(Self.black.count)) == 0)
            place.forget("hole.bmp")
            try place.drop("hole.yaml", "prompt: Stars\nreferences: [hole.bmp]\n\(Self.model)")
            #expect(try await place.run().code == 0)
            #expect(place.has("outbox/night/night.json") && simulator.paidSubmits == 1)
            let waiting = try place.text("inbox/_WAITING.txt")
            #expect(waiting.contains("waits for hole.bmp"))
            #expect(waiting.contains("if it is whole and black there, save it as PNG or JPEG"))
        }
    }
}
