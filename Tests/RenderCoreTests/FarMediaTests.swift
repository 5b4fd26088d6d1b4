import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What a file says of itself is read wherever it stands, and as the file is shown.
@Suite struct FarMediaTests {
    private static func little(_ number: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    private static func filler(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 | 1) } }
    private static func size(_ bytes: [UInt8]) -> PixelSize? { MediaProbe(MediaSample(bytes))?.size }

    @Test func `a frame header behind profiles is found`() throws {
        let bytes = try CutMediaTests.file("baseline.jpg")
        let profile = [0xFF, 0xE2, 0xFF, 0xFF] + Self.filler(0xFFFD)
        let far = Array(bytes.prefix(2)) + Array([[UInt8]](repeating: profile, count: 9).joined()) + bytes.dropFirst(2)
        #expect(Self.size(far) == PixelSize(width: 64, height: 96))
        #expect(!MediaProbe.isCut(MediaSample(far)))
        #expect(MediaProbe.isCut(MediaSample(Array(far.prefix(400_000)))))
    }

    @Test func `a directory at the end of a TIFF is found`() throws {
        let entries: [(Int, Int, Int)] = [
            (256, 3, 700), (257, 3, 500), (258, 3, 8), (259, 3, 5), (273, 4, 8), (274, 3, 8), (277, 3, 1),
            (278, 3, 500),
            (279, 4, 900_000),
        ]
        let directory =
            Self.little(entries.count, 2)
            + entries.flatMap { Self.little($0.0, 2) + Self.little($0.1, 2) + Self.little(1) + Self.little($0.2) }
            + Self.little(0)
        let whole = Array("II*\0".utf8) + Self.little(900_008) + Self.filler(900_000) + directory + Self.filler(600_000)
        #expect(Self.size(whole) == PixelSize(width: 500, height: 700))
        #expect(!MediaProbe.isCut(MediaSample(whole)))
        #expect(MediaProbe.isCut(MediaSample(Array(whole.prefix(900_000)))))
    }

    @Test func `the table of a film and of a picture may stand anywhere`() throws {
        let free = Fixtures.box("free", Self.filler(700_000))
        let film = Fixtures.film(isBehind: true)
        let far = Array(film.prefix(20)) + free + film.dropFirst(20) + free
        #expect(Self.size(far) == PixelSize(width: 1280, height: 720))
        let still = try CutMediaTests.file("still.heic")
        let head = Int(still[3])
        let behind = Array(still.prefix(head)) + free + still.dropFirst(head)
        #expect(Self.size(behind) == PixelSize(width: 96, height: 64))
    }

    @Test func `transparency that a PNG says behind a large profile is found`() {
        let png = Fixtures.png(width: 40, height: 30)
        func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
            Fixtures.big(body.count) + Array(type.utf8) + body + Fixtures.big(0)
        }
        let bytes = Array(png.prefix(33)) + chunk("iCCP", Self.filler(500_000)) + chunk("tRNS", [1]) + png.dropFirst(33)
        #expect(MediaProbe(MediaSample(bytes))?.hasAlpha == true)
    }

    @Test func `a file is read within a budget`() throws {
        var reads = 0
        let profile = [0xFF, 0xE2, 0xFF, 0xFF] + [UInt8](repeating: 0xFF, count: 0xFFFD)
        let page = Array([[UInt8]](repeating: profile, count: 8).joined())
        let sample = MediaSample(head: [0xFF, 0xD8] + page, tail: page, bytes: 1 << 40) { offset, count in
            reads += 1
            return (0..<count).map { page[(offset - 2 + $0) % page.count] }
        }
        #expect(MediaProbe(sample)?.isCut == false, "nobody can see that far")
        #expect((10...64).contains(reads))
    }

    // MARK: - As shown

    private static func heif(_ properties: [[UInt8]], of item: [UInt8]) -> [UInt8] {
        let table = Fixtures.box("ipco", Array(properties.joined()))
        let list = Fixtures.box("ipma", Fixtures.big(0) + Fixtures.big(1) + [0, 1, UInt8(item.count)] + item)
        let data = Fixtures.box("mdat", [UInt8](repeating: 9, count: 100))
        func meta(_ offset: Int) -> [UInt8] {
            let place: [UInt8] =
                [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1] + Fixtures.big(offset) + Fixtures.big(100)
            return Fixtures.box(
                "meta",
                Fixtures.big(0) + Fixtures.box("pitm", Fixtures.big(0) + [0, 1]) + Fixtures.box("iloc", place)
                    + Fixtures.box("iprp", table + list))
        }
        let first = Fixtures.box("ftyp", Array("heic".utf8) + Fixtures.big(0) + Array("mif1heic".utf8))
        return first + meta(first.count + meta(0).count + 8) + data
    }
    private static func ispe(_ width: Int, _ height: Int) -> [UInt8] {
        Fixtures.box("ispe", Fixtures.big(0) + Fixtures.big(width) + Fixtures.big(height))
    }
    private static let quarter = Fixtures.box("irot", [1])
    private static let half = Fixtures.box("irot", [2])
    private static let mirror = Fixtures.box("imir", [1])
    private static let aperture = Fixtures.box(
        "clap", [200, 1, 100, 1, 0, 1, 0, 1].flatMap { Fixtures.big($0) })

    static let shown: [(String, [UInt8], PixelSize)] = [
        ("as stored", heif([ispe(640, 480)], of: [1]), PixelSize(width: 640, height: 480)),
        ("turned", heif([ispe(640, 480), quarter], of: [1, 0x82]), PixelSize(width: 480, height: 640)),
        ("turned round", heif([ispe(640, 480), half], of: [1, 0x82]), PixelSize(width: 640, height: 480)),
        ("mirrored", heif([ispe(640, 480), mirror], of: [1, 2]), PixelSize(width: 640, height: 480)),
        ("cut out", heif([ispe(640, 480), aperture], of: [1, 2]), PixelSize(width: 200, height: 100)),
        (
            "cut out and turned", heif([ispe(640, 480), aperture, quarter], of: [1, 2, 3]),
            PixelSize(width: 100, height: 200)
        ),
        (
            "a larger one that is another item's", heif([ispe(640, 480), ispe(4000, 3000), quarter], of: [1]),
            PixelSize(width: 640, height: 480)
        ),
    ]

    @Test(arguments: shown.indices) func `a HEIF picture has the size in which it is shown`(index: Int) {
        let (name, bytes, wanted) = Self.shown[index]
        #expect(Self.size(bytes) == wanted, "\(name)")
        #expect(!MediaProbe.isCut(MediaSample(bytes)), "\(name)")
        #expect(MediaProbe.isCut(MediaSample(Array(bytes.dropLast()))), "\(name)")
    }

    @Test(arguments: [
        ("turned.tiff", 30, 40), ("turned.webp", 64, 96), ("baseline.jpg", 64, 96), ("packed.tiff", 40, 30),
        ("big.tiff", 40, 30), ("still.heic", 96, 64), ("still.avif", 96, 64),
    ]) func `a file has the size in which it is shown`(name: String, width: Int, height: Int) throws {
        #expect(Self.size(try CutMediaTests.file(name)) == PixelSize(width: width, height: height))
    }

    // MARK: - Sound

    /// What an encoder was given: seconds.
    @Test(arguments: [
        ("ima.wav", 0.5), ("ms.wav", 0.5), ("float.wav", 0.25), ("tone.wav", 0.25), ("uncounted.mp3", 1.5),
    ])
    func `sound is as long as it plays`(name: String, seconds: Double) throws {
        let probe = try #require(MediaProbe(MediaSample(try CutMediaTests.file(name))))
        // The last block or frame is filled up, and an MP3 begins with some silence.
        #expect(abs((probe.seconds ?? 0) - seconds) < 0.13, "\(probe.seconds ?? -1)")
    }

    @Test func `behind a large cover and before tags the frames of an MP3 are counted`() throws {
        let sound = try CutMediaTests.file("uncounted.mp3")
        let seconds = MediaProbe(MediaSample(sound))?.seconds
        let cover = 900_000
        let tag =
            Array("ID3".utf8) + [3, 0, 0] + [21, 14, 7, 0].map { UInt8(cover >> $0 & 127) } + Self.filler(cover)
        let ape = Array("APETAGEX".utf8) + Self.little(2000) + Self.little(132) + Self.little(1)
        let notes = Self.filler(100) + ape + Self.little(0) + Self.little(0) + Self.little(0)
        let old = Array("TAG".utf8) + Self.filler(125)
        let dressed = tag + sound + notes + old
        #expect(MediaProbe(MediaSample(dressed))?.seconds == seconds)
        #expect(!MediaProbe.isCut(MediaSample(dressed)))
        #expect(MediaProbe.isCut(MediaSample(Array((tag + sound).dropLast(40)))))
        #expect(MediaProbe.isCut(MediaSample(Array(tag.prefix(500_000)))))
    }

    @Test func `a wrong pace in the header of compressed sound does not stretch it`() throws {
        var bytes = try CutMediaTests.file("ima.wav")
        bytes.replaceSubrange(28..<32, with: Self.little(40_000))
        #expect(
            MediaProbe(MediaSample(bytes))?.seconds
                == MediaProbe(MediaSample(try CutMediaTests.file("ima.wav")))?.seconds)
    }

    @Test func `frames of the free format tell their length by the next one`() {
        // MPEG-1 at 44 100 a second, 500 bytes each, every third with one more.
        let frames = (0..<30).map { index -> [UInt8] in
            let padding: UInt8 = index % 3 == 0 ? 2 : 0
            return [0xFF, 0xFB, padding, 0xC4] + [UInt8](repeating: 0x55, count: 496 + Int(padding) / 2)
        }
        let probe = MediaProbe(MediaSample(Array(frames.joined())))
        #expect(probe?.format == "mp3" && probe?.seconds == 30 * 1152 / 44_100.0 && probe?.isCut == false)
    }
}
