import Foundation
import RenderCore
import Testing

@Suite struct ImageProbeTests {
    private func file(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: repository.appending(path: path)))
    }

    @Test(arguments: ["cat", "coffee-cup", "astronaut", "rocket-launch"])
    func `photographs are known from their first bytes`(name: String) throws {
        let probe = try #require(ImageProbe(try file("samples/photos/\(name).jpg").prefix(64 << 10)))
        #expect(probe.format == .jpeg)
        #expect((384...3072).contains(probe.width ?? 0) && (384...3072).contains(probe.height ?? 0))
    }

    @Test func `the small cat is as small as its name says`() throws {
        let probe = ImageProbe(try file("Tests/Fixtures/cat-too-small.png"))
        #expect(probe == ImageProbe(format: .png, width: 451, height: 300))
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static func big(_ number: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }
    private static func little(_ number: Int, _ count: Int = 4) -> [UInt8] { big(number, count).reversed() }
    private static func box(_ type: String, _ body: [UInt8]) -> [UInt8] { big(body.count + 8) + bytes(type) + body }
    private static func png(colour: UInt8, _ more: [UInt8] = []) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(13) + bytes("IHDR") + big(640) + big(480)
            + [8, colour, 0, 0, 0] + big(0) + more
    }
    private static let exif: [UInt8] =
        bytes("Exif\0\0") + bytes("MM") + [0, 42] + big(8) + big(1, 2) + big(274, 2) + big(3, 2) + big(1) + big(6, 2)
        + big(0, 2) + big(0)

    static let headers: [(String, [UInt8], ImageProbe)] = [
        ("png", png(colour: 2), .init(format: .png, width: 640, height: 480)),
        ("bitmap in text", bytes("P1 # two\n# lines\n 3\t2\n1 0 1 0 1 0"), .init(format: .pnm, width: 3, height: 2)),
        ("grey in bytes", bytes("P5\n640 480\n65535\n"), .init(format: .pnm, width: 640, height: 480)),
        ("png with alpha", png(colour: 6), .init(format: .png, width: 640, height: 480, hasAlpha: true)),
        (
            "png with a transparent colour",
            png(colour: 3, big(3) + bytes("PLTE") + [1, 2, 3] + big(0) + big(1) + bytes("tRNS") + [0] + big(0)),
            .init(format: .png, width: 640, height: 480, hasAlpha: true)
        ),
        (
            "jpeg on its side",
            [0xFF, 0xD8, 0xFF, 0xE1] + big(exif.count + 2, 2) + exif + [0xFF, 0xC2] + big(17, 2) + [8] + big(480, 2)
                + big(640, 2),
            .init(format: .jpeg, width: 640, height: 480, orientation: 6)
        ),
        (
            "jpeg whose frame is not reached", [0xFF, 0xD8, 0xFF, 0xE0] + big(60000, 2) + [0],
            .init(format: .jpeg, width: nil, height: nil)
        ),
        (
            "gif", bytes("GIF89a") + little(640, 2) + little(480, 2) + [0x00, 0, 0, 0x21, 0xF9, 4, 1, 0, 0, 0, 0],
            .init(format: .gif, width: 640, height: 480, hasAlpha: true)
        ),
        (
            "bmp upside down",
            bytes("BM") + little(0) + little(0) + little(54) + little(40) + little(640) + little(-480) + little(1, 2)
                + little(24, 2),
            .init(format: .bmp, width: 640, height: 480)
        ),
        (
            "webp, lossy",
            bytes("RIFF") + little(99) + bytes("WEBPVP8 ") + little(9) + [0, 0, 0, 0x9D, 1, 0x2A] + little(640, 2)
                + little(480, 2),
            .init(format: .webp, width: 640, height: 480)
        ),
        (
            "webp, lossless",
            bytes("RIFF") + little(99) + bytes("WEBPVP8L") + little(9) + [0x2F] + little(639 | 479 << 14 | 1 << 28),
            .init(format: .webp, width: 640, height: 480, hasAlpha: true)
        ),
        (
            "webp, extended",
            bytes("RIFF") + little(99) + bytes("WEBPVP8X") + little(10) + [0x10, 0, 0, 0] + little(639, 3)
                + little(479, 3),
            .init(format: .webp, width: 640, height: 480, hasAlpha: true)
        ),
        (
            "tiff",
            bytes("II") + [42, 0] + little(8) + little(2, 2) + little(256, 2) + little(4, 2) + little(1) + little(640)
                + little(257, 2) + little(3, 2) + little(1) + little(480),
            .init(format: .tiff, width: 640, height: 480)
        ),
        (
            "heic",
            box("ftyp", bytes("heic") + big(0) + bytes("mif1heic"))
                + box(
                    "meta",
                    big(0)
                        + box(
                            "iprp",
                            box(
                                "ipco",
                                box("ispe", big(0) + big(64) + big(64)) + box("ispe", big(0) + big(640) + big(480))))),
            .init(format: .heic, width: 640, height: 480)
        ),
        ("avif", box("ftyp", bytes("avif") + big(0) + bytes("mif1")), .init(format: .avif, width: nil, height: nil)),
    ]

    @Test(arguments: headers.indices)
    func `a header tells format, size and transparency`(index: Int) {
        let (name, bytes, wanted) = Self.headers[index]
        #expect(ImageProbe(bytes) == wanted, "\(name)")
    }

    @Test(arguments: headers.indices)
    func `a header cut anywhere or with any byte changed is no trap`(index: Int) {
        let bytes = Self.headers[index].1
        for length in 0...bytes.count { _ = ImageProbe(bytes.prefix(length)) }
        for place in bytes.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] = value
                if let probe = ImageProbe(changed) { #expect((probe.width ?? 0) >= 0 && (probe.height ?? 0) >= 0) }
            }
        }
        #expect(ImageProbe(bytes.prefix(2)) == nil)
    }

    @Test func `text is no picture, and sides change places where EXIF turns the picture`() {
        #expect(ImageProbe(Array("prompt: x".utf8)) == nil)
        #expect(ImageProbe(format: .jpeg, width: 3, height: 2, orientation: 6).shown == PixelSize(width: 2, height: 3))
        #expect(ImageProbe(format: .jpeg, width: 3, height: 2, orientation: 3).shown == PixelSize(width: 3, height: 2))
    }
}
