import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct MediaProbeTests {
    /// Bytes and what they say.
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var probe: MediaProbe?
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ probe: MediaProbe?) {
            self.name = name
            self.bytes = bytes
            self.probe = probe
        }
    }

    private static func file(_ name: String, here: String = #filePath) throws -> [UInt8] {
        let tests = ((here as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
        return Array(try Data(contentsOf: URL(filePath: tests + "/Fixtures/" + name)))
    }

    private static func film(
        _ format: String, _ width: Int?, _ height: Int?, _ seconds: Double?, _ framesPerSecond: Double? = nil,
        isCut: Bool = false
    ) -> MediaProbe {
        let types = ["mp4": "video/mp4", "mov": "video/quicktime", "avi": "video/x-msvideo"]
        return MediaProbe(
            kind: .video, format: format, mediaType: types[format] ?? "", fileExtension: format,
            size: width.flatMap { width in height.map { PixelSize(width: width, height: $0) } }, seconds: seconds,
            framesPerSecond: framesPerSecond, isCut: isCut)
    }

    private static func sound(_ format: String, _ seconds: Double?, isCut: Bool = false) -> MediaProbe {
        MediaProbe(
            kind: .audio, format: format, mediaType: format == "mp3" ? "audio/mpeg" : "audio/wav",
            fileExtension: format, seconds: seconds, isCut: isCut)
    }

    // MARK: - Files of a real encoder

    static let files: [(String, MediaProbe)] = [
        ("faststart.mp4", film("mp4", 320, 180, 1, 10)), ("table-behind.mp4", film("mp4", 320, 180, 1, 10)),
        ("turned.mp4", film("mp4", 180, 320, 1, 10)), ("quicktime.mov", film("mov", 320, 180, 1, 10)),
        // Its table does not say how long it plays.
        ("fragments.mp4", film("mp4", 320, 180, nil)), ("frames.avi", film("avi", 160, 90, 1.2, 5)),
        ("tone.wav", sound("wav", 0.25)), ("piped.wav", sound("wav", 0.25)), ("constant.mp3", sound("mp3", 1.152)),
        ("variable.mp3", sound("mp3", 40 * 1152 / 44_100)),
    ]

    @Test(arguments: files) func `films and recordings say what they are`(name: String, wanted: MediaProbe) throws {
        let sample = MediaSample(try Self.file("Media/" + name))
        #expect(MediaProbe(sample) == wanted)
        #expect(!MediaProbe.isCut(sample))
    }

    @Test func `recorded sound in a film's boxes is no film`() throws {
        #expect(MediaProbe(MediaSample(try Self.file("Media/sound.mp4"))) == nil)
    }

    @Test(arguments: ["faststart.mp4", "table-behind.mp4", "quicktime.mov", "turned.mp4", "fragments.mp4"])
    func `a film that lacks its end is cut, wherever that is`(name: String) throws {
        let bytes = try Self.file("Media/" + name)
        for length in [bytes.count - 1, bytes.count - 100, bytes.count / 2, 40] {
            let sample = MediaSample(Array(bytes.prefix(length)))
            #expect(MediaProbe.isCut(sample), "\(length) of \(bytes.count)")
            #expect(MediaProbe(sample)?.kind == .video, "it is known as a film all the same")
        }
    }

    @Test func `a picture is known as before, and as cut where it lacks its end`() throws {
        let bytes = try Self.file("cat-too-small.png")
        let probe = try #require(MediaProbe(MediaSample(bytes)))
        #expect(probe == MediaProbe(ImageProbe(format: .png, width: 451, height: 300)))
        #expect(probe.size == PixelSize(width: 451, height: 300) && probe.seconds == nil)
        #expect(!MediaProbe.isCut(MediaSample(bytes)))
        #expect(MediaProbe.isCut(MediaSample(Array(bytes.dropLast()))))
        // Where only the beginning was read nobody knows.
        #expect(!MediaProbe.isCut(MediaSample(head: Array(bytes.prefix(1000)), bytes: bytes.count)))
    }

    // MARK: - Files of our own making

    private static let quarterTurn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x4000_0000]
    private static let halfTurn = [-0x10000, 0, 0, 0, -0x10000, 0, 0, 0, 0x4000_0000]
    private static let seconds5 = Fixtures.box("mvex", Fixtures.box("mehd", Fixtures.big(0) + Fixtures.big(5000)))

    /// The film's own box with a 64-bit length, and without a length.
    private static let longBox =
        table + Fixtures.big(1) + Array("mdat".utf8) + Fixtures.big(0) + Fixtures.big(20) + Fixtures.big(0)
    private static let openBox = table + Fixtures.big(0) + Array("mdat123".utf8)
    private static let table = Array(Fixtures.film(frames: []).dropLast(8))

    static let films = [
        Example("before", Fixtures.film(), film("mp4", 1280, 720, 5)),
        Example("behind", Fixtures.film(isBehind: true), film("mp4", 1280, 720, 5)),
        Example("quicktime", Fixtures.film(brand: "qt  "), film("mov", 1280, 720, 5)),
        Example("apple", Fixtures.film(brand: "M4V "), film("mp4", 1280, 720, 5)),
        Example("phone", Fixtures.film(brand: "3gp5"), film("mp4", 1280, 720, 5)),
        Example("quarter turn", Fixtures.film(matrix: quarterTurn), film("mp4", 720, 1280, 5)),
        Example("half turn", Fixtures.film(matrix: halfTurn), film("mp4", 1280, 720, 5)),
        Example("sound", Fixtures.film(handler: "soun"), nil), Example("titles", Fixtures.film(handler: "text"), nil),
        Example("recording", Fixtures.film(brand: "M4A "), nil),
        Example("raw picture", Fixtures.film(brand: "crx "), nil),
        Example(
            "still picture", Fixtures.film(brand: "avif"),
            MediaProbe(ImageProbe(format: .avif, width: nil, height: nil))),
        Example("no sides", Fixtures.film(width: 0, height: 0), nil),
        Example("unknown length", Fixtures.film(milliseconds: 0), film("mp4", 1280, 720, nil)),
        Example("endless length", Fixtures.film(milliseconds: 0xFFFF_FFFF), film("mp4", 1280, 720, nil)),
        Example("fragments", Fixtures.film(milliseconds: 0, more: seconds5), film("mp4", 1280, 720, 5)),
        // QuickTime from before there were brands; and the same boxes without a table.
        Example("no brand", Array(Fixtures.film(isBehind: true).dropFirst(20)), film("mov", 1280, 720, 5)),
        Example("no brand, no table", Fixtures.box("mdat", [1, 2, 3, 4]), nil),
        Example("broken", Fixtures.box("ftyp", Array("isomisom".utf8)) + Fixtures.big(3) + Array("mdat".utf8), nil),
        Example("padding", Fixtures.film() + [0, 0, 0], film("mp4", 1280, 720, 5)),
        Example("64-bit length", longBox, film("mp4", 1280, 720, 5)),
        Example("to the end", openBox, film("mp4", 1280, 720, 5)),
    ]

    @Test(arguments: films) func `a film is what its table says`(example: Example) {
        let sample = MediaSample(example.bytes)
        #expect(MediaProbe(sample) == example.probe)
        if example.probe?.kind == .video { #expect(!MediaProbe.isCut(sample)) }
    }

    @Test func `a table of version 1 has long times and its sides further on`() {
        let times = [1] + [UInt8](repeating: 0, count: 19) + Fixtures.big(600) + Fixtures.big(0) + Fixtures.big(9000)
        let matrix = Self.quarterTurn.flatMap(Fixtures.big)
        let header = [1] + [UInt8](repeating: 0, count: 51) + matrix + Fixtures.big(640 << 16) + Fixtures.big(360 << 16)
        let table = Fixtures.box(
            "moov", Fixtures.box("mvhd", times) + Fixtures.box("trak", Fixtures.box("tkhd", header)))
        let bytes = Fixtures.box("ftyp", Array("mp42mp42".utf8)) + table
        #expect(MediaProbe(MediaSample(bytes)) == Self.film("mp4", 360, 640, 15))
    }

    @Test func `where the track says no sides the decoder's count`() {
        let entry =
            Fixtures.box("avc1", [UInt8](repeating: 0, count: 24) + [0x07, 0x80, 0x04, 0x38] + Fixtures.big(0))
        var inner = Fixtures.box("stsd", Fixtures.big(0) + Fixtures.big(1) + entry)
        for type in ["stbl", "minf"] { inner = Fixtures.box(type, inner) }
        let handler = Fixtures.box("hdlr", Fixtures.big(0) + Fixtures.big(0) + Array("vide".utf8))
        let header = Fixtures.box("tkhd", [UInt8](repeating: 0, count: 84))
        let track = Fixtures.box("trak", header + Fixtures.box("mdia", handler + inner))
        let bytes = Fixtures.box("ftyp", Array("isomisom".utf8)) + Fixtures.box("moov", track)
        #expect(MediaProbe(MediaSample(bytes)) == Self.film("mp4", 1920, 1080, nil))
    }

    @Test func `a long film is known from both ends, and one whose table is out of sight is not refused`() {
        let frames = [UInt8](repeating: 7, count: 600 << 10)
        for isBehind in [true, false] {
            let bytes = Fixtures.film(frames: frames, isBehind: isBehind)
            let sample = MediaSample(bytes)
            #expect(sample.head.count == MediaSample.partBytes && sample.tail.count == MediaSample.partBytes)
            #expect(MediaProbe(sample) == Self.film("mp4", 1280, 720, 5))
            #expect(!MediaProbe.isCut(sample))
            #expect(MediaProbe.isCut(MediaSample(Array(bytes.dropLast()))))
            // Only the beginning was read.
            let head = MediaSample(head: sample.head, bytes: bytes.count)
            #expect(MediaProbe(head) == (isBehind ? Self.film("mp4", nil, nil, nil) : Self.film("mp4", 1280, 720, 5)))
            #expect(!MediaProbe.isCut(head))
        }
    }

    @Test func `every box is counted: boxes without a table are a film that was cut`() {
        let bytes = Fixtures.box("ftyp", Array("isomisom".utf8)) + Fixtures.box("mdat", [1, 2, 3])
        #expect(MediaProbe(MediaSample(bytes)) == Self.film("mp4", nil, nil, nil, isCut: true))
        #expect(MediaProbe.isCut(MediaSample(bytes)))
    }

    @Test(arguments: [[0x7F], [0x00], [0x80]])
    func `a box that claims more than any file has is cut, or none`(first: [UInt8]) {
        let claim = Fixtures.big(1) + Array("mdat".utf8) + first + [UInt8](repeating: 0xFF, count: 7)
        let sample = MediaSample(Self.table + claim)
        #expect(MediaProbe(sample) == Self.film("mp4", 1280, 720, 5, isCut: first != [0x80]))
        // More than an `Int` holds is no length at all.
        #expect(MediaProbe.isCut(sample) == (first != [0x80]))
    }

    /// Cameras and editors hang things on.
    @Test func `what hangs behind a whole file does not cut it`() {
        let png = Fixtures.png(width: 64, height: 64)
        for tail: [UInt8] in [[10], [UInt8](repeating: 0, count: 16), Array("former longer picture".utf8)] {
            #expect(!MediaProbe.isCut(MediaSample(png + tail)))
        }
        #expect(MediaProbe.isCut(MediaSample(Array(png.dropLast(4)))))
        let film = Fixtures.film()
        #expect(!MediaProbe.isCut(MediaSample(film + Array("CAMERA TRAILER of 44 bytes that is no box at".utf8))))
        #expect(MediaProbe.isCut(MediaSample(Array(film.dropLast(4)))))
        #expect(MediaProbe.isCut(MediaSample(film + Fixtures.box("mdat", [1, 2, 3]).dropLast())))
    }

    private static func little(_ number: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    private static func chunk(_ id: String, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
        Array(id.utf8) + little(length ?? body.count) + body + (body.count.isMultiple(of: 2) ? [] : [0])
    }
    /// `fmt ` of 16-bit mono sound at 8000 a second.
    private static func wave(tag: Int = 1, pace: Int = 16_000) -> [UInt8] {
        little(tag, 2) + little(1, 2) + little(8000) + little(pace) + little(2, 2) + little(16, 2)
    }
    private static func riff(_ type: String, _ chunks: [UInt8]) -> [UInt8] { chunk("RIFF", Array(type.utf8) + chunks) }
    private static let quiet = [UInt8](repeating: 1, count: 8000)
    /// WAVE_FORMAT_EXTENSIBLE.
    private static let extensible = wave(tag: 0xFFFE) + little(22, 2) + [UInt8](repeating: 1, count: 22)

    static let sounds = [
        Example("plain", riff("WAVE", chunk("fmt ", wave()) + chunk("data", quiet)), sound("wav", 0.5)),
        Example("extensible", riff("WAVE", chunk("fmt ", extensible) + chunk("data", quiet)), sound("wav", 0.5)),
        Example(
            "odd chunks before", riff("WAVE", chunk("fmt ", wave()) + chunk("LIST", [1, 2, 3]) + chunk("data", quiet)),
            sound("wav", 0.5)
        ),
        Example(
            "more behind", riff("WAVE", chunk("fmt ", wave()) + chunk("data", quiet) + chunk("id3 ", quiet)),
            sound("wav", 0.5)
        ),
        Example(
            "length zero", riff("WAVE", chunk("fmt ", wave()) + chunk("data", quiet, length: 0)), sound("wav", 0.5)),
        Example(
            "length of ones", riff("WAVE", chunk("fmt ", wave()) + chunk("data", quiet, length: 0xFFFF_FFFF)),
            sound("wav", 0.5)
        ),
        Example("silence", riff("WAVE", chunk("fmt ", wave()) + chunk("data", [])), sound("wav", 0, isCut: true)),
        Example("no pace", riff("WAVE", chunk("fmt ", wave(pace: 0)) + chunk("data", quiet)), sound("wav", 0.5)),
        Example("no sound yet", riff("WAVE", chunk("fmt ", wave())), sound("wav", nil)),
        Example(
            "a web picture", riff("WEBP", chunk("VP8 ", [1])),
            MediaProbe(ImageProbe(format: .webp, width: nil, height: nil))
        ),
        Example("something else", riff("ACON", chunk("anih", [1])), nil),
    ]

    @Test(arguments: sounds) func `a recording is what its chunks say`(example: Example) {
        #expect(MediaProbe(MediaSample(example.bytes)) == example.probe)
        #expect(MediaProbe(MediaSample(head: example.bytes, bytes: example.bytes.count)) == example.probe)
    }

    @Test func `of an AVI without a length the sides are known`() {
        let fields = [0, 0, 0, 0, 30, 0, 1, 0, 640, 480, 0, 0, 0, 0].flatMap { Self.little($0) }
        let list = Self.chunk("LIST", Array("hdrl".utf8) + Self.chunk("avih", fields))
        let bytes = Self.riff("AVI ", Self.chunk("JUNK", [0]) + list)
        #expect(MediaProbe(MediaSample(bytes)) == Self.film("avi", 640, 480, nil))
        #expect(MediaProbe(MediaSample(Self.riff("AVI ", []))) == Self.film("avi", nil, nil, nil))
    }

    /// A frame of MPEG-1, layer III: 128 kbit/s at 44 100 a second, 417 bytes.
    private static func frame(
        _ second: UInt8 = 0xFB, _ third: UInt8 = 0x90, length: Int = 417, table: [UInt8] = []
    ) -> [UInt8] {
        let head = [0xFF, second, third, 0x00] + [UInt8](repeating: 0, count: 32) + table
        return head + [UInt8](repeating: 0, count: length - head.count)
    }
    private static func tag(_ length: Int) -> [UInt8] {
        Array("ID3".utf8) + [4, 0, 0] + [21, 14, 7, 0].map { UInt8(length >> $0 & 127) }
            + [UInt8](repeating: 9, count: length)
    }
    private static func count(_ name: String, _ frames: Int) -> [UInt8] {
        Array(name.utf8) + (name == "VBRI" ? [UInt8](repeating: 0, count: 10) : Fixtures.big(1)) + Fixtures.big(frames)
    }

    static let songs = [
        Example("constant", frame() + frame() + frame(), sound("mp3", 3 * 1152 / 44_100.0)),
        Example("one frame", frame(), sound("mp3", 1152 / 44_100.0)),
        Example("tagged", tag(300) + frame() + frame(), sound("mp3", 2 * 1152 / 44_100.0)),
        Example("padded", tag(300) + [0, 0, 0, 0] + frame() + frame(), sound("mp3", 2 * 1152 / 44_100.0)),
        Example("tagged behind", frame() + frame() + oldTag, sound("mp3", 2 * 1152 / 44_100.0)),
        Example("counted", frame(table: count("Xing", 1000)) + frame(), sound("mp3", 1000 * 1152 / 44_100.0)),
        Example("counted, constant", frame(table: count("Info", 77)) + frame(), sound("mp3", 77 * 1152 / 44_100.0)),
        Example("counted by another", frame(table: count("VBRI", 500)) + frame(), sound("mp3", 500 * 1152 / 44_100.0)),
        // MPEG-2: 64 kbit/s at 22 050 a second, 208 bytes.
        Example("half rate", halfFrame + halfFrame, sound("mp3", 2 * 576 / 22_050.0)),
    ]
    private static let oldTag = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
    private static let halfFrame = frame(0xF3, 0x80, length: 208)

    @Test(arguments: songs) func `an MP3 is as long as its frames`(example: Example) {
        #expect(MediaProbe(MediaSample(example.bytes)) == example.probe)
    }

    @Test func `behind a cover larger than all that was read, nobody knows how long an MP3 is`() {
        let bytes = Self.tag(2_000_000) + Self.frame() + Self.frame()
        let sample = MediaSample(head: Array(bytes.prefix(MediaSample.partBytes)), bytes: bytes.count)
        #expect(MediaProbe(sample) == Self.sound("mp3", nil))
    }

    static let others = [
        Example("text", Array("prompt: x".utf8), nil), Example("nothing", [], nil), Example("a byte", [0xFF], nil),
        Example("a head of a frame", [0xFF, 0xFB, 0x90, 0x00], nil),
        Example("a frame and text", frame() + Array("what is this?".utf8), nil),
        Example("a tag and FLAC", tag(10) + Array("fLaC and so on, and on, and on".utf8), nil),
        Example("a tag", tag(10), nil), Example("layer II", frame(0xFD), nil),
        Example("no rate of bits", frame(0xFB, 0xF0), nil), Example("no rate", frame(0xFB, 0x9C), nil),
        Example("UTF-16", [0xFF, 0xFE, 0x70, 0x00, 0x72, 0x00, 0x6F, 0x00], nil),
        Example("RIFF of nothing", Array("RIFF".utf8), nil),
        Example("a page", Array("<html><body>log in</body></html>".utf8), nil),
    ]

    @Test(arguments: others) func `anything else is none of it`(example: Example) {
        #expect(MediaProbe(MediaSample(example.bytes))?.named("cat.jpg") == nil)
        #expect(!MediaProbe.isCut(MediaSample(example.bytes)))
    }

    @Test(arguments: files.map(\.0)) func `whatever becomes of the bytes, they are read`(name: String) throws {
        let bytes = try Self.file("Media/" + name)
        for length in stride(from: 0, to: min(bytes.count, 3000), by: 7) {
            let parts = [MediaSample(Array(bytes.prefix(length))), MediaSample(head: [], tail: bytes, bytes: length)]
            for sample in parts {
                _ = MediaProbe(sample)
                _ = MediaProbe.isCut(sample)
            }
        }
        for index in stride(from: 0, to: min(bytes.count, 1000), by: 5) {
            for value: UInt8 in [0, 0xFF] {
                var changed = bytes
                changed[index] = value
                for length in [bytes.count, Int.max] {
                    let sample = MediaSample(head: changed, tail: changed, bytes: length)
                    let probe = MediaProbe(sample)
                    #expect((probe?.seconds ?? 0) >= 0 && (probe?.seconds ?? 0).isFinite)
                    #expect((probe?.size?.width ?? 0) >= 0 && (probe?.size?.height ?? 0) >= 0)
                    _ = MediaProbe.isCut(sample)
                }
            }
        }
    }
}
