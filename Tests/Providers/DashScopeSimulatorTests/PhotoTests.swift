import CZlib
import Foundation
import Testing

@testable import DashScopeSimulator

/// Edits show the photo that they were given.
@Suite struct PhotoTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "samples")

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: samples.appending(path: name)))
    }

    /// The mean of 16 x 16 pixels.
    private static func mean(_ raster: Raster, _ x: Int, _ y: Int) -> [Int] {
        (0..<3).map { channel in
            var sum = 0
            for row in y..<y + 16 {
                for column in x..<x + 16 { sum += Int(raster.pixels[(row * raster.size.width + column) * 3 + channel]) }
            }
            return (sum + 128) / 256
        }
    }

    /// Places and their colours, as Pillow 11 decodes them; transparency on white.
    @Test(arguments: [
        (
            "photos/cat.jpg", FrameSize(1203, 800),
            [[240, 240, 120, 71, 40], [601, 400, 191, 150, 121], [842, 640, 164, 132, 102]]
        ),
        ("photos/astronaut.jpg", FrameSize(1024, 1024), [[204, 307, 201, 193, 191], [512, 512, 70, 65, 61]]),
        ("media/coffee-cup-cutout.png", FrameSize(512, 512), [[102, 153, 255, 255, 255], [256, 256, 145, 83, 67]]),
    ])
    func `samples are decoded as by another decoder`(name: String, size: FrameSize, places: [[Int]]) throws {
        let raster = try #require(Raster.decode(try Self.bytes(name)))
        #expect(raster.size == size)
        for place in places {
            for (found, wanted) in zip(Self.mean(raster, place[0], place[1]), place[2...]) {
                #expect(abs(found - wanted) <= 2, "\(name) \(place): \(found)")
            }
        }
    }

    @Test func `a picture of the simulator is read back as it was drawn`() throws {
        let spec = PictureSpec(
            prompt: "a boat", model: "m", size: FrameSize(65, 40), seed: 1, index: 0, references: [])
        let file = PictureRenderer.render(spec)
        let raster = try #require(Raster.decode(file))
        #expect(raster.size == spec.size)
        // What was filtered "up" adds up to the same rows.
        let rows = [UInt8](try PNGCheck(Data(file)).rows)
        var above = [UInt8](repeating: 0, count: 65 * 3)
        for y in 0..<40 {
            for x in above.indices { above[x] &+= rows[y * 196 + 1 + x] }
            let row = Array(raster.pixels[y * 195..<y * 195 + 195])
            #expect(row == above)
        }
    }

    /// Two rows of two grey pixels, the second one filtered in each of the five ways.
    @Test(
        arguments: [
            (0, [10, 20, 7, 9]), (1, [10, 20, 7, 16]), (2, [10, 20, 17, 29]), (3, [10, 20, 12, 25]),
            (4, [10, 20, 17, 29]),
        ] as [(UInt8, [UInt8])])
    func `every filter of PNG is undone`(filter: UInt8, grey: [UInt8]) throws {
        let rows: [UInt8] = [0, 10, 20, filter, 7, 9]
        var packed = [UInt8](repeating: 0, count: 64)
        var count = UInt(64)
        #expect(compress(&packed, &count, rows, UInt(rows.count)) == Z_OK)
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [0, 0, 0, 0]
        }
        let file: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]) + chunk("IDAT", Array(packed.prefix(Int(count))))
            + chunk("IEND", [])
        let raster = try #require(Raster.decode(file))
        #expect(raster.pixels == grey.flatMap { [$0, $0, $0] })
    }

    @Test func `damaged photos are no photos, and nothing worse`() throws {
        let jpeg = try Self.bytes("photos/rocket-launch.jpg")
        for length in [0, 3, 20, 200, 600, jpeg.count / 2] { #expect(Raster.decode(Array(jpeg.prefix(length))) == nil) }
        let png = try Self.bytes("media/coffee-cup-cutout.png")
        for length in [8, 20, 33, 60, png.count / 2] { #expect(Raster.decode(Array(png.prefix(length))) == nil) }
        var random = RandomSource(seed: 7)
        for _ in 0..<60 {
            // Mostly in the headers, where a wrong number does most harm.
            for file in [jpeg, png] {
                var hostile = Array(file.prefix(4000))
                for _ in 0..<3 { hostile[Int(random.next() % 700)] = UInt8(truncatingIfNeeded: random.next()) }
                _ = Raster.decode(hostile)
            }
        }
    }

    private func edit(_ raster: Raster?, seed: Int = 1) throws -> Raster {
        let photo = Photo(fingerprint: 7, bytes: [])
        let given = GivenPicture(label: "jpeg", ratio: raster?.size.ratio, fingerprint: 7, photo: photo)
        let spec = PictureSpec(
            prompt: "a red hat", model: "m", size: FrameSize(320, 240), seed: seed, index: 0, references: [given])
        return try #require(Raster.decode(PictureRenderer.render(spec, photo: raster)))
    }

    @Test func `an edit shows the photo, tinted and framed, and another seed another tint`() throws {
        // Left half dark, right half bright.
        let pixels = (0..<60 * 40).flatMap { at -> [UInt8] in at % 60 < 30 ? [20, 20, 20] : [235, 235, 235] }
        let photo = Raster(size: FrameSize(60, 40), pixels: pixels)
        let first = try edit(photo)
        #expect(first.size == FrameSize(320, 240))
        let (left, right) = (Self.mean(first, 70, 60), Self.mean(first, 230, 60))
        for (dark, bright) in zip(left, right) { #expect(dark < 110 && bright > 150) }
        let top = Set((0..<320).map { (x: Int) -> [UInt8] in Array(first.pixels[x * 3..<x * 3 + 3]) })
        #expect(top.count == 1, "the frame")
        #expect(first != (try edit(photo, seed: 3)))
        // Without a photo that can be decoded there is a landscape with a card.
        #expect(Self.mean(try edit(nil), 70, 60) != left)
    }

    @Test func `the photo of a submit comes back in its picture`() async throws {
        try await simulating {
            $0.limits = false
        } _: { simulator in
            let cat = "data:image/jpeg;base64," + Data(try Self.bytes("photos/cat.jpg")).base64EncodedString()
            let client = APIClient(simulator)
            let answer = try await client.post(Path.multimodal, messages("qwen-image-edit", "a red hat", images: [cat]))
            let link = try #require(answer.text("output.choices.0.message.content.0.image"), "\(answer.string)")
            let bytes = try await client.send("GET", link, withKey: false).body
            let raster = try #require(Raster.decode([UInt8](bytes)))
            // The cat's forehead is bright brown there, whatever the tint: red above green above blue.
            let mean = Self.mean(raster, raster.size.width / 2, raster.size.height / 2)
            #expect(mean[0] > mean[2] && mean[0] > 120, "\\(mean)")
        }
    }
}
