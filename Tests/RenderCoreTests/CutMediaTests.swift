import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Files that a copy left without their end, or that have their full size before their bytes have come.
@Suite struct CutMediaTests {
    static func file(_ name: String, here: String = #filePath) throws -> [UInt8] {
        let tests = ((here as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
        return Array(try Data(contentsOf: URL(filePath: tests + "/Fixtures/Media/" + name)))
    }

    static let pictures = [
        "baseline.jpg", "progressive.jpg", "lossy.webp", "lossless.webp", "turned.webp", "still.gif", "rows.bmp",
        "rows.ppm", "rows.tiff", "packed.tiff", "turned.tiff", "big.tiff", "still.heic", "still.avif",
    ]
    static let films = ["faststart.mp4", "table-behind.mp4", "quicktime.mov", "fragments.mp4", "frames.avi"]
    static let sounds = ["tone.wav", "ima.wav", "ms.wav", "float.wav", "uncounted.mp3", "constant.mp3"]

    @Test(arguments: pictures + films + sounds) func `a whole file is whole`(name: String) throws {
        let bytes = try Self.file(name)
        let probe = try #require(MediaProbe(MediaSample(bytes)))
        #expect(!probe.isCut)
        #expect(probe.kind == .audio || probe.size != nil)
        #expect(probe.kind == .image || name == "fragments.mp4" || probe.seconds != nil)
    }

    @Test(arguments: pictures + films + sounds) func `a file without its end is cut, wherever that is`(name: String)
        throws
    {
        let bytes = try Self.file(name)
        for part in [0.6, 0.9, 0.35] {
            let sample = MediaSample(Array(bytes.prefix(Int(Double(bytes.count) * part))))
            #expect(MediaProbe.isCut(sample), "\(part)")
        }
        // Of sound a last sample or a frame's end may be missing.
        guard !Self.sounds.contains(name) else { return }
        #expect(MediaProbe.isCut(MediaSample(Array(bytes.dropLast()))))
    }

    @Test(arguments: pictures + films + sounds) func `a file whose end was never written is cut`(name: String) throws {
        let bytes = try Self.file(name)
        for part in [0.6, 0.35] {
            let written = Int(Double(bytes.count) * part)
            let sample = MediaSample(Array(bytes.prefix(written)) + [UInt8](repeating: 0, count: bytes.count - written))
            #expect(MediaProbe.isCut(sample), "\(part)")
        }
    }

    /// Nine tenths of so many rows end a few bytes before one does.
    @Test(arguments: [0.6, 0.9, 0.95, 0.99]) func `rows that were never written are missed near a row's end, too`(
        part: Double
    ) {
        let (width, height) = (800, 600)
        var bytes = Array("BM".utf8) + [UInt8](repeating: 0, count: 52)
        bytes.replaceSubrange(10..<14, with: [54, 0, 0, 0])
        bytes.replaceSubrange(14..<18, with: [40, 0, 0, 0])
        bytes.replaceSubrange(18..<22, with: [UInt8(width & 255), UInt8(width >> 8), 0, 0])
        bytes.replaceSubrange(22..<26, with: [UInt8(height & 255), UInt8(height >> 8), 0, 0])
        bytes.replaceSubrange(26..<30, with: [1, 0, 24, 0])
        let whole = bytes + (0..<(width * height * 3)).map { UInt8($0 * 7 % 255) + 1 }
        #expect(!MediaProbe.isCut(MediaSample(whole)))
        let written = Int(Double(whole.count) * part)
        let sample = MediaSample(Array(whole.prefix(written)) + [UInt8](repeating: 0, count: whole.count - written))
        #expect(MediaProbe.isCut(sample))
        // A black part below begins with a row, or behind dark pixels.
        for edge in [0, 6] {
            let border = 54 + width * 3 * 500 - edge
            var dark = Array(whole.prefix(border)) + [UInt8](repeating: 0, count: whole.count - border)
            for row in [498, 499] { for byte in 1...6 { dark[54 + width * 3 * row - byte] = 0 } }
            #expect(!MediaProbe.isCut(MediaSample(dark)), "\(edge)")
        }
    }

    @Test func `the end marker of a preview does not count`() throws {
        let bytes = try Self.file("baseline.jpg")
        let end = try #require(bytes.firstRange(of: [0xFF, 0xD9]))
        #expect(end.upperBound < bytes.count, "the preview's stands before the picture's")
        for length in [end.upperBound, end.upperBound + 300] {
            #expect(MediaProbe.isCut(MediaSample(Array(bytes.prefix(length)))))
        }
    }

    static let trailers: [(String, [UInt8])] = [
        ("zeros", [UInt8](repeating: 0, count: 40_000)), ("many zeros", [UInt8](repeating: 0, count: 900_000)),
        ("a line feed", [10]),
        ("a film", (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }),
        ("a former file", [UInt8](repeating: 0x41, count: 300_000)),
    ]

    @Test(arguments: ["baseline.jpg", "progressive.jpg", "still.gif"], trailers.indices)
    func `what hangs behind a whole picture does not cut it`(name: String, trailer: Int) throws {
        let sample = MediaSample(try Self.file(name) + Self.trailers[trailer].1)
        #expect(!MediaProbe.isCut(sample), "\(Self.trailers[trailer].0)")
    }

    /// Two JPEGs and the list that names both, as phones write them.
    @Test func `a further picture that the list names belongs to the file`() throws {
        let main = Array(try Self.file("progressive.jpg").dropFirst(2))
        let further = try Self.file("progressive.jpg")
        func little(_ number: Int, _ count: Int = 4) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        func index(_ length: Int) -> [UInt8] {
            let entries = [0x0303_0000, length, 0, 0, 0, further.count, length - 10, 0].flatMap { little($0) }
            let count = little(0xB001, 2) + little(4, 2) + little(1) + little(2)
            let list = little(0xB002, 2) + little(7, 2) + little(32) + little(38)
            let directory = little(8) + little(2, 2) + count + list + little(0)
            let body = Array("MPF\0II*\0".utf8) + directory + entries
            return [0xFF, 0xD8, 0xFF, 0xE2, 0, UInt8(body.count + 2)] + body
        }
        let length = index(0).count + main.count
        let whole = index(length) + main + further
        #expect(!MediaProbe.isCut(MediaSample(whole)))
        #expect(MediaProbe.isCut(MediaSample(Array(whole.dropLast(further.count / 2)))))
        // Without the further picture and with another first one the list is not this file's.
        #expect(!MediaProbe.isCut(MediaSample(index(length + 40) + main)))
    }

    @Test func `black and silence are no missing end`() throws {
        // A mask: white below, black above, which comes last.
        let mask = try Self.file("rows.bmp")
        let white = [UInt8](repeating: 0xFF, count: 15 * 120)
        let half = Array(mask.prefix(54)) + white + [UInt8](repeating: 0, count: 15 * 120)
        #expect(!MediaProbe.isCut(MediaSample(half)))
        // A disc on black reaches no edge.
        var disc = [UInt8](repeating: 0, count: 3600)
        for row in 8..<14 { for column in 40..<80 { disc[row * 120 + column] = 0xFF } }
        #expect(!MediaProbe.isCut(MediaSample(Array(mask.prefix(54)) + disc)))
        let tone = try Self.file("tone.wav")
        let faded = Array(tone.dropLast(1000)) + [UInt8](repeating: 0, count: 1000)
        #expect(!MediaProbe.isCut(MediaSample(faded)))
    }

    /// In a file system that keeps holes, what was never written and what is black are the same.
    @Test(arguments: ["rows.bmp", "rows.ppm", "rows.tiff"])
    func `a black picture is whole, and in doubt where it is a hole`(
        name: String
    ) throws {
        let bytes = try Self.file(name)
        // These rows fill the file's end; what stands before them is the header.
        let pixels = 3600
        let start = bytes.count - pixels
        try #require(name == "rows.tiff" || (40...60).contains(start) || start < 20)
        let black = Array(bytes.prefix(start)) + [UInt8](repeating: 0, count: pixels)
        #expect(MediaProbe(MediaSample(black))?.isCut == false)
        let sparse = MediaSample(head: black, tail: [], bytes: black.count, endsInHole: true) { _, _ in nil }
        let probe = try #require(MediaProbe(sparse))
        #expect(!probe.isCut || probe.isDoubtful)
    }

    @Test func `a recording without a stated length is whole as far as it goes`() throws {
        let tone = try Self.file("tone.wav")
        for unknown: [UInt8] in [[0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0xF0, 0xFF, 0x7F]] {
            var piped = tone
            piped.replaceSubrange(4..<8, with: unknown)
            let data = try #require(piped.firstRange(of: Array("data".utf8))).upperBound
            piped.replaceSubrange(data..<(data + 4), with: unknown)
            let part = try #require(MediaProbe(MediaSample(Array(piped.prefix(piped.count / 2)))))
            #expect(!part.isCut && part.seconds ?? 0 > 0)
            #expect(MediaProbe(MediaSample(Array(piped.prefix(data + 4))))?.isCut == true, "nothing in it yet")
            let open = MediaSample(Array(piped.prefix(piped.count / 2)) + [UInt8](repeating: 0, count: piped.count / 2))
            #expect(MediaProbe(open)?.isDoubtful == true)
        }
    }

    @Test func `only zeros leave a doubt`() throws {
        let whole = try Self.file("rows.bmp")
        let cut = try #require(MediaProbe(MediaSample(Array(whole.prefix(whole.count / 2)))))
        #expect(cut.isCut && !cut.isDoubtful)
        let photo = try Self.file("baseline.jpg")
        let filled = Array(photo.prefix(photo.count / 2)) + [UInt8](repeating: 0, count: photo.count / 2)
        #expect(MediaProbe(MediaSample(filled))?.isDoubtful == false)
    }

    @Test(arguments: ["lossy.webp", "progressive.jpg", "tone.wav", "faststart.mp4"])
    func `a file system that keeps holes says that the end was never written`(name: String) throws {
        // A sound that ends in silence, say, but for the hole.
        let bytes = try Self.file(name) + [UInt8](repeating: 0, count: 8)
        let sample = MediaSample(head: bytes, tail: [], bytes: bytes.count, endsInHole: true) { _, _ in nil }
        #expect(MediaProbe.isCut(sample) || name == "progressive.jpg", "behind a JPEG's end there may be anything")
    }
}
