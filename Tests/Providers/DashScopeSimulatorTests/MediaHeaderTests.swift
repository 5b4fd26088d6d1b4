import Foundation
import Testing

@testable import DashScopeSimulator

@Suite struct MediaHeaderTests {
    private func header(_ data: Data) -> MediaHeader? { MediaHeader([UInt8](data)) }

    @Test func `a film tells frame and length, wherever its index stands`() throws {
        for film in Footage.all {
            let header = try #require(MediaHeader(film.bytes))
            #expect(header.format == .mp4)
            #expect(header.seconds == 1.5)
            let (width, height) = (try #require(header.width), try #require(header.height))
            #expect(abs(Double(width) / Double(height) - film.ratio) < 0.01)
        }
        var old = Footage.all[0].bytes
        old.replaceSubrange(8..<12, with: Array("qt  ".utf8))
        #expect(MediaHeader(old)?.format == .mov)
    }

    @Test func `a film without its index is no film, at whatever length it is cut`() {
        let bytes = Footage.all[1].bytes
        // The index is the last thing in this one.
        for length in stride(from: 12, to: bytes.count, by: 97) {
            #expect(MediaHeader(Array(bytes.prefix(length))) == nil)
        }
    }

    @Test func `an old film's first list tells`() {
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        let main =
            word(40_000) + word(0) + word(0) + word(0) + word(250) + word(0) + word(1) + word(0) + word(640)
            + word(480) + word(0)
        let head = text("RIFF") + word(100) + text("AVI LIST") + word(100) + text("hdrlavih") + word(main.count)
        let header = MediaHeader(head + main)
        #expect(header?.format == .avi)
        #expect(header?.seconds == 10)
        #expect(header?.width == 640)
        #expect(header?.height == 480)
        #expect(MediaHeader(Array((head + main).prefix(60))) == nil)
    }

    @Test func `sounds tell their length`() {
        #expect(header(InputFile.sound(seconds: 2.5)) == MediaHeader.sound(.wav, 2.5))
        // 128 kbit/s: sixteen thousand bytes a second.
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413)
        let frames = Array(repeatElement(frame, count: 115).joined())
        let length = 115 * 1152.0 / 44_100
        func seconds(_ bytes: [UInt8]) -> Double {
            let header = MediaHeader(bytes)
            return header?.format == .mp3 ? header?.seconds ?? 0 : 0
        }
        #expect(abs(seconds(frames) - length) < 1e-9)
        let tag: [UInt8] = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 128)
        #expect(abs(seconds(tag + frames) - length) < 1e-9)
        // Faster frames behind slower ones, and a first one that holds a table.
        var table = frame
        table.replaceSubrange(36..<40, with: Array("Info".utf8))
        let slow: [UInt8] = [0xFF, 0xFB, 0x50, 0x00] + [UInt8](repeating: 0, count: 204)
        #expect(abs(seconds(table + frames + slow + slow) - length - 2 * 1152.0 / 44_100) < 1e-9)
        #expect(MediaHeader(Array(tag.prefix(50))) == nil)
        #expect(MediaHeader([0xFF, 0xFB]) == nil)
    }

    @Test func `a picture of a telephone tells its largest extent`() {
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        func extent(_ width: Int, _ height: Int) -> [UInt8] {
            word(20) + Array("ispe".utf8) + word(0) + word(width) + word(height)
        }
        let file = word(24) + Array("ftypheic".utf8) + word(0) + Array("heicmif1".utf8)
        let header = MediaHeader(file + extent(320, 240) + extent(4032, 3024) + extent(512, 512))
        #expect(header?.format == .heif)
        #expect(header?.width == 4032)
        #expect(header?.height == 3024)
        #expect(MediaHeader(file) == nil)
    }

    @Test func `sizes and lengths without measure are not believed`() {
        var film = Footage.all[0].bytes
        let start = Data(film).firstRange(of: Data("mvhd".utf8))?.upperBound ?? 0
        // One tick a second, and as many of them as fit.
        film.replaceSubrange(start + 12..<start + 20, with: [0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(MediaHeader(film)?.seconds == HeaderReader.secondsMax)
        film.replaceSubrange(start + 12..<start + 16, with: [0, 0, 0, 0])
        #expect(MediaHeader(film) == nil)
        // A box that claims to be larger than any file.
        var box = Array(Footage.all[0].bytes.prefix(32)) + [0, 0, 0, 1] + Array("moov".utf8)
        box += [UInt8](repeating: 0xFF, count: 8) + [UInt8](repeating: 0, count: 100)
        #expect(MediaHeader(box) == nil)
    }
}

extension MediaHeader {
    fileprivate static func sound(_ format: Format, _ seconds: Double) -> MediaHeader {
        MediaHeader(format: format, seconds: seconds)
    }
}
