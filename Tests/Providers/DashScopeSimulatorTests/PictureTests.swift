import CZlib
import Foundation
import Testing

@testable import DashScopeSimulator

/// Takes a PNG apart, checking every chunk's sum and every row.
struct PNGCheck {
    let size: [Int]
    /// The filtered rows.
    let rows: Data
    let hasAlpha: Bool

    struct Broken: Error { var why: String }

    init(_ file: Data) throws {
        let bytes = [UInt8](file)
        func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { throw Broken(why: "magic") }
        var (at, header, packed): (Int, [Int], [UInt8]) = (8, [], [])
        var names: [String] = []
        while at + 12 <= bytes.count {
            let length = word(at)
            guard at + 12 + length <= bytes.count else { throw Broken(why: "length") }
            let checked = Array(bytes[at + 4..<at + 8 + length])
            let sum = checked.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
            guard Int(sum) == word(at + 8 + length) else { throw Broken(why: "crc") }
            names.append(String(decoding: checked.prefix(4), as: UTF8.self))
            if names.last == "IHDR" { header = [word(at + 8), word(at + 12), Int(bytes[at + 17])] }
            if names.last == "IDAT" { packed += checked.dropFirst(4) }
            at += 12 + length
        }
        guard names.first == "IHDR", names.last == "IEND", at == bytes.count else { throw Broken(why: "order") }
        size = [header[0], header[1]]
        hasAlpha = header[2] == 6
        var count = UInt(header[1] * (header[0] * (hasAlpha ? 4 : 3) + 1))
        var rows = [UInt8](repeating: 0, count: Int(count))
        guard uncompress(&rows, &count, packed, UInt(packed.count)) == Z_OK, Int(count) == rows.count else {
            throw Broken(why: "deflate")
        }
        self.rows = Data(rows)
    }
}

@Suite struct PictureTests {
    private func spec(
        _ prompt: String = "a boat", _ width: Int = 320, _ height: Int = 200, seed: Int = 1, index: Int = 0
    )
        -> PictureSpec
    {
        PictureSpec(
            prompt: prompt, model: "qwen-image-2.0", size: FrameSize(width, height), seed: seed, index: index,
            references: [])
    }

    @Test(arguments: [(320, 200), (512, 512), (513, 517), (1664, 928), (240, 960), (16, 16)])
    func `a picture is a sound PNG of exactly the size asked for`(width: Int, height: Int) throws {
        let check = try PNGCheck(Data(PictureRenderer.render(spec("a boat", width, height))))
        #expect(check.size == [width, height])
    }

    @Test func `a watermark shows, with its own words`() {
        func marked(_ words: String?) -> [UInt8] {
            var marked = spec("a boat", 512, 512)
            marked.watermark = words
            return PictureRenderer.render(marked)
        }
        #expect(Set([marked(nil), marked("Qwen-Image"), marked("AI-generated")]).count == 3)
    }

    @Test func `a transparent picture has no sky and whole land`() throws {
        var transparent = spec("a boat", 320, 200)
        transparent.isTransparent = true
        let check = try PNGCheck(Data(PictureRenderer.render(transparent)))
        #expect(check.size == [320, 200])
        #expect(check.hasAlpha)
        let rows = unfiltered([UInt8](check.rows), width: 320, height: 200)
        let alpha = rows.map { row in stride(from: 3, to: row.count, by: 4).map { row[$0] } }
        #expect(alpha.first?.contains(0) == true)
        #expect(alpha.last?.allSatisfy { $0 == 255 } == true)
        #expect(Set(alpha.joined()) == [0, 255])
    }

    /// Undoes the filter "up" of RGBA rows.
    private func unfiltered(_ bytes: [UInt8], width: Int, height: Int) -> [[UInt8]] {
        var above = [UInt8](repeating: 0, count: width * 4)
        return (0..<height).map { y in
            let start = y * (width * 4 + 1) + 1
            for x in above.indices { above[x] &+= bytes[start + x] }
            return above
        }
    }

    @Test func `equal specs give equal bytes, and prompt, seed and index each change them`() {
        let first = PictureRenderer.render(spec())
        #expect(first == PictureRenderer.render(spec()))
        #expect(first != PictureRenderer.render(spec("a ship")))
        #expect(first != PictureRenderer.render(spec(seed: 2)))
        #expect(first != PictureRenderer.render(spec(index: 1)))
    }

    @Test func `a large picture is quick and moderate in size`() throws {
        let clock = ContinuousClock()
        var bytes: [UInt8] = []
        let took = clock.measure { bytes = PictureRenderer.render(spec("a very large boat", 2048, 2048)) }
        #expect(bytes.count < 2_000_000)
        // Generous, for busy machines: alone it takes a fraction of this.
        #expect(took < .seconds(10))
    }

    @Test(arguments: [
        ("naïve café – “quoted”", "naive cafe - \"quoted\""), ("two\nlines", "two lines"), ("水", "水"),
    ])
    func `text is spelled in ASCII where it can be`(text: String, spelled: String) {
        #expect(BitmapFont.transliterated(text) == spelled)
    }

    @Test func `long prompts are wrapped and end in dots`() {
        #expect(TextBlock.wrap("one two three four", columns: 9, linesMax: 3) == ["one two", "three", "four"])
        #expect(TextBlock.wrap("one two three four", columns: 9, linesMax: 2) == ["one two", "three..."])
        #expect(TextBlock.wrap("abcdefghijkl", columns: 5, linesMax: 9) == ["abcde", "fghij", "kl"])
    }

    @Test(arguments: [
        ("iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAIAAAA=", MediaHeader.Format.png, 640, 480),
        ("/9j/4AAQSkZJRgABAQAAAQABAAD/wAARCAHgAoADASIAAhEBAxEB", .jpeg, 640, 480),
        ("R0lGODlhgALgAQ==", .gif, 640, 480),
        ("Qk0AAAAAAAAAADYAAAAoAAAAgAIAAOABAAA=", .bmp, 640, 480),
        ("UklGRgAAAABXRUJQVlA4WAoAAAAQAAAAfwIA3wEA", .webp, 640, 480),
        ("SUkqAAgAAAACAAABAwABAAAAgAIAAAEBAwABAAAA4AEAAAAAAAA=", .tiff, 640, 480),
    ])
    func `headers tell format and dimensions`(base64: String, format: MediaHeader.Format, width: Int, height: Int)
        throws
    {
        let bytes = try #require(Data(base64Encoded: base64))
        let header = try #require(MediaHeader([UInt8](bytes)))
        #expect(header.format == format)
        #expect(header.width == width)
        #expect(header.height == height)
    }

    @Test func `headers that are cut off are refused at every length`() throws {
        let files = [
            "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHg", "/9j/4AAQSkZJRgABAQAAAQABAAD/wAARCAHgAoA=", "R0lGODlhgALg",
            "UklGRgAAAABXRUJQVlA4WAoAAAAQAAAAfwIA3w==", "SUkqAAgAAAACAAABAwABAAAAgAIAAAEBAwABAAAA4A==",
        ]
        for file in files {
            let data = try #require(Data(base64Encoded: file))
            let bytes = [UInt8](data)
            for length in 0..<bytes.count { #expect(MediaHeader(Array(bytes.prefix(length))) == nil) }
        }
    }

    @Test func `times are written and read in the zone`() {
        let date = Date(timeIntervalSince1970: 1_795_226_400.25)
        #expect(WireTime.task(date, zoneHours: 8) == "2026-11-21 10:00:00.250")
        #expect(WireTime.task(Date(timeIntervalSince1970: 951_782_400), zoneHours: 0) == "2000-02-29 00:00:00.000")
        #expect(WireTime.http(date) == "Sat, 21 Nov 2026 02:00:00 GMT")
        #expect(WireTime.listTime("20261121100000", zoneHours: 8) == Date(timeIntervalSince1970: 1_795_226_400))
        #expect(WireTime.listTime("20000229000000", zoneHours: 0) == Date(timeIntervalSince1970: 951_782_400))
        #expect(WireTime.listTime("2026112110000", zoneHours: 8) == nil)
        #expect(WireTime.listTime("20261321100000", zoneHours: 8) == nil)
    }
}
